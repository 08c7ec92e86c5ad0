//! The protobuf of a profile in pieces, cut between the fields of its top level.
//!
//! Samples are most of a profile. In one block, all their bytes would stay until the last of them is
//! decoded; a piece goes as soon as its own are. Each piece knows which fields it has, so that a walk
//! for one table passes over the others' pieces.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::error::{DecodeError, DecodeProblem};
use crate::wire::{Field, Reader, each_field};

/// Bytes of a piece, as long as its last field fits.
const PIECE: usize = 1 << 18;
/// Numbers of fields from here on are not told apart.
const NUMBER_MAX: u64 = 31;
/// What a piece has that cannot be walked through: the first walk has to find what is wrong.
const ANYTHING: u32 = u32::MAX;

/// All pieces in order.
#[derive(Debug, Default)]
pub(crate) struct Segments<'a> {
    pieces: Vec<Piece<'a>>,
    counts: Counts,
}

#[derive(Debug)]
struct Piece<'a> {
    /// Where the piece begins in the protobuf.
    offset: usize,
    bytes: Cow<'a, [u8]>,
    /// A bit for the number of each field.
    numbers: u32,
}

/// How many fields there are of each number; too few where the bytes are damaged.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts([usize; NUMBER_MAX as usize + 1]);

impl Counts {
    /// How many fields have this number.
    pub(crate) fn of(&self, number: u64) -> usize {
        self.0[number.min(NUMBER_MAX) as usize]
    }

    /// Counts the fields of `bytes`; where the last whole one ends, and a bit for each number.
    fn add(&mut self, bytes: &[u8]) -> (usize, u32) {
        let (mut end, mut numbers) = (0, 0);
        let mut reader = Reader::new(bytes);
        while let Ok(Some(field)) = reader.field() {
            let number = field.number.min(NUMBER_MAX);
            self.0[number as usize] += 1;
            numbers |= 1 << number;
            end = reader.offset();
        }
        (end, numbers)
    }
}

impl<'a> Segments<'a> {
    /// One piece that holds `bytes`.
    pub(crate) fn whole(bytes: &'a [u8]) -> Segments<'a> {
        let mut segments = Segments::default();
        let (end, numbers) = segments.counts.add(bytes);
        segments.push(0, Cow::Borrowed(bytes), end, numbers);
        segments
    }

    /// Reads all of `input`.
    ///
    /// # Errors
    ///
    /// Those of `input`; the inner one when it holds more than 4 GiB.
    pub(crate) fn read(mut input: impl Read) -> io::Result<Result<Segments<'a>, DecodeError>> {
        let mut segments = Segments::default();
        let mut offset = 0;
        let mut bytes: Vec<u8> = Vec::with_capacity(PIECE);
        loop {
            // A field that does not fit is read in steps that double.
            let wanted = PIECE.max(bytes.len());
            let read = input.by_ref().take(wanted as u64).read_to_end(&mut bytes)?;
            if u32::try_from(offset + bytes.len()).is_err() {
                return Ok(Err(DecodeError::new(0, DecodeProblem::TooLarge)));
            }
            let (end, numbers) = segments.counts.add(&bytes);
            if read < wanted {
                segments.push(offset, Cow::Owned(bytes), end, numbers);
                return Ok(Ok(segments));
            }
            if end == 0 {
                continue;
            }
            let mut rest = Vec::with_capacity(bytes.len() - end + PIECE);
            rest.extend_from_slice(&bytes[end..]);
            bytes.truncate(end);
            segments.push(offset, Cow::Owned(bytes), end, numbers);
            offset += end;
            bytes = rest;
        }
    }

    fn push(&mut self, offset: usize, bytes: Cow<'a, [u8]>, end: usize, numbers: u32) {
        let numbers = if end < bytes.len() { ANYTHING } else { numbers };
        self.pieces.push(Piece {
            offset,
            bytes,
            numbers,
        });
    }

    /// How many fields there are of each number.
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        let last = self.pieces.last();
        last.map_or(0, |piece| piece.offset + piece.bytes.len())
    }

    /// Calls `each` with the fields of all pieces that have one of these numbers, and with others.
    pub(crate) fn each_field(
        &self,
        numbers: &[u64],
        mut each: impl FnMut(&Field<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mask = mask(numbers);
        let pieces = self.pieces.iter().filter(|piece| piece.numbers & mask != 0);
        pieces
            .into_iter()
            .try_for_each(|piece| piece.each_field(&mut each))
    }

    /// As [`Segments::each_field`], for the last time: each piece goes when it has been walked through.
    pub(crate) fn into_fields(
        self,
        numbers: &[u64],
        mut each: impl FnMut(&Field<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mask = mask(numbers);
        for piece in self.pieces {
            if piece.numbers & mask != 0 {
                piece.each_field(&mut each)?;
            }
        }
        Ok(())
    }
}

impl Piece<'_> {
    fn each_field(
        &self,
        each: impl FnMut(&Field<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        each_field(Reader::new(&self.bytes), each).map_err(|error| error.behind(self.offset))
    }
}

fn mask(numbers: &[u64]) -> u32 {
    numbers.iter().fold(0, |mask, number| mask | 1 << number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{put_bytes, put_number};

    /// Fields as they are found: where, which, and how many bytes.
    fn fields(segments: &Segments<'_>, numbers: &[u64]) -> Vec<(usize, u64)> {
        let mut found = Vec::new();
        for piece in &segments.pieces {
            if piece.numbers & mask(numbers) != 0 {
                piece
                    .each_field(|field| {
                        found.push((piece.offset + field.offset, field.number));
                        Ok(())
                    })
                    .unwrap();
            }
        }
        found
    }

    #[test]
    fn pieces_have_the_fields_of_the_whole() {
        let mut bytes = Vec::new();
        for size in [0, 1, 100, PIECE - 1, PIECE, 3 * PIECE + 7, 5, 2 * PIECE, 0] {
            put_number(&mut bytes, 9, 1 << 40);
            put_bytes(&mut bytes, 2, &vec![0xff; size]);
        }
        let whole = Segments::whole(&bytes);
        let read = Segments::read(bytes.as_slice()).unwrap().unwrap();
        assert!(read.pieces.len() > 3);
        assert_eq!(fields(&read, &[2]), fields(&whole, &[2]));
        assert_eq!((read.len(), whole.len()), (bytes.len(), bytes.len()));
        for number in 0..40 {
            assert_eq!(read.counts().of(number), whole.counts().of(number));
        }
        assert_eq!(read.counts().of(2), 9);
    }

    #[test]
    fn damage_is_in_the_piece_that_every_walk_visits() {
        let mut bytes = Vec::new();
        put_bytes(&mut bytes, 2, &vec![0; PIECE]);
        let damaged = bytes.len();
        bytes.extend_from_slice(&[0x0b; 3 * PIECE]);
        let read = Segments::read(bytes.as_slice()).unwrap().unwrap();
        let error = read.each_field(&[6], |_| Ok(())).unwrap_err();
        assert_eq!(error.offset(), damaged);
        let error = read.into_fields(&[6], |_| Ok(())).unwrap_err();
        assert_eq!(error.offset(), damaged);
    }
}
