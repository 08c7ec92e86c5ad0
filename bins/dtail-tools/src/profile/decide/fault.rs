//! What ends a sub-command before its result, and the status it ends with.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use super::super::status;

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Help, version, or a flag that cannot be read.
    Exit(cli::Exit),
    /// The words, or the configuration, ask for what cannot be: status 2.
    Usage(String),
    /// A file cannot be read, or not be used as asked: status 3.
    Input(String),
    /// Standard output cannot be written: status 3.
    Output(io::Error),
}

impl Fault {
    /// The fault of a file: its path and the reason.
    pub(super) fn of_file(path: impl Display, reason: impl Display) -> Fault {
        Fault::Input(format!("{path}: {reason}"))
    }

    /// What is wrong, without a status.
    pub(crate) fn text(self) -> String {
        match self {
            Fault::Usage(line) | Fault::Input(line) => line,
            Fault::Output(error) => error.to_string(),
            Fault::Exit(_) => String::new(),
        }
    }

    /// Says what is wrong, in one line, and gives the status to end with.
    pub(super) fn report(self) -> ExitCode {
        let (line, status) = match self {
            Fault::Exit(exit) => return exit.report(),
            Fault::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Fault::Usage(line) => (line, status::USAGE),
            Fault::Input(line) => (line, status::INPUT),
            Fault::Output(error) => (format!("standard output: {error}"), status::INPUT),
        };
        super::super::complain(&line, status)
    }
}

impl From<cli::Exit> for Fault {
    fn from(exit: cli::Exit) -> Fault {
        Fault::Exit(exit)
    }
}
