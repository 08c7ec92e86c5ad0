//! The gzip layer around a profile.

use std::io::{self, BufRead, Cursor, ErrorKind, Read, Write};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::error::{DecodeError, DecodeProblem, ReadError};
use crate::segments::Segments;

/// The first bytes of every gzip stream.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The protobuf in `bytes`, which are gzip (any number of members) or the protobuf itself.
pub(crate) fn decompress(bytes: &[u8]) -> Result<Segments<'_>, DecodeError> {
    if !bytes.starts_with(&MAGIC) {
        return match u32::try_from(bytes.len()) {
            Ok(_) => Ok(Segments::whole(bytes)),
            Err(_) => Err(DecodeError::new(0, DecodeProblem::TooLarge)),
        };
    }
    read(bytes).map_err(|error| match error {
        ReadError::Damaged(error) => error,
        ReadError::Source(_) => unreachable!("reading from memory does not fail"),
    })
}

/// As [`decompress`], from a source of which no more than its buffer is kept.
pub(crate) fn read(source: impl BufRead) -> Result<Segments<'static>, ReadError> {
    let mut source = Source {
        inner: source,
        consumed: 0,
        failure: None,
    };
    // Two bytes at most are asked for: what a buffer holds at first may be less.
    let mut start = Vec::with_capacity(MAGIC.len());
    let peeked = source
        .by_ref()
        .take(MAGIC.len() as u64)
        .read_to_end(&mut start);
    peeked.map_err(|error| source.failed(error))?;
    let is_gzip = start == MAGIC;
    let whole = Cursor::new(start).chain(&mut source);
    let read = if is_gzip {
        Segments::read(MultiGzDecoder::new(whole))
    } else {
        Segments::read(whole)
    };
    match read {
        Ok(segments) => segments.map_err(ReadError::Damaged),
        Err(error) => Err(source.failed(error)),
    }
}

/// A source that counts what is taken from it, and keeps its own failure apart from those of what reads it.
struct Source<R> {
    inner: R,
    consumed: usize,
    failure: Option<io::Error>,
}

impl<R> Source<R> {
    /// What went wrong: the source, or what it holds.
    fn failed(&mut self, error: io::Error) -> ReadError {
        if let Some(failure) = self.failure.take() {
            return ReadError::Source(failure);
        }
        let problem = match error.kind() {
            ErrorKind::UnexpectedEof => DecodeProblem::GzipTruncated,
            _ => DecodeProblem::GzipDamaged(error.to_string()),
        };
        ReadError::Damaged(DecodeError::gzip(self.consumed, problem))
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // Asked twice, because the borrow of a buffer that is returned would last.
        match self.inner.fill_buf() {
            Ok(_) => self.inner.fill_buf(),
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.failure = Some(error);
                Err(kind.into())
            }
        }
    }

    fn consume(&mut self, length: usize) {
        self.inner.consume(length);
        self.consumed += length;
    }
}

/// `raw` as one gzip member at the fastest level: the same trade-off as Go's runtime makes.
pub(crate) fn compress(raw: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(raw.len() / 2), Compression::fast());
    encoder
        .write_all(raw)
        .and_then(|()| encoder.finish())
        .expect("writing to memory does not fail")
}
