//! One open file, and how far it was read.

use std::io;
use std::ops::Range;
use std::time::Duration;

use crate::file_system::ReadAt;
use crate::position::Position;
use crate::unfinished::Unfinished;

/// How much is read at a time, in bytes.
const STEP: usize = 256 << 10;

/// A file that is followed.
#[derive(Debug)]
pub(crate) struct Followed<F> {
    pub(crate) file: F,
    pub(crate) stream: usize,
    pub(crate) content: usize,
    pub(crate) position: Position,
    pub(crate) unfinished: Unfinished,
    /// Whether a name led to it at the last look.
    pub(crate) is_named: bool,
    /// Since when nothing has come from it, or no name has led to it.
    pub(crate) quiet_since: Duration,
}

/// What a read gave.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// This part of the buffer: the line that was unfinished, and what comes behind it.
    Bytes(Range<usize>),
    /// What was read before is not there any more.
    Replaced,
    /// Nothing more at present.
    End,
}

impl<F: ReadAt> Followed<F> {
    /// Reads on, into `buffer`, which is as large as it has to be.
    ///
    /// The bytes before the position are read again, and the unfinished line is put over them.
    pub(crate) fn read(&mut self, buffer: &mut Vec<u8>) -> io::Result<Step> {
        let before = self.position.before();
        let unfinished = self.unfinished.bytes();
        let checked = unfinished.len()..unfinished.len() + before.len();
        let size = checked.end + STEP;
        if buffer.len() < size {
            *buffer = vec![0; size];
        }
        let target = &mut buffer[checked.start..size];
        let read = self.file.read_at(target, self.position.reread_from())?;
        let end = checked.start + read;
        if end < checked.end || buffer[checked.clone()] != *before {
            return Ok(Step::Replaced);
        }
        if end == checked.end {
            return Ok(Step::End);
        }
        let start = before.len();
        buffer[start..checked.end].copy_from_slice(unfinished);
        self.position.advance(&buffer[checked.end..end]);
        Ok(Step::Bytes(start..end))
    }
}
