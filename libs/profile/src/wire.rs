//! Protobuf's wire format: varints and fields, read with their offsets, written to a buffer.

use crate::error::{DecodeError, DecodeProblem};

/// A cursor over one message; offsets count from the start of the whole protobuf.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
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
            rest: message,
            offset: 0,
        }
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next varint.
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, DecodeError> {
        if let Some((&byte, rest)) = self.rest.split_first()
            && byte < 0x80
        {
            self.rest = rest;
            self.offset += 1;
            return Ok(u64::from(byte));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for (index, &byte) in self.rest.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (index * 7);
            if byte < 0x80 {
                self.advance(index + 1);
                return Ok(value);
            }
        }
        Err(DecodeError::new(
            self.offset,
            DecodeProblem::VarintWithoutEnd,
        ))
    }

    #[inline]
    fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
        self.offset += bytes;
    }

    /// Takes `length` bytes as a reader of their own; `from` is named when they are not there.
    #[inline]
    fn take(&mut self, length: u64, from: usize) -> Result<Reader<'a>, DecodeError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let Some(inner) = self.rest.get(..length) else {
            return Err(DecodeError::new(from, DecodeProblem::LengthBeyondEnd));
        };
        let reader = Reader {
            rest: inner,
            offset: self.offset,
        };
        self.advance(length);
        Ok(reader)
    }

    /// The next field, `None` at the end of the message.
    #[inline]
    pub(crate) fn field(&mut self) -> Result<Option<Field<'a>>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let offset = self.offset;
        let tag = self.varint()?;
        let payload = match (tag & 7) as u8 {
            0 => Payload::Varint(self.varint()?),
            1 => self.take(8, offset).map(|_| Payload::Fixed)?,
            2 => {
                let length = self.varint()?;
                Payload::Bytes(self.take(length, offset)?)
            }
            5 => self.take(4, offset).map(|_| Payload::Fixed)?,
            wire => {
                return Err(DecodeError::new(
                    offset,
                    DecodeProblem::UnknownWireType(wire),
                ));
            }
        };
        Ok(Some(Field {
            number: tag >> 3,
            offset,
            payload,
        }))
    }
}

impl<'a> Field<'a> {
    /// The number of a scalar field.
    pub(crate) fn varint(&self, name: &'static str) -> Result<u64, DecodeError> {
        match self.payload {
            Payload::Varint(value) => Ok(value),
            _ => Err(self.error(DecodeProblem::WrongWireType(name))),
        }
    }

    /// The number of a signed field: protobuf's `int64` is two's complement.
    pub(crate) fn signed(&self, name: &'static str) -> Result<i64, DecodeError> {
        self.varint(name).map(u64::cast_signed)
    }

    /// The message or the text of the field.
    pub(crate) fn bytes(&self, name: &'static str) -> Result<Reader<'a>, DecodeError> {
        match &self.payload {
            Payload::Bytes(reader) => Ok(reader.clone()),
            _ => Err(self.error(DecodeProblem::WrongWireType(name))),
        }
    }

    /// Calls `each` with every number of a repeated field, packed or not.
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

/// Appends a packed repeated field; nothing when there are no numbers.
pub(crate) fn put_packed(out: &mut Vec<u8>, field: u64, numbers: impl Iterator<Item = u64>) {
    let mut packed = Vec::new();
    numbers.for_each(|number| put_varint(&mut packed, number));
    if !packed.is_empty() {
        put_bytes(out, field, &packed);
    }
}
