//! Why a file could not be read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file that could not be read, and why. Shown as `FILE: reason`.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    kind: ErrorKind,
}

/// Why a file could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No file has this name, or none matches this pattern.
    NotFound,
    /// The pattern is malformed.
    BadPattern,
    /// A directory holds no lines.
    Directory,
    /// A device or socket, which may have no end.
    Device,
    /// The file is being written to at the same time, so it might never end.
    Output,
    /// A pipe, where only a file can be followed.
    Pipe,
    /// A compressed file, where only a plain one can be followed.
    Compressed,
    /// The system refused to open or read it, or its compressed content is damaged.
    Io(io::Error),
}

impl Error {
    /// Reading `path` failed for this reason.
    pub fn new(path: impl Into<PathBuf>, kind: ErrorKind) -> Self {
        Error {
            path: path.into(),
            kind,
        }
    }

    /// Reading `path` failed with `error`.
    pub fn io(path: impl Into<PathBuf>, error: io::Error) -> Self {
        Error::new(path, error.into())
    }

    /// The file, or the pattern, as the user named it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether trying again later cannot help as long as nobody replaces the file.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        !matches!(self.kind, ErrorKind::NotFound | ErrorKind::Io(_))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl From<io::Error> for ErrorKind {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::NotFound,
            io::ErrorKind::IsADirectory => ErrorKind::Directory,
            _ => ErrorKind::Io(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.kind)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::NotFound => f.write_str("no such file"),
            ErrorKind::BadPattern => f.write_str("malformed pattern"),
            ErrorKind::Directory => f.write_str("is a directory"),
            ErrorKind::Output => f.write_str("is also the output"),
            ErrorKind::Device => f.write_str("is a device or socket"),
            ErrorKind::Pipe => f.write_str("is a pipe, which is followed as standard input only"),
            ErrorKind::Compressed => f.write_str("is compressed and cannot be followed"),
            ErrorKind::Io(error) => f.write_str(&reason(error)),
        }
    }
}

/// The system's words without its number, in lower case, and our own where the libraries' differ.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match (error.kind(), text.split_once(" (os error ")) {
        (io::ErrorKind::UnexpectedEof, _) => "compressed data ends too early".to_owned(),
        (_, Some((reason, _))) => reason.to_lowercase(),
        (_, None) => text,
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::Io(error) => Some(error),
            _ => None,
        }
    }
}
