//! `dtail-tools pprof`: the command line of `go tool pprof`, for files and programs that serve
//! profiles.
//!
//! The words and the bytes on standard output are those of pprof; the reports themselves are made
//! by the `report` crate. What differs: flags may follow files, a damaged file ends with status 3
//! and one line that names the byte, and a closed pipe downstream ends quietly.

mod command_line;
mod fault;
mod fetch;
mod flags;
mod graphviz;
mod manual;
mod output;
mod page;
mod proposals;
mod reports;
mod shell;
mod sources;
mod symbols;
mod viewer;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use command_line::{Asked, CommandLine};
use fault::Fault;
pub(crate) use flags::definition;
use manual::MANUAL;
pub(crate) use proposals::propose;

/// Runs `dtail-tools pprof` with the words behind `pprof`; the result is the exit status.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    let done = match CommandLine::parse(args) {
        Ok(Asked::Work(line)) => execute(*line),
        Ok(Asked::Text(flag)) => return print(flag),
        Err(fault) => Err(fault),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.report(),
    }
}

/// Prints what a flag of every program asks for.
fn print(flag: OsString) -> ExitCode {
    let definition = definition();
    let name = OsString::from(definition.get_name());
    match cli::matches(definition, [name, flag], &MANUAL) {
        Ok(_) => ExitCode::SUCCESS,
        Err(exit) => exit.report(),
    }
}

fn execute(line: CommandLine) -> Result<(), Fault> {
    let mut sources = sources::read(&line.sources, "source", &line.load, line.fetch)?;
    let mut bases = sources::read(&line.bases, "base", &line.load, line.fetch)?;
    for profiles in [&mut sources, &mut bases] {
        line.symbolize.apply(profiles, &line.load.program);
    }
    if page::is_wanted(&line) {
        return page::show(sources, bases, &line);
    }
    let (profile, warnings) = report::load(sources, bases, &line.load)?;
    warn(&warnings);
    let Some(kind) = line.kind else {
        return shell::run(profile, line.options, line.output);
    };
    let report = report::Report::new(profile, kind, &line.options)?;
    warn(report.warnings());
    match (line.viewer, &line.output) {
        (Some(viewer), None) => viewer.show(report)?.wait(),
        (_, path) => output::write(report, line.form, path.as_deref()),
    }
}

/// Prints warnings as pprof does: one a line, on standard error.
fn warn(warnings: &[report::Warning]) {
    for warning in warnings {
        fault::note(&warning.to_string());
    }
}
