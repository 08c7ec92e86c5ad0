//! One input file, cut into blocks of whole records.
//!
//! Callers have blocks of whole lines. A CSV record in quotes may span lines, and so blocks; the
//! first record of a CSV file names the columns. [`Source`] takes care of both, so that what it
//! hands out can be processed in any order, by several threads.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memrchr;

use crate::format::{Format, Layout, csv};
use crate::plan::Plan;
use crate::records::{Records, without_carriage_return};
use crate::unknown::unknown_columns;

/// A CSV record without an end within this many bytes has an unbalanced quote, or is no record. It
/// is then taken line by line, and a line of that length in pieces.
pub const RECORD_BYTES_MAX: usize = 4 << 20;

/// The state of one input file between its blocks.
#[derive(Debug)]
pub struct Source<'p> {
    plan: &'p Plan,
    layout: Option<Arc<Layout>>,
    /// The start of a CSV record that is not complete yet.
    pending: Vec<u8>,
    broken_records: u64,
    unknown_columns: Vec<String>,
}

impl<'p> Source<'p> {
    /// A source whose first block is still to come.
    pub fn new(plan: &'p Plan) -> Self {
        let is_csv = plan.format == Format::Csv;
        let layout = (!is_csv).then(|| Arc::new(Layout::new(plan.format, &plan.slots, b"")));
        Self {
            plan,
            layout,
            pending: Vec::new(),
            broken_records: 0,
            unknown_columns: Vec::new(),
        }
    }

    /// Takes the next block of whole lines; gives the records that are complete, if any.
    pub fn push<'b>(&mut self, block: &'b [u8]) -> Option<Records<'b>> {
        if self.plan.format != Format::Csv {
            return self.records(Cow::Borrowed(block));
        }
        if self.pending.is_empty() {
            let complete = self.complete_records(block);
            self.pending.extend_from_slice(&block[complete..]);
            return self.behind_header(Cow::Borrowed(&block[..complete]));
        }
        let mut bytes = std::mem::take(&mut self.pending);
        bytes.extend_from_slice(block);
        let complete = self.complete_records(&bytes);
        self.pending = bytes.split_off(complete);
        self.behind_header(Cow::Owned(bytes))
    }

    /// The records that are left at the end of the file: a last line without line end.
    pub fn finish(&mut self) -> Option<Records<'static>> {
        let rest = std::mem::take(&mut self.pending);
        self.behind_header(Cow::Owned(rest))
    }

    /// How many CSV records were longer than [`RECORD_BYTES_MAX`] and came in pieces.
    pub fn broken_records(&self) -> u64 {
        self.broken_records
    }

    /// Columns that the query asks for and a CSV file does not have, one line each.
    pub fn unknown_columns(&self) -> &[String] {
        &self.unknown_columns
    }

    /// How many bytes of `bytes` are complete CSV records. The last line of a file may lack its
    /// line end; it waits for [`Source::finish`].
    fn complete_records(&mut self, bytes: &[u8]) -> usize {
        let complete = csv::complete_bytes(bytes);
        if bytes.len() - complete <= RECORD_BYTES_MAX {
            return complete;
        }
        self.broken_records += 1;
        memrchr(b'\n', bytes).map_or(bytes.len(), |line_end| line_end + 1)
    }

    /// Takes the header off the first records of a CSV file.
    fn behind_header<'b>(&mut self, mut bytes: Cow<'b, [u8]>) -> Option<Records<'b>> {
        if self.layout.is_none() && !bytes.is_empty() {
            let end = csv::record_bytes(&bytes).unwrap_or(bytes.len());
            let header = without_carriage_return(&bytes[..end]);
            self.unknown_columns = unknown_columns(&self.plan.query, header);
            self.layout = Some(Arc::new(Layout::new(Format::Csv, &self.plan.slots, header)));
            let behind = (end + 1).min(bytes.len());
            bytes = match bytes {
                Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[behind..]),
                Cow::Owned(bytes) => Cow::Owned(bytes[behind..].to_vec()),
            };
        }
        self.records(bytes)
    }

    fn records<'b>(&self, bytes: Cow<'b, [u8]>) -> Option<Records<'b>> {
        let layout = Arc::clone(self.layout.as_ref()?);
        (!bytes.is_empty()).then(|| Records::new(layout, bytes))
    }
}
