//! Where the last lines of a file begin.

use std::io;

use memchr::{memchr, memrchr_iter};

use crate::file_system::ReadAt;

/// How much is read at a time, in bytes.
const STEP: u64 = 64 << 10;

/// Where the last `count` lines before `end` begin that are complete; with none, where the last line
/// that is not complete begins, or will.
pub(crate) fn start_of_last_lines(file: &impl ReadAt, mut end: u64, count: u64) -> io::Result<u64> {
    let mut line_ends = 0;
    let mut buffer = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(STEP);
        buffer.resize((end - start) as usize, 0);
        let filled = file.read_at(&mut buffer, start)?;
        for at in memrchr_iter(b'\n', &buffer[..filled]) {
            line_ends += 1;
            if line_ends > count {
                return Ok(start + at as u64 + 1);
            }
        }
        end = start;
    }
    Ok(0)
}

/// The first line of a file with its end, as far as it is within `limit` bytes.
pub(crate) fn first_line(file: &impl ReadAt, limit: usize) -> io::Result<Vec<u8>> {
    let mut line = vec![0; limit.saturating_add(1)];
    let mut filled = 0;
    while filled < line.len() {
        let until = line.len().min(filled + (4 << 10));
        let read = file.read_at(&mut line[filled..until], filled as u64)?;
        let end = memchr(b'\n', &line[filled..filled + read]);
        if let Some(at) = end {
            line.truncate(filled + at + 1);
            return Ok(line);
        }
        filled += read;
        if filled < until {
            break;
        }
    }
    line.truncate(filled);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl ReadAt for &[u8] {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            let rest = self.get(offset as usize..).unwrap_or_default();
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            Ok(count)
        }

        fn size(&self) -> io::Result<u64> {
            Ok(self.len() as u64)
        }
    }

    #[track_caller]
    fn check(text: &[u8], count: u64, expected: &[u8]) {
        let start =
            start_of_last_lines(&text, text.len() as u64, count).expect("memory never fails");
        let got = &text[start as usize..];
        assert_eq!(got, expected, "{count} of {} bytes", text.len());
    }

    #[test]
    fn the_last_complete_lines_and_the_one_that_is_not() {
        check(b"", 0, b"");
        check(b"", 3, b"");
        check(b"a\nb\n", 0, b"");
        check(b"a\nb\n", 1, b"b\n");
        check(b"a\nb\n", 2, b"a\nb\n");
        check(b"a\nb\n", 9, b"a\nb\n");
        check(b"a\nb\nc", 0, b"c");
        check(b"a\nb\nc", 1, b"b\nc");
        check(b"\n\n\n", 2, b"\n\n");
        check(b"abc", 0, b"abc");
    }

    #[test]
    fn lines_longer_than_a_step() {
        let long = vec![b'x'; 3 * STEP as usize];
        let text = [b"a\n", long.as_slice(), b"\nb\n"].concat();
        check(&text, 1, b"b\n");
        check(&text, 2, &text[2..]);
        check(&text, 3, &text);
    }

    #[test]
    fn the_first_line_up_to_the_limit() {
        let check = |text: &[u8], limit, expected: &[u8]| {
            let line = first_line(&text, limit).expect("memory never fails");
            assert_eq!(line, expected);
        };
        check(b"", 10, b"");
        check(b"a,b\nc\n", 10, b"a,b\n");
        check(b"a,b", 10, b"a,b");
        check(b"abcdef\n", 3, b"abcd");
        let long = [vec![b'x'; 10_000], vec![b'\n']].concat();
        check(&long, 10_000, &long);
    }
}
