//! How far a file was read, and how to tell what of it is still the same content.
//!
//! The last bytes before the place are compared at every read. When they are not there any more, what
//! is kept of the first bytes, of the last and of some between tells how much of the content still
//! is: exactly near its start and near its end, and between by the samples there.

use std::io;

use crate::file_system::ReadAt;

/// Bytes kept from the start and from before the place.
const KEPT: usize = 1024;
/// Bytes compared at every read: more than a line's time stamp takes.
const COMPARED: usize = 256;
/// Bytes of a sample between.
const SAMPLE: usize = 64;

/// A place in a file, and what comes before it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Position {
    offset: u64,
    /// The first bytes, at most [`KEPT`].
    head: Vec<u8>,
    /// Where bytes between lie, and the bytes; each about twice as far as the one before.
    samples: Vec<(u64, Vec<u8>)>,
    /// The last bytes before `offset`, at most [`KEPT`].
    before: Vec<u8>,
}

impl Position {
    /// The place `offset` of `file`.
    pub(crate) fn at(file: &impl ReadAt, offset: u64) -> io::Result<Self> {
        let length = offset.min(KEPT as u64) as usize;
        let before = bytes_at(file, offset - length as u64, length)?;
        let mut samples = Vec::new();
        let mut at = 2 * KEPT as u64;
        while at + (KEPT + SAMPLE) as u64 <= offset {
            samples.push((at, bytes_at(file, at, SAMPLE)?));
            at *= 2;
        }
        Ok(Position {
            offset: offset - (length - before.len()) as u64,
            head: bytes_at(file, 0, length)?,
            samples,
            before,
        })
    }

    /// The bytes before it.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// What is to be read again, to see that nothing changed.
    pub(crate) fn before(&self) -> &[u8] {
        &self.before[self.before.len().saturating_sub(COMPARED)..]
    }

    /// Whether it is not the start.
    pub(crate) fn is_within(&self) -> bool {
        self.offset > 0
    }

    /// Where to read on, with what comes [before](Position::before).
    pub(crate) fn reread_from(&self) -> u64 {
        self.offset - self.before().len() as u64
    }

    /// Behind `bytes`, which were read at this place.
    pub(crate) fn advance(&mut self, bytes: &[u8]) {
        if self.head.len() as u64 == self.offset {
            let missing = KEPT - self.head.len();
            let first = &bytes[..bytes.len().min(missing)];
            self.head.extend_from_slice(first);
        }
        self.offset += bytes.len() as u64;
        let kept = KEPT.saturating_sub(bytes.len());
        let surplus = self.before.len().saturating_sub(kept);
        self.before.drain(..surplus);
        self.before
            .extend_from_slice(&bytes[bytes.len().saturating_sub(KEPT)..]);
        self.sample();
    }

    /// Takes a sample if the last one is far away.
    fn sample(&mut self) {
        let last = self.samples.last().map_or(KEPT as u64, |(at, _)| *at);
        if self.offset >= 2 * last {
            let start = self.before.len().saturating_sub(SAMPLE);
            let bytes = self.before[start..].to_vec();
            self.samples.push((self.offset - bytes.len() as u64, bytes));
        }
    }

    /// How many of the bytes that were read `file` begins with, as far as can be told. Where only the
    /// end is missing, nothing in between is taken to have changed.
    pub(crate) fn kept(&self, file: &impl ReadAt) -> io::Result<u64> {
        let size = file.size()?;
        let head = (0, self.head.as_slice());
        let before = (
            self.offset - self.before.len() as u64,
            self.before.as_slice(),
        );
        let between = self
            .samples
            .iter()
            .map(|(at, bytes)| (*at, bytes.as_slice()));
        let between = between.filter(|(at, _)| *at < before.0);
        let mut same_until = 0;
        for (start, bytes) in std::iter::once(head).chain(between).chain([before]) {
            if start >= size {
                return Ok(size);
            }
            let present = bytes_at(file, start, bytes.len())?;
            let same = present.iter().zip(bytes).take_while(|(a, b)| a == b);
            let is_far = start > same_until;
            match same.count() {
                0 if !bytes.is_empty() => return Ok(same_until),
                // So little is alike by chance, and says nothing of what lies between.
                same if is_far && same < SAMPLE.min(present.len()) => return Ok(same_until),
                same if same < bytes.len() => return Ok(start + same as u64),
                same => same_until = start + same as u64,
            }
        }
        Ok(self.offset)
    }
}

/// `length` bytes from `offset` on, less only at the end of the file.
fn bytes_at(file: &impl ReadAt, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let read = file.read_at(&mut bytes, offset)?;
    bytes.truncate(read);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No two stretches of it are alike.
    fn text(length: usize) -> Vec<u8> {
        let numbers = (0..).flat_map(|number: u32| format!("{number}\n").into_bytes());
        numbers.take(length).collect()
    }

    #[track_caller]
    fn check(read: &[u8], step: usize, present: &[u8], expected: usize) {
        let mut position = Position::default();
        read.chunks(step).for_each(|bytes| position.advance(bytes));
        let kept = position.kept(&present).expect("memory never fails");
        assert_eq!(
            kept,
            expected as u64,
            "{} bytes, steps of {step}",
            read.len()
        );
    }

    #[test]
    fn what_is_left_of_a_content_is_known() {
        for length in [1, 500, 1500, 5000, 300_000] {
            let text = text(length);
            for step in [1, 7, 3000, 1 << 20] {
                for cut in [0, length / 3, length / 2, length - 1, length] {
                    check(&text, step, &text[..cut], cut);
                }
                check(&text, step, &[&text[..], b"more"].concat(), length);
                check(&text, step, b"x", 0);
            }
        }
    }

    #[test]
    fn what_was_written_over_a_cut_is_told_apart_near_the_ends() {
        for (length, cut) in [
            (3, 2),
            (900, 400),
            (1500, 800),
            (300_000, 400),
            (300_000, 299_500),
        ] {
            let text = text(length);
            for more in [1, length] {
                let present = [&text[..cut], &vec![b'x'; more]].concat();
                check(&text, 100, &present, cut);
            }
        }
    }

    #[test]
    fn what_is_alike_by_chance_says_nothing_of_what_lies_before() {
        let text = text(300_000);
        let position = Position::at(&text.as_slice(), 300_000).expect("memory never fails");
        let mut present = [&text[..KEPT], &vec![b'x'; 60_000]].concat();
        present[2048..2056].copy_from_slice(&text[2048..2056]);
        let kept = position.kept(&present.as_slice());
        assert_eq!(kept.expect("memory never fails"), KEPT as u64);
    }

    #[test]
    fn what_was_written_over_a_cut_between_is_found_by_samples() {
        let text = text(300_000);
        let present = [&text[..40_000], &vec![b'x'; 60_000]].concat();
        let mut position = Position::default();
        text.chunks(100).for_each(|bytes| position.advance(bytes));
        let kept = position
            .kept(&present.as_slice())
            .expect("memory never fails");
        assert!((20_000..=40_000).contains(&kept), "{kept}");
        let position = Position::at(&text.as_slice(), 300_000).expect("memory never fails");
        let kept = position
            .kept(&&text[..100_000])
            .expect("memory never fails");
        assert_eq!(kept, 100_000);
    }
}
