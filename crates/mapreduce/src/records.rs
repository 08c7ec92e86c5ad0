//! Whole records of one source, and how to go through them.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use crate::format::{Layout, Rejection, csv};
use crate::row::Row;

/// Whole records of one source, ready to be aggregated.
#[derive(Debug, Clone)]
pub struct Records<'b> {
    layout: Arc<Layout>,
    bytes: Cow<'b, [u8]>,
    /// Some CSV record has quotes, and may therefore span lines.
    has_quotes: bool,
}

impl<'b> Records<'b> {
    pub(crate) fn new(layout: Arc<Layout>, bytes: Cow<'b, [u8]>) -> Self {
        let has_quotes = layout.knows_quotes() && memchr(b'"', &bytes).is_some();
        Self {
            layout,
            bytes,
            has_quotes,
        }
    }

    /// The same records with their bytes in `buffer`, whose content is replaced.
    pub fn copied_to<'c>(&self, buffer: &'c mut Vec<u8>) -> Records<'c> {
        buffer.clear();
        buffer.extend_from_slice(&self.bytes);
        Records {
            layout: Arc::clone(&self.layout),
            bytes: Cow::Borrowed(buffer),
            has_quotes: self.has_quotes,
        }
    }

    /// Fills `row` from one of the records.
    ///
    /// # Errors
    ///
    /// The record is to be ignored; `row` may be half filled.
    pub(crate) fn read<'r>(&self, record: &'r [u8], row: &mut Row<'r>) -> Result<(), Rejection> {
        self.layout.read(record, self.has_quotes, row)
    }

    /// Calls `handle` with each record that holds `mark`, without its line end.
    pub(crate) fn for_each<'r>(&'r self, mark: Option<&Finder<'_>>, handle: impl FnMut(&'r [u8])) {
        match mark {
            Some(mark) if !self.has_quotes => for_each_marked_line(mark, &self.bytes, handle),
            _ => self.for_each_in_turn(mark, handle),
        }
    }

    fn for_each_in_turn<'r>(&'r self, mark: Option<&Finder<'_>>, mut handle: impl FnMut(&'r [u8])) {
        let mut rest: &[u8] = &self.bytes;
        while !rest.is_empty() {
            let end = if self.has_quotes {
                csv::record_bytes(rest)
            } else {
                None
            };
            let end = end.or_else(|| memchr(b'\n', rest)).unwrap_or(rest.len());
            let record = without_carriage_return(&rest[..end]);
            if mark.is_none_or(|mark| mark.find(record).is_some()) {
                handle(record);
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
}

/// Searches the block rather than each line: most lines of a log are no records.
fn for_each_marked_line<'r>(mark: &Finder<'_>, bytes: &'r [u8], mut handle: impl FnMut(&'r [u8])) {
    let mut at = 0;
    while let Some(found) = mark.find(&bytes[at..]) {
        let found = at + found;
        let start = memrchr(b'\n', &bytes[at..found]).map_or(at, |end| at + end + 1);
        let end = memchr(b'\n', &bytes[found..]).map_or(bytes.len(), |end| found + end);
        handle(without_carriage_return(&bytes[start..end]));
        at = (end + 1).min(bytes.len());
    }
}

pub(crate) fn without_carriage_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
