//! Cutting blocks at their line ends.
//!
//! A block is a run of lines, each with its `\n`; only the last may lack it.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

/// The line that holds the byte at `at`, with its `\n`. `None` behind the last line.
pub(crate) fn line_at(block: &[u8], at: usize) -> Option<Range<usize>> {
    let start = memrchr(b'\n', &block[..at]).map_or(0, |end| end + 1);
    let end = memchr(b'\n', &block[at..]).map_or(block.len(), |length| at + length + 1);
    (start < end).then_some(start..end)
}

/// A line without its `\n`.
pub(crate) fn content(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// The number of lines.
pub(crate) fn count(block: &[u8]) -> u64 {
    let open = !block.is_empty() && !block.ends_with(b"\n");
    memchr_iter(b'\n', block).count() as u64 + u64::from(open)
}

/// The length of the first `limit` lines, and how many lines that are.
pub(crate) fn first(block: &[u8], limit: u64) -> (usize, u64) {
    let (mut length, mut lines) = (0, 0);
    while lines < limit && length < block.len() {
        length = memchr(b'\n', &block[length..]).map_or(block.len(), |end| length + end + 1);
        lines += 1;
    }
    (length, lines)
}

/// Where the last `limit` lines start, and how many lines that are.
pub(crate) fn last(block: &[u8], limit: u64) -> (usize, u64) {
    let (mut start, mut lines) = (block.len(), 0);
    while lines < limit && start > 0 {
        start = memrchr(b'\n', &block[..start - 1]).map_or(0, |end| end + 1);
        lines += 1;
    }
    (start, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_any_of_their_bytes() {
        let check = |at, expected| assert_eq!(line_at(b"ab\n\nc", at), expected, "{at}");
        for at in 0..=2 {
            check(at, Some(0..3));
        }
        check(3, Some(3..4));
        check(4, Some(4..5));
        check(5, Some(4..5));
        assert_eq!(line_at(b"ab\n", 3), None);
        assert_eq!(line_at(b"", 0), None);
    }

    #[test]
    fn the_first_and_the_last_lines() {
        let block = b"ab\n\nc";
        assert_eq!(
            [first(block, 0), first(block, 2), first(block, 9)],
            [(0, 0), (4, 2), (5, 3)]
        );
        assert_eq!(
            [last(block, 0), last(block, 2), last(block, 9)],
            [(5, 0), (3, 2), (0, 3)]
        );
        assert_eq!(last(b"a\nb\n", 1), (2, 1));
        assert_eq!([count(b""), count(b"\n"), count(block)], [0, 1, 3]);
    }
}
