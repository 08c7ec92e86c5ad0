//! Why profiles cannot be compared.

use std::fmt;

use crate::run::Measured;

/// Why profiles cannot be compared.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There is no profile.
    Nothing,
    /// Two profiles measure different things.
    Unlike(Measured, Measured),
    /// A profile cannot be read as asked.
    Report(report::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Nothing => f.write_str("no profiles to compare"),
            Error::Unlike(first, other) => {
                write!(f, "profiles of {first} and of {other} cannot be compared")
            }
            Error::Report(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<report::Error> for Error {
    fn from(error: report::Error) -> Error {
        Error::Report(error)
    }
}
