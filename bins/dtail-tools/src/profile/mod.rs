//! `dtail-tools profile`: makes, lists and analyses profiles.

use std::{
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Result;

use flags::{Refusal, Request};
use mode::Mode;
pub(crate) use mode::names as modes;
use paint::Page;

mod analyze;
mod capture;
mod child;
mod contents;
mod entry;
mod facts;
mod figure;
mod file_name;
mod flags;
mod header;
mod heaviest;
mod list;
mod mode;
mod order;
mod paint;
mod passes;
mod programs;
mod progress;
mod session;
mod table;
mod testdata;
mod trust;
mod workload;

/// The exit statuses beside 0.
mod status {
    /// A program that was to be profiled failed.
    pub(super) const FAILED: u8 = 1;
    /// Wrong usage.
    pub(super) const USAGE: u8 = 2;
    /// A file or a directory cannot be read or made.
    pub(super) const INPUT: u8 = 3;
}

/// Runs `dtail-tools profile` with the words behind it.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    let request = match Request::parse(args) {
        Ok(request) => request,
        Err(Refusal::Exit(exit)) => return exit.report(),
        Err(Refusal::Usage(line)) => return complain(&line, status::USAGE),
    };
    let mut out = io::stdout().lock();
    let done = perform(&request, &mut out).and_then(|complete| {
        out.flush()?;
        Ok(complete)
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(status::FAILED),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}"), status::INPUT),
    }
}

/// Does what is asked for; false when some part of it failed and was reported.
fn perform(request: &Request, out: &mut dyn Write) -> Result<bool> {
    let page = Page::of_stdout(request.nocolor);
    match request.mode {
        Mode::Quick => session::run(request, workload::QUICK, &page, out),
        Mode::Full => session::run(request, workload::FULL, &page, out),
        Mode::Dmap => session::run(request, workload::DMAP, &page, out),
        Mode::List => list::run(request, out).map(|()| true),
        Mode::Analyze => analyze::run(request, &page, out),
    }
}

/// Whether the reader of the output went away: a quiet end.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes
        .into_iter()
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn complain(line: &str, status: u8) -> ExitCode {
    cli::Messages::new("dtail-tools profile", cli::LogLevel::Fatal).fatal(line);
    ExitCode::from(status)
}
