//! Exit statuses and the ways a command ends early.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::reason::reason;

/// How a command ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// 0: everything was done; for a search, something matched.
    Success,
    /// 1: some file failed; for a search, nothing matched.
    Failure,
    /// 2: wrong usage; for a search, some file failed.
    Trouble,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Success => 0,
            Status::Failure => 1,
            Status::Trouble => 2,
        })
    }
}

/// Why a command could not go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The flags ask for what cannot be done; the text names the flag.
    Usage(String),
    /// The query is wrong: what is wrong with it, and lines that point at the place.
    Query(String),
    /// The output could not be written. A closed pipe is no failure to the user: the reader had
    /// enough.
    Output(io::Error),
}

impl Failure {
    /// Wrong usage, in one line that names the flag.
    pub fn usage(message: impl fmt::Display) -> Self {
        Failure::Usage(message.to_string())
    }

    /// Whether the reader of the output went away.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(message) | Failure::Query(message) => f.write_str(message),
            Failure::Output(error) => write!(f, "standard output: {}", reason(error)),
        }
    }
}

impl std::error::Error for Failure {}

/// The end of a program before its work began: help, version, or wrong usage.
#[derive(Debug, Eq, PartialEq)]
pub struct Exit {
    pub(crate) status: Status,
    pub(crate) text: String,
}

impl Exit {
    /// The end of a program that was asked for a text.
    #[must_use]
    pub fn of_text(text: String) -> Self {
        Exit {
            status: Status::Success,
            text,
        }
    }

    /// Prints the text, on standard output when it was asked for and on standard error otherwise,
    /// and gives the status for `main` to return.
    #[must_use]
    pub fn report(self) -> ExitCode {
        let written = match self.status {
            Status::Success => io::stdout().lock().write_all(self.text.as_bytes()),
            _ => io::stderr().lock().write_all(self.text.as_bytes()),
        };
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Status::Failure.into(),
            _ => self.status.into(),
        }
    }
}
