//! Where the lines go.

use std::io;
use std::ops::ControlFlow;

use logread::{Error, Source};

/// Where lines come from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The name under which the file was found first.
    pub source: &'a Source,
    /// The number of that name, from 0: it stays the same when the file is rotated.
    pub stream: usize,
    /// The number of the content, from 0: it changes when the file is rotated, or written anew.
    pub content: usize,
}

/// Receives lines as they appear.
pub trait Consumer {
    /// One or more lines, each with its `\n`; the last may lack it when a file ended without, or when
    /// it is a piece of a line over the limit. Breaks when no more lines of this stream are wanted.
    ///
    /// # Errors
    /// Whatever hinders the consumer ends the look.
    fn lines(&mut self, origin: Origin<'_>, lines: &[u8]) -> io::Result<ControlFlow<()>>;

    /// Whether to call [`Consumer::first_line`].
    fn wants_first_lines(&self) -> bool {
        false
    }

    /// The first line of a content that is not read from its start.
    fn first_line(&mut self, _origin: Origin<'_>, _line: &[u8]) {}

    /// No more lines of this content will come.
    fn ended(&mut self, _content: usize) {}

    /// A line is over the limit and comes in pieces; told once for each stream.
    fn long_line(&mut self, source: &Source);

    /// A name cannot be followed at present. Told once, until something changes about it.
    fn unreadable(&mut self, error: Error);
}
