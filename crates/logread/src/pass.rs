//! Lines of a regular file into a pipe, hardly looked at.
//!
//! Where lines are shown as they are, all that matters of them is that none is over the limit: a
//! longer one is to come in pieces. That shows without reading them. If there is a line end within
//! every stretch of the file that is as long as a line may be, no line is longer; and in nearly all
//! files there is one right at the end of each stretch. So that is read, and the rest of the pages go
//! from the system's cache to the pipe as they are.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use memchr::{memchr_iter, memrchr};

use crate::block::Options;
use crate::observer::Observer;
use crate::sys;

/// The longest stretch, in bytes.
const STRETCH_MAX: usize = 1 << 20;

/// How many bytes at the end of a stretch are looked at.
const LOOK: usize = 8 << 10;

/// What was passed on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Passed {
    /// Its bytes from the start of the file.
    pub bytes: u64,
    /// Whether it ends within a line, because no more could be passed on or the file was cut short.
    pub is_line_open: bool,
}

/// Passes whole lines within the limit from the start of `file` to `pipe`, and tells `observer` of
/// them. What is left, which may be all of it, is to be read: the last lines, what may be over the
/// limit, and what cannot be passed on.
pub fn pass_lines(file: &File, pipe: &File, options: &Options, observer: &dyn Observer) -> Passed {
    let stretch = options.max_line_length.min(STRETCH_MAX);
    let (mut position, mut buffer) = (0, Vec::new());
    observer.stage_entered("write");
    while let Some(length) = whole_lines(file, position, stretch, &mut buffer) {
        let moved = splice_all(file, position, pipe, length);
        observer.bytes_read(moved as u64);
        if observer.counts_lines() {
            observer.lines_read(count_lines(file, position, moved, &mut buffer));
        }
        position += moved as u64;
        if moved < length {
            break;
        }
    }
    Passed {
        bytes: position,
        is_line_open: position > 0 && !is_line_end(file, position - 1),
    }
}

/// Whether a line ends there, as far as that can be read.
fn is_line_end(file: &File, position: u64) -> bool {
    let mut byte = [0];
    file.read_exact_at(&mut byte, position).is_ok() && byte == *b"\n"
}

/// The length of the whole lines in the `stretch` bytes of `file` from `position` on, if the last of
/// them ends in the part that is looked at.
fn whole_lines(file: &File, position: u64, stretch: usize, buffer: &mut Vec<u8>) -> Option<usize> {
    let before = stretch.checked_sub(LOOK).filter(|before| *before > LOOK)?;
    buffer.resize(LOOK, 0);
    file.read_exact_at(buffer, position + before as u64).ok()?;
    memrchr(b'\n', buffer).map(|end| before + end + 1)
}

/// Moves `length` bytes, or as many as can be.
fn splice_all(file: &File, position: u64, pipe: &File, length: usize) -> usize {
    let mut moved = 0;
    while moved < length {
        match sys::splice(file, position + moved as u64, pipe, length - moved) {
            Ok(0) => break,
            Ok(more) => moved += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Whoever reads on from here meets the error if it lasts.
            Err(_) => break,
        }
    }
    moved
}

/// The line ends in `length` bytes; 0 where they cannot be read any more.
fn count_lines(file: &File, position: u64, length: usize, buffer: &mut Vec<u8>) -> u64 {
    buffer.resize(length, 0);
    match file.read_exact_at(buffer, position) {
        Ok(()) => memchr_iter(b'\n', buffer).count() as u64,
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::OwnedFd;
    use std::thread;

    use super::*;
    use crate::observer::Counters;

    /// What comes out of the pipe and then is left.
    fn passed(text: &[u8], max_line_length: usize) -> (Vec<u8>, u64) {
        let mut file = tempfile::tempfile().expect("a file for the test");
        file.write_all(text).expect("a file for the test");
        let (mut reader, writer) = io::pipe().expect("a pipe for the test");
        let pipe = File::from(OwnedFd::from(writer));
        let options = Options {
            max_line_length,
            ..Options::default()
        };
        let counters = Counters::new(true);
        let mut out = Vec::new();
        let offset = thread::scope(|scope| {
            let passing = scope.spawn(|| {
                let passed = pass_lines(&file, &pipe, &options, &counters);
                drop(pipe);
                assert!(!passed.is_line_open, "whole lines");
                passed.bytes
            });
            reader.read_to_end(&mut out).expect("a pipe can be read");
            passing.join().expect("no panic")
        });
        let lines = memchr_iter(b'\n', &out).count() as u64;
        assert_eq!(
            counters.facts(),
            [("files", 0), ("bytes", offset), ("lines", lines)]
        );
        (out, offset)
    }

    /// Whole lines come out, nothing that is longer than the limit, and at least `least` bytes.
    #[track_caller]
    fn check(text: &[u8], max_line_length: usize, least: usize) {
        let (out, offset) = passed(text, max_line_length);
        assert_eq!(out.len() as u64, offset);
        assert!(out == text[..out.len()], "other bytes");
        assert!(out.is_empty() || out.ends_with(b"\n"), "a part of a line");
        assert!(out.len() >= least, "only {} bytes", out.len());
        let mut lines = out.split(|byte| *byte == b'\n');
        assert!(lines.all(|line| line.len() <= max_line_length));
    }

    #[test]
    fn whole_lines_within_the_limit_are_passed() {
        let text = b"a line of a log\n".repeat(300_000);
        let least = usize::from(sys::SPLICES) * (text.len() - STRETCH_MAX);
        check(&text, STRETCH_MAX, least);
        check(&text, 100_000, least);
        check(
            &text[..text.len() - 3],
            4 * STRETCH_MAX,
            least.saturating_sub(3),
        );
        check(&text, 1024, 0);
        check(b"", STRETCH_MAX, 0);
        check(b"one\n", STRETCH_MAX, 0);
    }

    #[test]
    fn what_may_be_over_the_limit_is_left() {
        let line = b"a line of a log\n".repeat(20_000);
        for limit in [STRETCH_MAX, 100_000] {
            for length in [limit - 1, limit, limit + 1, 3 * limit] {
                let long = [vec![b'x'; length], b"\n".to_vec()].concat();
                check(&[line.clone(), long, line.repeat(10)].concat(), limit, 0);
            }
        }
    }
}
