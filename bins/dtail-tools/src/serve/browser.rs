//! Brings the reader to the page: opens a browser on a desktop, and says how to get there over SSH.

use std::env;
use std::process::{Command, Stdio};

/// Opens a browser at `url`, unless it is unwanted or would open where nobody sits.
pub(super) fn invite(url: &str, port: u16, no_browser: bool, note: fn(&str)) {
    if let Some(connection) = variable("SSH_CONNECTION") {
        let server = connection.split_whitespace().nth(2).unwrap_or("SERVER");
        note(&format!(
            "from your own machine: ssh -N -L {port}:127.0.0.1:{port} {server}, then open the address"
        ));
        return;
    }
    let has_desktop = variable("DISPLAY")
        .or_else(|| variable("WAYLAND_DISPLAY"))
        .is_some();
    if no_browser || !has_desktop {
        return;
    }
    let browser = variable("BROWSER").unwrap_or_else(|| "xdg-open".to_owned());
    let opened = Command::new(&browser)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(error) = opened {
        note(&format!(
            "{browser} cannot be started ({error}): open the address in a browser"
        ));
    }
}

/// A variable of the environment that is set to something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
