//! Protobuf's wire format: varints and fields, read with their offsets, written to a buffer.

use crate::error::{DecodeError, DecodeProblem};

/// A cursor over one message; offsets count from the start of the whole protobuf.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    /// The whole protobuf up to the end of this message.
    bytes: &'a [u8],
    offset: usize,
}

/// One field of a message.
pub(crate) struct Field<'a> {
    pub(crate) number: u64,
    /// Where the field's tag stands.
    pub(crate) offset: usize,
    pub(crate) payload: Payload<'a>,
}

/// What a field carries.
pub(crate) enum Payload<'a> {
    Varint(u64),
    /// Bytes: a string, a message or packed numbers.
    Bytes(Reader<'a>),
    /// A number of four or eight bytes; profiles have none, so it is only skipped.
    Fixed,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(message: &'a [u8]) -> Reader<'a> {
        Reader {
            bytes: message,
            offset: 0,
        }
    }

    /// What is left of the message.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        &self.bytes[self.offset..]
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.offset >= self.bytes.len()
    }

    /// The next varint.
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, DecodeError> {
        match self.bytes.get(self.offset) {
            Some(&byte) if byte < 0x80 => {
                self.offset += 1;
                Ok(u64::from(byte))
            }
            _ => self.long_varint(),
        }
    }

    /// A varint of several bytes: those of up to eight at once, where so many are left.
    fn long_varint(&mut self) -> Result<u64, DecodeError> {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        if let Some(word) = rest.first_chunk() {
            let word = u64::from_le_bytes(*word);
            let ends = !word & 0x8080_8080_8080_8080;
            if ends != 0 {
                let bytes = ends.trailing_zeros() / 8 + 1;
                self.offset += bytes as usize;
                return Ok(seven_bits_a_byte(word & (u64::MAX >> (64 - 8 * bytes))));
            }
        }
        self.any_varint(rest)
    }

    /// A varint at the end of the message, or one of more than eight bytes.
    fn any_varint(&mut self, rest: &[u8]) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for (index, &byte) in rest.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (index * 7);
            if byte < 0x80 {
                self.offset += index + 1;
                return Ok(value);
            }
        }
        Err(DecodeError::new(
            self.offset,
            DecodeProblem::VarintWithoutEnd,
        ))
    }

    /// Takes `length` bytes as a reader of their own; `from` is named when they are not there.
    #[inline]
    fn take(&mut self, length: u64, from: usize) -> Result<Reader<'a>, DecodeError> {
        let start = self.offset;
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| start.checked_add(length));
        let Some(bytes) = end.and_then(|end| self.bytes.get(..end)) else {
            return Err(DecodeError::new(from, DecodeProblem::LengthBeyondEnd));
        };
        self.offset = bytes.len();
        Ok(Reader {
            bytes,
            offset: start,
        })
    }

    /// The next field, `None` at the end of the message.
    #[inline(always)]
    pub(crate) fn field(&mut self) -> Result<Option<Field<'a>>, DecodeError> {
        if self.is_empty() {
            return Ok(None);
        }
        let offset = self.offset;
        let tag = self.varint()?;
        let payload = match (tag & 7) as u8 {
            0 => Payload::Varint(self.varint()?),
            2 => {
                let length = self.varint()?;
                Payload::Bytes(self.take(length, offset)?)
            }
            wire => self.fixed(wire, offset)?,
        };
        Ok(Some(Field {
            number: tag >> 3,
            offset,
            payload,
        }))
    }

    /// Skips a number of fixed size.
    #[cold]
    fn fixed(&mut self, wire: u8, offset: usize) -> Result<Payload<'a>, DecodeError> {
        let size = match wire {
            1 => 8,
            5 => 4,
            _ => {
                return Err(DecodeError::new(
                    offset,
                    DecodeProblem::UnknownWireType(wire),
                ));
            }
        };
        self.take(size, offset).map(|_| Payload::Fixed)
    }
}

/// Joins the lower seven bits of each byte: two bytes to 14 bits, two of those to 28, and those to 56.
#[inline]
fn seven_bits_a_byte(word: u64) -> u64 {
    let word = (word & 0x007f_007f_007f_007f) | (word & 0x7f00_7f00_7f00_7f00) >> 1;
    let word = (word & 0x0000_3fff_0000_3fff) | (word & 0x3fff_0000_3fff_0000) >> 2;
    (word & 0x0fff_ffff) | (word & 0x0fff_ffff_0000_0000) >> 4
}

impl<'a> Field<'a> {
    /// The number of a scalar field.
    #[inline]
    pub(crate) fn varint(&self, name: &'static str) -> Result<u64, DecodeError> {
        match self.payload {
            Payload::Varint(value) => Ok(value),
            _ => Err(self.error(DecodeProblem::WrongWireType(name))),
        }
    }

    /// The number of a signed field: protobuf's `int64` is two's complement.
    #[inline]
    pub(crate) fn signed(&self, name: &'static str) -> Result<i64, DecodeError> {
        self.varint(name).map(u64::cast_signed)
    }

    /// The message or the text of the field.
    #[inline]
    pub(crate) fn bytes(&self, name: &'static str) -> Result<Reader<'a>, DecodeError> {
        match &self.payload {
            Payload::Bytes(reader) => Ok(reader.clone()),
            _ => Err(self.error(DecodeProblem::WrongWireType(name))),
        }
    }

    /// Calls `each` with every number of a repeated field, packed or not.
    #[inline]
    pub(crate) fn numbers(
        &self,
        name: &'static str,
        mut each: impl FnMut(u64) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        match &self.payload {
            Payload::Varint(value) => each(*value),
            Payload::Bytes(packed) => {
                let mut packed = packed.clone();
                while !packed.is_empty() {
                    each(packed.varint()?)?;
                }
                Ok(())
            }
            Payload::Fixed => Err(self.error(DecodeProblem::WrongWireType(name))),
        }
    }

    /// `problem` at this field.
    #[cold]
    pub(crate) fn error(&self, problem: DecodeProblem) -> DecodeError {
        DecodeError::new(self.offset, problem)
    }
}

/// Calls `each` with every field of `message`.
#[inline]
pub(crate) fn each_field<'a>(
    mut message: Reader<'a>,
    mut each: impl FnMut(&Field<'a>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    while let Some(field) = message.field()? {
        each(&field)?;
    }
    Ok(())
}

/// Appends `value` as a varint.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a number field, left out when 0 as proto3 does.
pub(crate) fn put_number(out: &mut Vec<u8>, field: u64, value: u64) {
    if value != 0 {
        put_varint(out, field << 3);
        put_varint(out, value);
    }
}

/// Appends a field of bytes.
pub(crate) fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    put_varint(out, field << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a packed repeated field; nothing when there are no numbers. `packed` is room for them.
pub(crate) fn put_packed(
    out: &mut Vec<u8>,
    field: u64,
    numbers: impl Iterator<Item = u64>,
    packed: &mut Vec<u8>,
) {
    packed.clear();
    numbers.for_each(|number| put_varint(packed, number));
    if !packed.is_empty() {
        put_bytes(out, field, packed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_are_read_wherever_they_end() {
        let numbers =
            (0..64).flat_map(|bit| [1u64 << bit, u64::MAX >> bit, 0x0123_4567_89ab << bit]);
        for number in numbers {
            for behind in 0..10 {
                let mut bytes = Vec::new();
                put_varint(&mut bytes, number);
                let length = bytes.len();
                bytes.resize(length + behind, 0xff);
                let mut reader = Reader::new(&bytes);
                assert_eq!(reader.varint(), Ok(number), "{number:#x}, {behind}");
                assert_eq!(reader.offset(), length, "{number:#x}, {behind}");
            }
        }
    }
}
