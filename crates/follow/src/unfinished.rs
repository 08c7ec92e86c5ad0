//! The line that is being written, until its end comes.

use std::io;

use logread::whole_lines;

/// Bytes that may not be the whole line yet.
#[derive(Debug)]
pub struct Unfinished {
    bytes: Vec<u8>,
    /// The longest line, in bytes without its end. Longer ones come in pieces.
    max_line_length: usize,
    within_long_line: bool,
    /// How many of the bytes were handed out before, as part of a line that was cut.
    known: usize,
}

impl Unfinished {
    /// Nothing yet.
    #[must_use]
    pub fn new(max_line_length: usize) -> Self {
        Unfinished {
            bytes: Vec::new(),
            max_line_length: max_line_length.max(1),
            within_long_line: false,
            known: 0,
        }
    }

    /// Nothing, of which the first `known` bytes that come were handed out before.
    pub(crate) fn restart(&mut self, known: usize) {
        self.bytes.clear();
        self.within_long_line = false;
        self.known = known;
    }

    /// What is there of the line.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Hands out the whole lines of `bytes`, which begin with [what was there](Unfinished::bytes)
    /// before, and keeps the rest. Tells whether a line over the limit began.
    ///
    /// # Errors
    /// Those of `each`; what it was not given is kept.
    pub fn continued(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<bool> {
        let (mut start, mut long) = (0, false);
        let searched = self.bytes.len();
        let outcome = loop {
            let rest = &bytes[start..];
            let whole = whole_lines(rest, searched.saturating_sub(start), self.max_line_length);
            let length = match whole {
                0 if rest.len() > self.max_line_length => {
                    long |= !self.within_long_line;
                    self.within_long_line = true;
                    self.max_line_length
                }
                0 => break Ok(long),
                whole => {
                    self.within_long_line = false;
                    whole
                }
            };
            if let Err(error) = each(&rest[..length]) {
                break Err(error);
            }
            start += length;
            self.known = 0;
        };
        self.bytes.clear();
        self.bytes.extend_from_slice(&bytes[start..]);
        self.bytes.shrink_to(bytes.len() - start);
        outcome
    }

    /// Takes what is there, unless all of it was handed out before: the line will not be finished.
    pub fn take(&mut self) -> Vec<u8> {
        self.within_long_line = false;
        let bytes = std::mem::take(&mut self.bytes);
        match std::mem::take(&mut self.known) {
            known if known >= bytes.len() => Vec::new(),
            _ => bytes,
        }
    }
}
