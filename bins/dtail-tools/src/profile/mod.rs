//! `dtail-tools profile`: makes, lists and analyses profiles.

use std::{
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Result;

pub(crate) use benchmark::definition as benchmark_definition;
pub(crate) use flags::definition;
use flags::{Refusal, Request};
use mode::Mode;
pub(crate) use mode::names as modes;
use paint::Page;
pub(crate) use proposals::{ENDINGS, propose};

mod advice;
mod analysis;
mod analyze;
mod anomalies;
mod benchmark;
mod capture;
mod child;
mod contents;
mod decide;
mod entry;
mod figure;
mod file_name;
mod flags;
mod header;
mod heaviest;
mod list;
mod manual;
mod mode;
mod order;
mod paint;
mod passes;
mod programs;
mod progress;
mod proposals;
mod session;
mod table;
mod testdata;
mod trust;
mod web;
mod workload;

/// The exit statuses.
mod status {
    /// All was done.
    pub(super) const DONE: u8 = 0;
    /// A program that was to be profiled failed.
    pub(super) const FAILED: u8 = 1;
    /// Wrong usage.
    pub(super) const USAGE: u8 = 2;
    /// A file or a directory cannot be read or made.
    pub(super) const INPUT: u8 = 3;
    /// Nothing could be judged.
    pub(super) const UNKNOWN: u8 = 4;
}

/// Runs `dtail-tools benchmark` with the words behind it.
pub(crate) fn run_benchmark(args: &[OsString]) -> ExitCode {
    decide::finished(benchmark::run, args)
}

/// Runs `dtail-tools profile` with the words behind it.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    if let Some(exit) = decide::run(args) {
        return exit;
    }
    let request = match Request::parse(args) {
        Ok(request) => request,
        Err(Refusal::Exit(exit)) => return exit.report(),
        Err(Refusal::Usage(line)) => return complain(&line, status::USAGE),
    };
    let mut out = io::stdout().lock();
    let done = perform(&request, &mut out).and_then(|status| {
        out.flush()?;
        Ok(status)
    });
    match done {
        Ok(status) => ExitCode::from(status),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(status::INPUT)
        }
    }
}

/// Does what is asked for. The status says whether a part of it failed, which
/// has been reported then.
fn perform(request: &Request, out: &mut dyn Write) -> Result<u8> {
    let page = Page::of_stdout(request.nocolor);
    let workloads = match request.mode {
        Mode::Quick => workload::QUICK,
        Mode::Full => workload::FULL,
        Mode::Dmap => workload::DMAP,
        Mode::List => return list::run(request, &page, out).map(|()| status::DONE),
        Mode::Analyze => {
            let complete = analyze::run(request, &page, out)?;
            return Ok(if complete {
                status::DONE
            } else {
                status::INPUT
            });
        }
    };
    let complete = session::run(request, workloads, &page, out)?;
    Ok(if complete {
        status::DONE
    } else {
        status::FAILED
    })
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

/// Says on standard error what went wrong, in one line. What concerns a file
/// names it; an input or output error that names none is that of the output.
fn report(error: &anyhow::Error) {
    let nameless = error.chain().len() == 1 && error.is::<io::Error>();
    let place = if nameless { "standard output: " } else { "" };
    complain(&format!("{place}{error:#}"), status::INPUT);
}

fn complain(line: &str, status: u8) -> ExitCode {
    cli::Messages::new("dtail-tools profile", cli::LogLevel::Fatal).fatal(line);
    ExitCode::from(status)
}
