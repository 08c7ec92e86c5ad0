//! Why bytes are not a profile, or could not be read.

use std::{fmt, io};

/// The bytes are no valid profile: where, and why.
///
/// One word in size, because every step of decoding returns it in a `Result`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(Box<Damage>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Damage {
    offset: usize,
    layer: Layer,
    problem: DecodeProblem,
}

/// Which bytes an offset counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The bytes as given, which turned out to be gzip.
    Gzip,
    /// The protobuf: the bytes as given, or what gzip held.
    Protobuf,
}

/// What is wrong at the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// There are no bytes at all.
    Empty,
    /// The gzip stream ends before its last block or its check sum.
    GzipTruncated,
    /// The gzip stream is damaged; the text of the decompressor.
    GzipDamaged(String),
    /// A varint of more than ten bytes, or cut off by the end of its message.
    VarintWithoutEnd,
    /// A length that reaches beyond the end of the enclosing message.
    LengthBeyondEnd,
    /// A wire type that protobuf does not define, or no longer.
    UnknownWireType(u8),
    /// A field of the profile with a wire type it cannot have; the field's name.
    WrongWireType(&'static str),
    /// A string is not UTF-8.
    NotUtf8,
    /// String 0 is not empty, or there is no string table.
    FirstStringNotEmpty,
    /// A number beyond the string table.
    NoSuchString(i64),
    /// A row with the reserved id 0; the name of the table.
    ZeroId(&'static str),
    /// Two rows with one id; the name of the table and the id.
    DuplicateId(&'static str, u64),
    /// A reference to a row that does not exist; the name of the table and the id.
    NoSuchRow(&'static str, u64),
    /// There are samples, but nothing says what their values mean.
    NoSampleType,
    /// A sample has this many values, but there are that many sample types.
    ValueCount {
        /// Values in the sample.
        values: usize,
        /// Sample types in the profile.
        types: usize,
    },
    /// Two profiles, one behind the other, not merged.
    Concatenated,
    /// More than 4 GiB of protobuf.
    TooLarge,
}

impl DecodeError {
    #[cold]
    pub(crate) fn new(offset: usize, problem: DecodeProblem) -> DecodeError {
        DecodeError(Box::new(Damage {
            offset,
            layer: Layer::Protobuf,
            problem,
        }))
    }

    #[cold]
    pub(crate) fn gzip(offset: usize, problem: DecodeProblem) -> DecodeError {
        DecodeError(Box::new(Damage {
            offset,
            layer: Layer::Gzip,
            problem,
        }))
    }

    /// The same problem, found in a part that begins at byte `start`.
    #[cold]
    pub(crate) fn behind(mut self, start: usize) -> DecodeError {
        self.0.offset += start;
        self
    }

    /// The byte at which reading failed, counted from 0 in the layer.
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// Which bytes the offset counts.
    pub fn layer(&self) -> Layer {
        self.0.layer
    }

    /// What is wrong there.
    pub fn problem(&self) -> &DecodeProblem {
        &self.0.problem
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Damage {
            offset,
            layer,
            problem,
        } = &*self.0;
        let layer = match layer {
            Layer::Gzip => "of the gzip stream",
            Layer::Protobuf => "of the uncompressed profile",
        };
        write!(f, "byte {offset} {layer}: {problem}")
    }
}

impl fmt::Display for DecodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeProblem::Empty => f.write_str("empty, not a profile"),
            DecodeProblem::GzipTruncated => f.write_str("the stream ends early"),
            DecodeProblem::GzipDamaged(text) => f.write_str(text),
            DecodeProblem::VarintWithoutEnd => f.write_str("varint without end"),
            DecodeProblem::LengthBeyondEnd => f.write_str("length beyond the end of the data"),
            DecodeProblem::UnknownWireType(wire) => write!(f, "unknown wire type {wire}"),
            DecodeProblem::WrongWireType(field) => write!(f, "wrong wire type for {field}"),
            DecodeProblem::NotUtf8 => f.write_str("string is not UTF-8"),
            DecodeProblem::FirstStringNotEmpty => f.write_str("string 0 is missing or not empty"),
            DecodeProblem::NoSuchString(index) => write!(f, "no string {index}"),
            DecodeProblem::ZeroId(table) => write!(f, "{table} with the reserved id 0"),
            DecodeProblem::DuplicateId(table, id) => write!(f, "second {table} with id {id}"),
            DecodeProblem::NoSuchRow(table, id) => write!(f, "no {table} with id {id}"),
            DecodeProblem::NoSampleType => f.write_str("samples without a sample type"),
            DecodeProblem::ValueCount { values, types } => {
                write!(f, "sample has {values} values for {types} sample types")
            }
            DecodeProblem::Concatenated => f.write_str("a second profile is appended, not merged"),
            DecodeProblem::TooLarge => f.write_str("more than 4 GiB of data"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why no profile could be read.
#[derive(Debug)]
pub enum ReadError {
    /// The source of the bytes failed.
    Source(io::Error),
    /// The bytes are no valid profile.
    Damaged(DecodeError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Source(error) => error.fmt(f),
            ReadError::Damaged(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}
