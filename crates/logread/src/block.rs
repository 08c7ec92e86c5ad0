//! Blocks of whole lines out of any reader, through one reused buffer.
//!
//! A block is a run of lines, each with its `\n`. Only the last line of a block may lack it: it is
//! then the end of the input, or a piece of a line that is longer than the limit. Such a line comes
//! in pieces of exactly the limit, one block each, and counts as that many lines; its `\n` is no
//! part of its length. The buffer grows to the limit when a line needs it, and no further.
//!
//! Whole lines are handed out after every read, so that a slow pipe is followed as it is written.

use std::io::{self, Read};
use std::mem;
use std::ops::Range;

use memchr::memrchr;

use crate::observer::{Observer, observe};

/// How lines are read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes of the buffer at first, at least 1. One block is at most that, but for long lines.
    pub buffer_size: usize,
    /// The longest line, in bytes without its end, at least 1. Longer ones come in pieces.
    pub max_line_length: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            buffer_size: 512 << 10,
            max_line_length: 1 << 20,
        }
    }
}

/// The lines of a block, each without its `\n`.
pub fn lines(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = block.strip_suffix(b"\n").unwrap_or(block);
    let mut rest = (!block.is_empty()).then_some(body);
    std::iter::from_fn(move || {
        let body = rest?;
        let end = memchr::memchr(b'\n', body);
        rest = end.map(|end| &body[end + 1..]);
        Some(&body[..end.unwrap_or(body.len())])
    })
}

/// Hands out the lines of a reader in blocks.
pub struct BlockReader<'o, R> {
    input: R,
    observer: &'o dyn Observer,
    /// What reading is called.
    stage: &'static str,
    max_line_length: usize,
    buffer: Vec<u8>,
    /// What is read and not handed out is `buffer[start..end]`.
    start: usize,
    end: usize,
    /// No `\n` is in `buffer[start..searched]`.
    searched: usize,
    /// The input has ended, or failed.
    ended: bool,
    failure: Option<io::Error>,
    within_long_line: bool,
    long_lines: u64,
}

impl<R> std::fmt::Debug for BlockReader<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pending = self.end - self.start;
        f.debug_struct("BlockReader")
            .field("pending", &pending)
            .finish_non_exhaustive()
    }
}

impl<'o, R: Read> BlockReader<'o, R> {
    /// Reads `input` and tells `observer` of each block.
    pub fn new(input: R, options: &Options, observer: &'o dyn Observer) -> Self {
        BlockReader {
            input,
            observer,
            stage: "read",
            max_line_length: options.max_line_length.max(1),
            buffer: vec![0; options.buffer_size.max(1)],
            start: 0,
            end: 0,
            searched: 0,
            ended: false,
            failure: None,
            within_long_line: false,
            long_lines: 0,
        }
    }

    /// Calls reading this, where it is more than that.
    pub(crate) fn in_stage(mut self, stage: &'static str) -> Self {
        self.stage = stage;
        self
    }

    /// The next block, never empty; `None` at the end.
    ///
    /// # Errors
    /// When reading fails, after everything read before was handed out. The input has then ended.
    pub fn next_block(&mut self) -> io::Result<Option<&[u8]>> {
        let block = self.advance()?;
        Ok(block.map(|block| &self.buffer[block]))
    }

    /// The next block as a range of `spare`, which gives its memory for what is read next: the block
    /// can be kept without a copy.
    ///
    /// # Errors
    /// Those of [`BlockReader::next_block`].
    pub fn take_block(&mut self, spare: &mut Vec<u8>) -> io::Result<Option<Range<usize>>> {
        let Some(block) = self.advance()? else {
            return Ok(None);
        };
        let pending = &self.buffer[self.start..self.end];
        spare.resize(self.buffer.len(), 0);
        spare[..pending.len()].copy_from_slice(pending);
        self.end = pending.len();
        self.searched -= self.start;
        self.start = 0;
        mem::swap(spare, &mut self.buffer);
        Ok(Some(block))
    }

    /// Passes over the next block and says where in the buffer it is.
    fn advance(&mut self) -> io::Result<Option<Range<usize>>> {
        while !self.ended || self.start < self.end {
            if let Some(length) = self.ready() {
                let block = self.start..self.start + length;
                self.start = block.end;
                self.searched = block.end;
                observe(self.observer, &self.buffer[block.clone()]);
                return Ok(Some(block));
            }
            self.fill();
        }
        self.failure.take().map_or(Ok(None), Err)
    }

    /// How many lines were longer than the limit so far.
    pub fn long_lines(&self) -> u64 {
        self.long_lines
    }

    /// The length of the block that can be handed out now.
    fn ready(&mut self) -> Option<usize> {
        let pending = &self.buffer[self.start..self.end];
        let whole = whole_lines(pending, self.searched - self.start, self.max_line_length);
        if whole > 0 {
            self.within_long_line = false;
            return Some(whole);
        }
        if pending.len() > self.max_line_length {
            self.long_lines += u64::from(!self.within_long_line);
            self.within_long_line = true;
            return Some(self.max_line_length);
        }
        self.searched = self.end;
        (self.ended && !pending.is_empty()).then_some(pending.len())
    }

    /// Reads once, after making room for it.
    fn fill(&mut self) {
        self.observer.stage_entered(self.stage);
        self.make_room();
        match self.input.read(&mut self.buffer[self.end..]) {
            Ok(0) => self.ended = true,
            Ok(read) => self.end += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.ended = true;
                self.failure = Some(error);
            }
        }
    }

    /// Moves what is pending to the front, and lets the buffer grow when that is not enough.
    fn make_room(&mut self) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.searched -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            let needed = self.max_line_length.saturating_add(1);
            let size = self
                .buffer
                .len()
                .saturating_mul(2)
                .min(needed)
                .max(self.end + 1);
            self.buffer.resize(size, 0);
        }
    }
}

/// The length of the longest prefix of `pending` made of whole lines within `limit`.
///
/// The first `searched` bytes are known to hold no `\n`. Looks backwards for the last `\n` of each
/// stretch a line may fill, which finds it at once where lines are short.
#[must_use]
pub fn whole_lines(pending: &[u8], searched: usize, limit: usize) -> usize {
    let mut whole = 0;
    loop {
        let from = whole.max(searched);
        let until = pending
            .len()
            .min(whole.saturating_add(limit).saturating_add(1));
        match memrchr(b'\n', &pending[from.min(until)..until]) {
            Some(at) => whole = from + at + 1,
            None => return whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::observer::Counters;

    /// Gives at most `step` bytes at a time, is interrupted before each, and may fail at the end.
    struct Trickle<'a> {
        bytes: &'a [u8],
        step: usize,
        interrupted: bool,
        fails: bool,
    }

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if self.bytes.is_empty() && self.fails {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let count = self.step.min(buffer.len()).min(self.bytes.len());
            let (now, later) = self.bytes.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.bytes = later;
            Ok(count)
        }
    }

    /// The definition: lines cut at `\n`, then into pieces of the limit.
    fn naive(text: &[u8], limit: usize) -> Vec<Vec<u8>> {
        let body = text.strip_suffix(b"\n").unwrap_or(text);
        if text.is_empty() {
            return Vec::new();
        }
        let pieces = |line: &[u8]| match line {
            [] => vec![Vec::new()],
            line => line.chunks(limit).map(<[u8]>::to_vec).collect(),
        };
        body.split(|&byte| byte == b'\n').flat_map(pieces).collect()
    }

    /// Takes blocks by reference and by exchange of buffers in turn.
    fn read(text: &[u8], options: Options, step: usize, fails: bool) -> (Vec<Vec<u8>>, bool) {
        let counters = Counters::new(true);
        let input = Trickle {
            bytes: text,
            step,
            interrupted: false,
            fails,
        };
        let mut reader = BlockReader::new(input, &options, &counters);
        let (mut got, mut spare) = (Vec::new(), Vec::new());
        let failed = loop {
            let block = match got.len() % 2 {
                0 => reader.next_block(),
                _ => match reader.take_block(&mut spare) {
                    Ok(block) => Ok(block.map(|block| &spare[block])),
                    Err(error) => Err(error),
                },
            };
            match block {
                Ok(Some(block)) => got.extend(lines(block).map(<[u8]>::to_vec)),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(matches!(reader.next_block(), Ok(None)), "ended for good");
        let expected = [
            ("files", 0),
            ("bytes", text.len() as u64),
            ("lines", got.len() as u64),
        ];
        assert_eq!(counters.facts(), expected);
        (got, failed)
    }

    fn check(text: &[u8], limit: usize) {
        for buffer_size in [1, 2, 3, 7, 64, 4096] {
            for step in [1, 2, 5, 4096] {
                let options = Options {
                    buffer_size,
                    max_line_length: limit,
                };
                let expected = naive(text, limit);
                assert_eq!(read(text, options, step, false), (expected.clone(), false));
                assert_eq!(read(text, options, step, true), (expected, true));
            }
        }
    }

    #[test]
    fn edges_of_lines_and_of_the_limit() {
        let texts: [&[u8]; 11] = [
            b"",
            b"\n",
            b"\n\n",
            b"a",
            b"a\n",
            b"a\n\nb",
            b"abcd\n",
            b"abcde\n",
            b"abcdefgh\nx\n",
            b"abcdefghi",
            b"\r\n\0\xff\r\n",
        ];
        for text in texts {
            check(text, 4);
            check(text, 1);
            check(text, 1 << 20);
        }
    }

    #[test]
    fn a_line_over_the_limit_is_counted_once() {
        let options = Options {
            buffer_size: 2,
            max_line_length: 3,
        };
        let text: &[u8] = b"abcdefghij\nabc\nabcd\n";
        let mut reader = BlockReader::new(text, &options, &crate::Unobserved);
        while reader.next_block().expect("memory never fails").is_some() {}
        assert_eq!(reader.long_lines(), 2);
        assert_eq!(reader.buffer.len(), 4, "the limit and one byte");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn blocks_hold_the_lines_of_the_text(
            text in prop::collection::vec(prop::sample::select(b"ab\n\r\xff".as_slice()), 0..60),
            limit in 1usize..20,
        ) {
            check(&text, limit);
        }
    }
}
