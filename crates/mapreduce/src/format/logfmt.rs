//! The format `logfmt`: `key=value key="value with blanks" flag`, separated by blanks.
//!
//! A key without `=` has the empty value.

use memchr::{memchr, memchr2};

use super::escape;
use super::key_value::Keys;
use crate::row::Row;

/// Reads every pair of `line`.
pub(super) fn read<'b>(line: &'b [u8], keys: &Keys, row: &mut Row<'b>) {
    let mut rest = line.trim_ascii_start();
    while !rest.is_empty() {
        let end = memchr2(b'=', b' ', rest).unwrap_or(rest.len());
        let (key, behind) = rest.split_at(end);
        let value_bytes = match behind.strip_prefix(b"=") {
            Some(value) => read_value(key, value, keys, row) + 1,
            None => {
                keys.set(key, b"", row);
                0
            }
        };
        rest = behind[value_bytes..].trim_ascii_start();
    }
}

/// Reads the value at the start of `bytes`; gives its length.
fn read_value<'b>(key: &[u8], bytes: &'b [u8], keys: &Keys, row: &mut Row<'b>) -> usize {
    let quoted = bytes
        .starts_with(b"\"")
        .then(|| escape::quoted_bytes(bytes));
    if let Some(Some(length)) = quoted {
        let value = &bytes[1..length - 1];
        if let Some(slot) = keys.set(key, value, row)
            && memchr(b'\\', value).is_some()
        {
            row.change(slot, escape::unescape);
        }
        return length;
    }
    let length = memchr(b' ', bytes).unwrap_or(bytes.len());
    keys.set(key, &bytes[..length], row);
    length
}
