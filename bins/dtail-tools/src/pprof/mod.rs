//! `dtail-tools pprof`: the command line of `go tool pprof`, for files and programs that serve
//! profiles.
//!
//! The words and the bytes on standard output are those of pprof; the reports themselves are made
//! by the `report` crate. What differs: flags may follow files, a damaged file ends with status 3
//! and one line that names the byte, and a closed pipe downstream ends quietly.

mod command_line;
mod fault;
mod fetch;
mod graphviz;
mod help;
mod output;
mod page;
mod reports;
mod shell;
mod sources;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use command_line::CommandLine;
use fault::Fault;

/// Runs `dtail-tools pprof` with the words behind `pprof`; the result is the exit status.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    match execute(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.report(),
    }
}

fn execute(args: &[OsString]) -> Result<(), Fault> {
    let Some(line) = CommandLine::parse(args)? else {
        return output::print(help::TEXT.as_bytes());
    };
    let sources = sources::read(&line.sources, "source", &line.load, line.fetch)?;
    let bases = sources::read(&line.bases, "base", &line.load, line.fetch)?;
    if page::is_wanted(&line) {
        return page::show(sources, bases, &line);
    }
    let (profile, warnings) = report::load(sources, bases, &line.load)?;
    warn(&warnings);
    let Some(kind) = line.kind else {
        return shell::run(profile, line.options);
    };
    let report = report::Report::new(profile, kind, &line.options)?;
    warn(report.warnings());
    output::write(report, line.graphviz, line.output.as_deref())
}

/// Prints warnings as pprof does: one a line, on standard error.
fn warn(warnings: &[report::Warning]) {
    for warning in warnings {
        fault::note(&warning.to_string());
    }
}
