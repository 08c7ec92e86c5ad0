//! Cutting lines at their delimiters.
//!
//! Fields are short: a vector search for the next delimiter takes longer to begin than the field
//! lasts. So a line is looked at once, eight bytes at a time, and the delimiters among the eight
//! are kept as bits.

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const SEVEN_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The fields of a line, between delimiters. A line without delimiters is one field, even when it
/// is empty.
#[derive(Debug, Clone)]
pub(crate) struct Split<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    /// Where the eight bytes begin that `found` is about.
    word: usize,
    /// The highest bit of each byte that is a delimiter and not handed out yet.
    found: u64,
    /// Where the next field begins; `None` behind the last.
    field: Option<usize>,
}

impl<'b> Split<'b> {
    pub(crate) fn new(bytes: &'b [u8], delimiter: u8) -> Self {
        Self {
            bytes,
            delimiter,
            word: 0,
            found: delimiters(bytes, delimiter),
            field: Some(0),
        }
    }

    /// The line from the start of the next field on; `None` behind the last field.
    pub(crate) fn rest(&self) -> Option<&'b [u8]> {
        self.field.map(|start| &self.bytes[start..])
    }
}

impl<'b> Iterator for Split<'b> {
    type Item = &'b [u8];

    #[inline]
    fn next(&mut self) -> Option<&'b [u8]> {
        let start = self.field?;
        while self.found == 0 {
            self.word += 8;
            let Some(rest) = self.bytes.get(self.word..) else {
                self.field = None;
                return Some(&self.bytes[start..]);
            };
            self.found = delimiters(rest, self.delimiter);
        }
        let end = self.word + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        self.field = Some(end + 1);
        Some(&self.bytes[start..end])
    }

    /// Passes over `count` fields, counting their delimiters, and gives the next.
    #[inline]
    fn nth(&mut self, count: usize) -> Option<&'b [u8]> {
        let mut left = count;
        loop {
            let here = ones(self.found);
            if here >= left {
                break;
            }
            left -= here;
            self.word += 8;
            let Some(rest) = self.bytes.get(self.word..) else {
                self.found = 0;
                self.field = None;
                return None;
            };
            self.found = delimiters(rest, self.delimiter);
        }
        for _ in 0..left {
            self.field = Some(self.word + self.found.trailing_zeros() as usize / 8 + 1);
            self.found &= self.found - 1;
        }
        self.next()
    }
}

/// How many of the highest bits of eight bytes are set; no others are.
#[inline]
fn ones(bits: u64) -> usize {
    ((bits >> 7).wrapping_mul(LOW_BITS) >> 56) as usize
}

/// The highest bit of each of the first eight bytes that is a `delimiter`.
#[inline]
fn delimiters(bytes: &[u8], delimiter: u8) -> u64 {
    let word = match bytes.first_chunk::<8>() {
        Some(word) => *word,
        None => {
            let mut word = [!delimiter; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            word
        }
    };
    // A byte of `difference` is zero where the delimiter is. Adding 0x7f to the lower seven bits
    // sets the highest unless they are zero, and carries into no other byte.
    let difference = u64::from_le_bytes(word) ^ (LOW_BITS * u64::from(delimiter));
    !(((difference & SEVEN_BITS) + SEVEN_BITS) | difference | SEVEN_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(line: &[u8]) {
        let expected: Vec<&[u8]> = line.split(|byte| *byte == b'|').collect();
        let mut split = Split::new(line, b'|');
        for (index, field) in expected.iter().enumerate() {
            let rest = expected[index..].join(&b'|');
            assert_eq!(split.rest(), Some(&rest[..]), "{line:?}");
            assert_eq!(split.next(), Some(*field), "{line:?}");
        }
        assert_eq!((split.rest(), split.next()), (None, None), "{line:?}");
        for start in 0..expected.len() {
            for passed in 0..expected.len() + 2 {
                let mut split = Split::new(line, b'|');
                split.by_ref().take(start).for_each(drop);
                let place = start + passed;
                assert_eq!(
                    split.nth(passed),
                    expected.get(place).copied(),
                    "{line:?} {place}"
                );
                assert_eq!(
                    split.next(),
                    expected.get(place + 1).copied(),
                    "{line:?} {place}"
                );
            }
        }
    }

    #[test]
    fn edges_of_words() {
        for length in 0..20 {
            check(&vec![b'|'; length]);
            check(&vec![b'a'; length]);
            check(&[vec![b'|' - 1; length], vec![b'|'], vec![0xff; length]].concat());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn fields_are_those_between_delimiters(
            line in prop::collection::vec(prop::sample::select(b"|a\0\x7b\x7d\xfc\xff".to_vec()), 0..40)
        ) {
            check(&line);
        }
    }
}
