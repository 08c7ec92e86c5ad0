//! Serves the page of profiles to a browser on this machine.
//!
//! A small blocking server: one reader on loopback asks for a few dozen files, which a thread for each
//! connection answers at once. It needs no runtime and no further crate, and it is up before one would
//! be. What is answered is decided by `webui`.

mod address;
mod browser;
mod connections;
mod file;
mod request;
mod token;
mod wire;

use std::io::{self, Write};
use std::net::TcpListener;

use webui::{Hosts, Site, Source};

pub(crate) use address::Address;
pub(crate) use file::write_file;

/// How the page is served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Serving {
    /// Where the server listens.
    pub(crate) address: Address,
    /// Whether a browser must not be opened.
    pub(crate) no_browser: bool,
    /// What stands behind `#` in the page's address: the state it begins with.
    pub(crate) fragment: String,
}

/// Serves `sources` until the process is ended. The page's address is printed on standard output;
/// `note` says everything else.
///
/// # Errors
///
/// One line, when nothing can listen at the address.
pub(crate) fn run(sources: Vec<Source>, how: &Serving, note: fn(&str)) -> Result<(), String> {
    let address = &how.address;
    let fail = |error: io::Error| format!("cannot listen at {address}: {error}");
    let token = token::random().map_err(|error| format!("no random numbers: {error}"))?;
    let listener = TcpListener::bind((address.host(), address.port())).map_err(fail)?;
    let bound = listener.local_addr().map_err(fail)?;
    let site = Site::new(
        sources,
        &token,
        Hosts::new(bound.ip(), bound.port(), address.name()),
    );
    let hash = if how.fragment.is_empty() { "" } else { "#" };
    let url = format!(
        "http://{}/{token}/{hash}{}",
        address.authority(bound),
        how.fragment
    );
    if print(&url).is_err() {
        // Nobody reads the address, so nobody comes.
        return Ok(());
    }
    if !bound.ip().is_loopback() {
        note(&format!(
            "{bound} is open to other machines: whoever has the address above sees the profiles"
        ));
    }
    browser::invite(&url, bound.port(), how.no_browser, note);
    wire::answer_all(&listener, &site);
    Ok(())
}

/// Prints the page's address, on a line of its own.
fn print(url: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{url}")?;
    out.flush()
}
