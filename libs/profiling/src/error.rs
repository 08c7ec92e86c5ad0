//! Why profiling could not start.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Nothing of what was asked for could be started.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The directory for the profiles cannot be created or written.
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The tool's name is empty or has a character that a file name cannot have.
    ToolName(String),
    /// A CPU profile cannot be taken: another is running in this process, or the system refuses.
    Cpu(io::Error),
    /// A memory profile cannot be taken, for this reason.
    Memory(String),
    /// `DTAIL_PROFILE` asks for something that there is not.
    Environment {
        /// The value of the variable.
        value: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Directory { path, source } => {
                write!(
                    f,
                    "cannot use profile directory {}: {source}",
                    path.display()
                )
            }
            ErrorKind::ToolName(name) => write!(f, "{name:?} cannot be part of a file name"),
            ErrorKind::Cpu(source) => write!(f, "cannot take a CPU profile: {source}"),
            ErrorKind::Memory(reason) => write!(f, "cannot take a memory profile: {reason}"),
            ErrorKind::Environment { value, problem } => write!(
                f,
                "DTAIL_PROFILE={value}: {problem} (the form is DTAIL_PROFILE=cpu,mem:DIR)"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::Directory { source, .. } | ErrorKind::Cpu(source) => Some(source),
            ErrorKind::ToolName(_) | ErrorKind::Memory(_) | ErrorKind::Environment { .. } => None,
        }
    }
}
