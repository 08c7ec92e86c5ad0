//! The format `csv`, as RFC 4180 describes it, and its writer.
//!
//! A field in double quotes may hold commas, line ends and doubled quotes. A quote that does not
//! open a field is an ordinary byte. The first record of a file names the columns.

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::Rejection;
use crate::row::{Row, Slot};
use crate::scan::Split;

const QUOTE: u8 = b'"';
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The names in a header.
pub(crate) fn column_names(header: &[u8]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let header = header.strip_prefix(BYTE_ORDER_MARK).unwrap_or(header);
    RecordFields::new(header).map(RawField::unquoted)
}

/// Which column of a file fills which slot.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    /// The columns that are asked for, from the left.
    wanted: Vec<(usize, Slot)>,
    /// Columns of the header.
    count: usize,
}

impl Columns {
    pub(crate) fn new(slots: &BTreeMap<String, Slot>, header: &[u8]) -> Self {
        let slot_of = |name: &[u8]| slots.get(std::str::from_utf8(name).ok()?).copied();
        let columns: Vec<_> = column_names(header).map(|name| slot_of(&name)).collect();
        let wanted = columns.iter().enumerate();
        Self {
            count: columns.len(),
            wanted: wanted
                .filter_map(|(column, slot)| Some((column, (*slot)?)))
                .collect(),
        }
    }

    /// Reads a record that has no quotes.
    pub(crate) fn read<'b>(&self, record: &'b [u8], row: &mut Row<'b>) -> Result<(), Rejection> {
        let mut fields = Split::new(record, b',');
        let passed = self.pass(&mut fields, |slot, field| row.set(slot, field));
        self.check_count(passed + fields.rest().map_or(0, field_count))
    }

    /// Reads a record that may have quotes.
    pub(crate) fn read_quoted<'b>(
        &self,
        record: &'b [u8],
        row: &mut Row<'b>,
    ) -> Result<(), Rejection> {
        let mut fields = RecordFields::new(record);
        let passed = self.pass(&mut fields, |slot, field| {
            row.set(slot, field.inner());
            if field.has_doubled_quotes() {
                row.change(slot, undouble_quotes);
            }
        });
        self.check_count(passed + fields.count())
    }

    /// Gives the fields that are asked for to `set`; how many fields that passed, wanted or not.
    fn pass<F>(&self, fields: &mut impl Iterator<Item = F>, mut set: impl FnMut(Slot, F)) -> usize {
        let mut passed = 0;
        for (column, slot) in &self.wanted {
            match fields.nth(column - passed) {
                Some(field) => set(*slot, field),
                None => break,
            }
            passed = column + 1;
        }
        passed
    }

    fn check_count(&self, fields: usize) -> Result<(), Rejection> {
        match fields > self.count {
            true => Err(Rejection::MoreFieldsThanColumns),
            false => Ok(()),
        }
    }
}

/// How many fields a record without quotes has.
fn field_count(record: &[u8]) -> usize {
    1 + memchr_iter(b',', record).count()
}

/// One field as it stands in the record.
#[derive(Debug, Clone, Copy)]
struct RawField<'b> {
    bytes: &'b [u8],
    is_quoted: bool,
}

impl<'b> RawField<'b> {
    /// The field without its outer quotes.
    fn inner(self) -> &'b [u8] {
        self.bytes
    }

    fn has_doubled_quotes(self) -> bool {
        self.is_quoted && memchr(QUOTE, self.bytes).is_some()
    }

    fn unquoted(self) -> Cow<'b, [u8]> {
        if !self.has_doubled_quotes() {
            return Cow::Borrowed(self.bytes);
        }
        let mut value = self.bytes.to_vec();
        undouble_quotes(&mut value, 0);
        Cow::Owned(value)
    }
}

/// Makes `""` from `start` on one quote.
fn undouble_quotes(value: &mut Vec<u8>, start: usize) {
    let mut kept = start;
    let mut at = start;
    while at < value.len() {
        let is_doubled = value[at] == QUOTE && value.get(at + 1) == Some(&QUOTE);
        value[kept] = value[at];
        kept += 1;
        at += if is_doubled { 2 } else { 1 };
    }
    value.truncate(kept);
}

/// The fields of a record, which has no line end.
struct RecordFields<'b> {
    /// What is not yet taken; `None` behind the last field.
    rest: Option<&'b [u8]>,
}

impl<'b> RecordFields<'b> {
    fn new(record: &'b [u8]) -> Self {
        Self { rest: Some(record) }
    }
}

impl<'b> Iterator for RecordFields<'b> {
    type Item = RawField<'b>;

    fn next(&mut self) -> Option<RawField<'b>> {
        let rest = self.rest?;
        if rest.first() == Some(&QUOTE) {
            let length = quoted_bytes(rest).unwrap_or(rest.len());
            let inner = rest[1..length]
                .strip_suffix(b"\"")
                .unwrap_or(&rest[1..length]);
            let behind = &rest[length..];
            self.rest = memchr(b',', behind).map(|comma| &behind[comma + 1..]);
            return Some(RawField {
                bytes: inner,
                is_quoted: true,
            });
        }
        let comma = memchr(b',', rest);
        self.rest = comma.map(|comma| &rest[comma + 1..]);
        Some(RawField {
            bytes: &rest[..comma.unwrap_or(rest.len())],
            is_quoted: false,
        })
    }
}

/// The length of the quoted field that `bytes` begins with, with both quotes; `None` if it is never closed.
fn quoted_bytes(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr(QUOTE, &bytes[at..])?;
        if bytes.get(at + 1) != Some(&QUOTE) {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The length of the record that `bytes` begins with, without its line feed; `None` if the end of
/// the record is not in `bytes`.
pub(crate) fn record_bytes(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&QUOTE) {
            at += quoted_bytes(&bytes[at..])?;
        }
        at += memchr2(b',', b'\n', &bytes[at..])?;
        if bytes[at] == b'\n' {
            return Some(at);
        }
        at += 1;
    }
}

/// How many bytes of `bytes`, which begin a record, are complete records. Jumps from quote to quote:
/// one behind a delimiter opens a field, and only within that do line ends not end a record.
pub(crate) fn complete_bytes(bytes: &[u8]) -> usize {
    let (mut complete, mut at) = (0, 0);
    loop {
        let quote = memchr(QUOTE, &bytes[at..]).map(|quote| at + quote);
        let unquoted = &bytes[at..quote.unwrap_or(bytes.len())];
        complete = memrchr(b'\n', unquoted).map_or(complete, |end| at + end + 1);
        let Some(quote) = quote else { return complete };
        let opens = quote == 0 || matches!(bytes[quote - 1], b',' | b'\n');
        at = match opens.then(|| quoted_bytes(&bytes[quote..])) {
            None => quote + 1,
            Some(Some(length)) => quote + length,
            Some(None) => return complete,
        };
    }
}

/// Writes one field, in quotes where it would be read differently without.
pub(crate) fn write_field(out: &mut Vec<u8>, field: &[u8]) {
    let needs_quotes = field
        .iter()
        .any(|byte| matches!(*byte, b',' | QUOTE | b'\n' | b'\r'));
    if !needs_quotes {
        return out.extend_from_slice(field);
    }
    out.push(QUOTE);
    for byte in field {
        if *byte == QUOTE {
            out.push(QUOTE);
        }
        out.push(*byte);
    }
    out.push(QUOTE);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &[u8]) -> Vec<String> {
        RecordFields::new(record)
            .map(|field| String::from_utf8(field.unquoted().into_owned()).unwrap())
            .collect()
    }

    #[track_caller]
    fn check(record: &str, expected: &[&str]) {
        assert_eq!(read(record.as_bytes()), expected, "{record:?}");
        if !record.contains('"') {
            assert_eq!(field_count(record.as_bytes()), expected.len());
        }
    }

    #[test]
    fn fields_of_a_record() {
        check("a,b,c", &["a", "b", "c"]);
        check("", &[""]);
        check("a,,", &["a", "", ""]);
        check(r#""a,b",c"#, &["a,b", "c"]);
        check(r#""say ""hi""","""#, &["say \"hi\"", ""]);
        check("\"two\nlines\",x", &["two\nlines", "x"]);
        check(r#"5" disk,x"#, &["5\" disk", "x"]);
        check(r#""a"junk,b"#, &["a", "b"]);
        check(r#""open,x"#, &["open,x"]);
        check(r#""""#, &[""]);
        check(r#""""""#, &["\""]);
    }

    #[test]
    fn records_end_outside_quotes() {
        assert_eq!(record_bytes(b"a,b\nc"), Some(3));
        assert_eq!(record_bytes(b"a,\"b\n\"\nc"), Some(6));
        assert_eq!(record_bytes(b"a\"b\nc"), Some(3));
        assert_eq!(record_bytes(b"a,\"b\n"), None);
        assert_eq!(record_bytes(b"a,b"), None);
        assert_eq!(record_bytes(b"\n"), Some(0));
    }

    #[test]
    fn complete_records_end_before_an_open_one() {
        for bytes in [
            "a,b\nc",
            "a,b\n",
            "",
            "a\n\"b\n",
            "a\n\"b\n\"",
            "a\n\"b\n\"\nc",
            "x\"\ny",
            "\"a\"x\"\nb\n",
            "a,\"\n\"\n",
        ] {
            let mut expected = 0;
            while let Some(length) = record_bytes(&bytes.as_bytes()[expected..]) {
                expected += length + 1;
            }
            assert_eq!(complete_bytes(bytes.as_bytes()), expected, "{bytes:?}");
        }
    }

    #[test]
    fn written_fields_read_back() {
        for field in [
            "",
            "plain",
            "a,b",
            "say \"hi\"",
            "two\nlines",
            "\r",
            "\"",
            "ü",
        ] {
            let mut out = Vec::new();
            write_field(&mut out, field.as_bytes());
            assert_eq!(read(&out), [field]);
        }
    }
}
