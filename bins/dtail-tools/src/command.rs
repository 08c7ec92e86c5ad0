//! The commands of `dtail-tools`: the first word of the command line.

use std::{
    ffi::OsString,
    io::{self, Write},
    process::ExitCode,
};

use crate::{pprof, profile, spelling};

const COMMANDS: &[&str] = &["profile", "pprof", "help"];

const USAGE: &str = "\
Examples:
  dtail-tools profile                      profile dcat, dgrep and dmap on test data
  dtail-tools profile list -dir profiles   one line for each profile
  dtail-tools pprof -top FILE              the table of `go tool pprof`

Usage: dtail-tools COMMAND [FLAGS] [FILE]...

Commands:
  profile   make, list and analyse profiles
  pprof     read profiles as `go tool pprof` does, with its flags
  help      print this text

`dtail-tools COMMAND -h` lists the flags of a command.
";

/// Runs the command line `args`, the program's name not among them.
pub(crate) fn run(args: &[OsString]) -> ExitCode {
    let Some((command, rest)) = args.split_first() else {
        return refuse("no command given");
    };
    match &*command.to_string_lossy() {
        "profile" => profile::run(rest),
        "pprof" => pprof::run(rest),
        "help" | "-h" | "-help" | "--help" => print(USAGE),
        "version" | "-version" | "--version" => print(concat!(
            "DTail ",
            env!("CARGO_PKG_VERSION"),
            " dtail-tools\n"
        )),
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

fn refuse(reason: &str) -> ExitCode {
    let line = format!("dtail-tools: {reason} (`dtail-tools help` lists the commands)\n");
    // A standard error that is closed is nobody's to complain to.
    drop(io::stderr().lock().write_all(line.as_bytes()));
    ExitCode::from(2)
}

fn print(text: &str) -> ExitCode {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}
