//! One open file, and how far it was read.

use std::io;
use std::ops::Range;
use std::time::Duration;

use crate::file_system::ReadAt;
use crate::position::Position;
use crate::tail::start_of_last_lines;
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
    /// Whether it is known not to be a copy, as far as the position.
    pub(crate) is_own: bool,
    /// Whether a name led to it at the last look.
    pub(crate) is_named: bool,
    /// Since when nothing has come from it, or no name has led to it.
    pub(crate) quiet_since: Duration,
}

/// What a read gave.
#[derive(Debug)]
pub(crate) enum Step {
    /// This part of the buffer: the line that was unfinished, and what comes behind it.
    Bytes(Range<usize>),
    /// Not all that was read before is there any more.
    Cut(Cut),
    /// Nothing more at present.
    End,
}

/// What is left of a content.
#[derive(Debug)]
pub(crate) struct Cut {
    /// Behind the whole lines that are left.
    pub(crate) position: Position,
    /// How many of the bytes that follow were handed out, as part of a line that was longer.
    pub(crate) known: usize,
    /// Whether nothing is left of the line that was unfinished.
    pub(crate) ends_line: bool,
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
            return self.cut().map(Step::Cut);
        }
        if end == checked.end {
            return Ok(Step::End);
        }
        let start = before.len();
        buffer[start..checked.end].copy_from_slice(unfinished);
        self.position.advance(&buffer[checked.end..end]);
        Ok(Step::Bytes(start..end))
    }

    fn cut(&self) -> io::Result<Cut> {
        let kept = self.position.kept(&self.file)?;
        let start = start_of_last_lines(&self.file, kept, 0)?;
        let handed_out = self.position.offset() - self.unfinished.bytes().len() as u64;
        Ok(Cut {
            position: Position::at(&self.file, start)?,
            known: kept.min(handed_out).saturating_sub(start) as usize,
            ends_line: kept <= handed_out,
        })
    }
}
