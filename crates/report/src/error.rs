//! Why a report cannot be made.

use std::fmt;

use dtail_profile::MergeError;

use crate::pattern::PatternError;

/// Why a report cannot be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The profile has no sample type, so there is nothing to report.
    NoSampleType,
    /// `sample_index` names no sample type; the word, and the names there are.
    NoSuchSampleType(String, Vec<String>),
    /// `divide_by` is 0.
    ZeroDivisor,
    /// An option that does not exist.
    UnknownOption(String),
    /// A value that an option cannot have: option, value.
    BadValue(String, String),
    /// An option with a regular expression that cannot be read: option, reason.
    BadPattern(&'static str, PatternError),
    /// The expression of `peek`, `list` or `disasm` matches nothing.
    NoMatch(String),
    /// A binary that machine code was asked of cannot be used: path, reason.
    Binary(String, String),
    /// The report is no table, and can be neither JSON nor CSV.
    NoTable,
    /// The profiles have no sample type in common.
    NoCommonSampleType,
    /// The profiles cannot be added up.
    Merge(MergeError),
    /// Writing the report failed.
    Io(std::io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoSampleType => f.write_str("profile has no samples"),
            Error::NoSuchSampleType(word, names) => {
                write!(
                    f,
                    "sample_index {word:?} must be a number below {} or one of: ",
                    names.len()
                )?;
                f.write_str(&names.join(" "))
            }
            Error::ZeroDivisor => f.write_str("zero divisor specified"),
            Error::UnknownOption(name) => write!(f, "unknown option {name}"),
            Error::BadValue(name, value) => write!(f, "illegal value {value:?} for {name}"),
            Error::BadPattern(option, reason) => write!(f, "parsing {option} regexp: {reason}"),
            Error::NoMatch(pattern) => write!(f, "no matches found for regexp: {pattern}"),
            Error::Binary(path, reason) => write!(f, "{path}: {reason}"),
            Error::NoTable => f.write_str(
                "-json and -csv go with -top, -tree, -peek, -list, -disasm, -traces, -tags, -raw, \
                 -comments and -dot",
            ),
            Error::NoCommonSampleType => f.write_str("profiles have no common sample type"),
            Error::Merge(error) => error.fmt(f),
            Error::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::Io(error)
    }
}
