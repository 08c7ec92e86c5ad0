//! The commands of `dtail-tools`: the first word of the command line.

use std::{
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use clap::Command;
use cli::{Exit, Manual, Place, Proposal};

use crate::{pprof, profile, spelling};

const COMMANDS: &[&str] = &["profile", "benchmark", "pprof", "help", "version"];

const MANUAL: Manual = Manual {
    examples: &[
        (
            "dtail-tools profile",
            "profile dcat, dgrep, dmap on test data",
        ),
        (
            "dtail-tools profile list -dir profiles",
            "one line for each profile",
        ),
        (
            "dtail-tools pprof -top FILE",
            "the table of `go tool pprof`",
        ),
        (
            "dtail-tools pprof FILE",
            "a shell: one question after the other",
        ),
    ],
    usage: &[
        "dtail-tools COMMAND [FLAGS] [FILE]...",
        "dtail-tools COMMAND -h | --help | -man",
    ],
    sections: &[],
    exit_status: &[
        ("0", "All was done."),
        ("1", "A program that was to be profiled failed."),
        ("2", "Wrong usage."),
        ("3", "A file could not be read."),
    ],
    environment: &[],
    files: &[],
    see_also: &[
        "dtail-tools-profile(1)",
        "dtail-tools-pprof(1)",
        "dcat(1)",
        "dgrep(1)",
        "dmap(1)",
    ],
};

const ABOUT: &str = "\
Make, list and analyse profiles

The programs that read logs write profiles in the pprof format when they are asked to; these commands read \
them, and those of any other program. `dtail-tools COMMAND -h` lists the flags of a command.";

/// The definition of the program, for its help, its manual page and its completions.
fn definition() -> Command {
    let command = Command::new("dtail-tools")
        .about("Make, list and analyse profiles")
        .long_about(ABOUT)
        .disable_help_subcommand(true)
        .subcommands([
            profile::definition().name("profile"),
            profile::benchmark_definition().name("benchmark"),
            pprof::definition().name("pprof"),
            Command::new("help")
                .about("Print help in full")
                .disable_help_flag(true),
            Command::new("version")
                .about("Print the version")
                .disable_help_flag(true),
        ]);
    cli::command_line(command)
}

/// Runs the command line `args`, the program's name not among them.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    if cli::complete(args, definition, propose) {
        return ExitCode::SUCCESS;
    }
    let Some((command, rest)) = args.split_first() else {
        return refuse("no command given");
    };
    match &*command.to_string_lossy() {
        "profile" => profile::run(rest),
        "benchmark" => profile::run_benchmark(rest),
        "pprof" => pprof::run(rest),
        "help" => own_flag("--help"),
        "version" => own_flag("-version"),
        flag if flag.starts_with('-') => answer(args),
        unknown => {
            let known: Vec<&str> = COMMANDS.iter().copied().chain(profile::modes()).collect();
            let suggestion = match spelling::nearest(unknown, &known) {
                Some(mode) if !COMMANDS.contains(&mode) => {
                    format!("; did you mean 'profile {mode}'?")
                }
                _ => spelling::suggestion(unknown, COMMANDS),
            };
            refuse(&format!("unknown command '{unknown}'{suggestion}"))
        }
    }
}

/// What may stand at `place`, as the command there knows it.
fn propose(place: &Place<'_>) -> Option<Proposal> {
    match place.command.get_name() {
        "profile" => profile::propose(place),
        "pprof" => pprof::propose(place),
        _ => None,
    }
}

fn own_flag(flag: &str) -> ExitCode {
    answer(&[flag.into()])
}

/// Answers the flags of the program itself, all of which print something and end.
fn answer(args: &[OsString]) -> ExitCode {
    let argv = std::iter::once(OsString::from("dtail-tools")).chain(args.iter().cloned());
    match cli::matches(definition(), argv, &MANUAL) {
        Ok(_) => refuse("no command given"),
        Err(exit) => Exit::report(exit),
    }
}

fn refuse(reason: &str) -> ExitCode {
    let line = format!("dtail-tools: {reason} (`dtail-tools help` lists the commands)\n");
    // A standard error that is closed is nobody's to complain to.
    drop(io::stderr().lock().write_all(line.as_bytes()));
    ExitCode::from(2)
}
