//! The lines of a regular file in chunks that can be read in any order, by several threads.
//!
//! The file is divided at equal distances. A chunk holds the lines that start within its stretch,
//! so every line belongs to exactly one, and a reader looks one byte back for the start of its first
//! line and a little ahead for the end of its last. Reads are positioned: nobody shares a cursor, and
//! unlike with a memory map nothing happens when the file is cut short meanwhile.
//!
//! Whatever is not plain (a line over the limit, the last line without an end, a file that shrank,
//! an error) makes a chunk [incomplete](Chunk::complete); what [`Chunks::rest`] gives from behind its
//! last line handles that.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use memchr::{memchr, memrchr};

use crate::block::Options;
use crate::regular::Regular;

/// A regular file, divided into chunks of lines.
pub struct Chunks {
    file: File,
    /// The size of the file when reading began, in bytes.
    size: u64,
    chunk_size: usize,
    max_line_length: usize,
}

impl std::fmt::Debug for Chunks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chunks")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// Where the lines of a chunk are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Chunk {
    /// The lines, each with its `\n`, as a range of the buffer.
    pub lines: Range<usize>,
    /// Where the first of them starts in the file; means nothing when there are none.
    pub offset: u64,
    /// Whether no line is missing that starts in the stretch of this chunk.
    pub complete: bool,
    /// Whether the file was seen to end behind the last line.
    pub at_end: bool,
}

/// How far is read ahead at first, in bytes: more than most lines take.
const AHEAD: usize = 4 << 10;

impl Chunks {
    /// Chunks of the first `size` bytes of `file`, each as large as a buffer or, where that is less,
    /// as the longest line. A longer line makes its chunk incomplete.
    #[must_use]
    pub fn new(file: File, size: u64, options: &Options) -> Self {
        let max_line_length = options.max_line_length.max(1);
        let chunk_size = options.buffer_size.clamp(1, max_line_length);
        Chunks {
            file,
            size,
            chunk_size,
            max_line_length,
        }
    }

    /// How many chunks there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.size.div_ceil(self.chunk_size as u64)
    }

    /// The file from `offset` on, read in order. All that it gives share one cursor.
    ///
    /// # Errors
    /// When the file cannot be read from there.
    pub fn rest(&self, offset: u64) -> io::Result<Regular<&File>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Regular::new(file, self.size))
    }

    /// Reads the chunk at `index` into `buffer`, whose content is replaced.
    pub fn read(&self, index: u64, buffer: &mut Vec<u8>) -> Chunk {
        let start = index * self.chunk_size as u64;
        let left = self.size.saturating_sub(start).max(1);
        let length =
            usize::try_from(left).map_or(self.chunk_size, |left| left.min(self.chunk_size));
        let back = usize::from(index > 0);
        self.lines_at(start - back as u64, back, back + length, buffer)
            .unwrap_or_default()
    }

    /// The lines that start in the `stretch` bytes from `offset`, but for the first `back`.
    fn lines_at(
        &self,
        offset: u64,
        back: usize,
        stretch: usize,
        buffer: &mut Vec<u8>,
    ) -> io::Result<Chunk> {
        let mut filled = self.extend(buffer, 0, offset, stretch + AHEAD)?;
        // A file that was cut short has no end here: whoever reads the rest says so.
        let is_whole = |filled: usize| offset + filled as u64 >= self.size;
        let text = &buffer[..filled];
        let first = if back == 0 {
            Some(0)
        } else {
            memchr(b'\n', text).map(|end| end + 1)
        };
        let Some(first) = first.filter(|&first| first < stretch.min(filled)) else {
            return Ok(Chunk {
                offset,
                complete: true,
                at_end: first == Some(filled) && filled < buffer.len() && is_whole(filled),
                lines: 0..0,
            });
        };
        let mut searched = stretch - 1;
        loop {
            let text = &buffer[..filled];
            let ended = filled < buffer.len();
            if let Some(end) = text.get(searched..).and_then(|ahead| memchr(b'\n', ahead)) {
                let lines = first..searched + end + 1;
                let at_end = ended && lines.end == filled && is_whole(filled);
                return Ok(self.within_limit(text, lines, offset, at_end));
            }
            if ended || filled - stretch > self.max_line_length {
                let end = memrchr(b'\n', &text[first..]).map_or(first, |end| first + end + 1);
                let at_end = ended && end == filled && is_whole(filled);
                return Ok(Chunk {
                    lines: first..end,
                    offset: offset + first as u64,
                    complete: at_end,
                    at_end,
                });
            }
            searched = filled;
            filled = self.extend(buffer, filled, offset, filled * 2)?;
        }
    }

    /// Leaves out the last line when it is over the limit. No other can be.
    fn within_limit(&self, buffer: &[u8], lines: Range<usize>, offset: u64, at_end: bool) -> Chunk {
        let body = &buffer[lines.start..lines.end - 1];
        let last = memrchr(b'\n', body).map_or(lines.start, |end| lines.start + end + 1);
        let complete = lines.end - 1 - last <= self.max_line_length;
        let end = if complete { lines.end } else { last };
        Chunk {
            lines: lines.start..end,
            offset: offset + lines.start as u64,
            complete,
            at_end: at_end && complete,
        }
    }

    /// Reads on until `buffer` has `length` bytes of the file from `offset`, of which it has
    /// `filled`; gives how many it has then, which are less only at the end of the file.
    fn extend(
        &self,
        buffer: &mut Vec<u8>,
        mut filled: usize,
        offset: u64,
        length: usize,
    ) -> io::Result<usize> {
        buffer.resize(length, 0);
        while filled < length {
            match self
                .file
                .read_at(&mut buffer[filled..], offset + filled as u64)
            {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    /// The lines of all chunks up to the first that is not complete, and whether all were.
    fn read(text: &[u8], size: u64, chunk_size: usize, limit: usize) -> (Vec<u8>, bool) {
        let mut file = tempfile::tempfile().expect("a file for the test");
        file.write_all(text).expect("a file for the test");
        let options = Options {
            buffer_size: chunk_size,
            max_line_length: limit,
        };
        let chunks = Chunks::new(file, size, &options);
        let (mut all, mut buffer, mut complete) = (Vec::new(), Vec::new(), true);
        for index in 0..chunks.count() {
            let chunk = chunks.read(index, &mut buffer);
            assert!(
                chunk.lines.is_empty() || chunk.offset == all.len() as u64,
                "no gap"
            );
            all.extend_from_slice(&buffer[chunk.lines]);
            complete &= chunk.complete;
            if !complete {
                break;
            }
        }
        (all, complete)
    }

    /// The longest prefix of `text` of whole lines within the limit.
    fn naive(text: &[u8], limit: usize) -> &[u8] {
        let whole = |line: &&[u8]| line.ends_with(b"\n") && line.len() <= limit + 1;
        let lines = text
            .split_inclusive(|&byte| byte == b'\n')
            .take_while(whole);
        &text[..lines.map(<[u8]>::len).sum()]
    }

    fn check(text: &[u8], limit: usize) {
        for chunk_size in [1, 2, 3, 7, 64, 5000] {
            let (got, complete) = read(text, text.len() as u64, chunk_size, limit);
            let expected = naive(text, limit);
            assert_eq!(
                got, expected,
                "chunks of {chunk_size}, limit {limit}, {text:?}"
            );
            assert_eq!(
                complete,
                expected == text,
                "chunks of {chunk_size}, limit {limit}, {text:?}"
            );
        }
    }

    #[test]
    fn edges() {
        for text in [
            "",
            "\n",
            "a",
            "a\n",
            "ab\nc\n",
            "\n\n\n",
            "abcd\nabcde\nx\n",
            "abcdefghijkl\n",
        ] {
            check(text.as_bytes(), 4);
            check(text.as_bytes(), 1000);
        }
        let long = [
            b"x".repeat(9000),
            b"\n".to_vec(),
            b"y".repeat(3),
            b"\n".to_vec(),
        ]
        .concat();
        check(&long, 9000);
        check(&long, 8999);
    }

    #[test]
    fn a_file_that_shrank_ends_early() {
        assert_eq!(
            read(b"ab\ncd\nef", 100, 4, 10),
            (b"ab\ncd\n".to_vec(), false)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn chunks_hold_the_lines_of_the_file(
            text in prop::collection::vec(prop::sample::select(b"ab\n".as_slice()), 0..40),
            limit in 1usize..12,
        ) {
            check(&text, limit);
        }
    }
}
