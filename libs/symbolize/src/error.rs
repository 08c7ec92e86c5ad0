//! Why bytes could not be taken for a module.

use std::fmt;

/// Why [`Module::parse`](crate::Module::parse) refused the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not begin with the ELF magic number.
    NotElf,
    /// An ELF file, but not a little-endian one of 64 bits.
    Unsupported {
        /// `EI_CLASS` of the header: 1 is 32 bits, 2 is 64 bits.
        class: u8,
        /// `EI_DATA` of the header: 1 is little-endian, 2 is big-endian.
        data: u8,
    },
    /// An ELF file whose headers contradict its size or each other.
    Malformed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotElf => write!(f, "not an ELF file"),
            Error::Unsupported { class, data } => write!(
                f,
                "ELF class {class} with data encoding {data} is not supported: \
                 only 64 bits (2), little-endian (1)"
            ),
            Error::Malformed(reason) => write!(f, "malformed ELF file: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
