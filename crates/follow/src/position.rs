//! How far a file was read, and how to tell that it is still the same content.

use std::io;

use crate::file_system::ReadAt;

/// Bytes kept from before the place: more than a line's time stamp takes.
const KEPT: usize = 256;

/// A place in a file, and the bytes before it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Position {
    offset: u64,
    /// The last bytes before `offset`, at most [`KEPT`].
    before: Vec<u8>,
}

impl Position {
    /// The place `offset` of `file`.
    pub(crate) fn at(file: &impl ReadAt, offset: u64) -> io::Result<Self> {
        let kept = offset.min(KEPT as u64);
        let mut before = vec![0; kept as usize];
        let read = file.read_at(&mut before, offset - kept)?;
        before.truncate(read);
        Ok(Position {
            offset: offset - kept + read as u64,
            before,
        })
    }

    /// What is to be read again, to see that nothing changed.
    pub(crate) fn before(&self) -> &[u8] {
        &self.before
    }

    /// Whether it is not the start.
    pub(crate) fn is_within(&self) -> bool {
        self.offset > 0
    }

    /// Where to read on, with what comes [before](Position::before).
    pub(crate) fn reread_from(&self) -> u64 {
        self.offset - self.before.len() as u64
    }

    /// Behind `bytes`, which were read at this place.
    pub(crate) fn advance(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        let kept = KEPT.saturating_sub(bytes.len());
        let surplus = self.before.len().saturating_sub(kept);
        self.before.drain(..surplus);
        self.before
            .extend_from_slice(&bytes[bytes.len().saturating_sub(KEPT)..]);
    }
}
