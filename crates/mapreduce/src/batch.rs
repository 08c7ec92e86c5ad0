//! Rows on their way to their groups.
//!
//! A group's record is somewhere in memory, and with many groups not in a cache. Rows are gathered
//! into a batch, so that the records of the whole batch are fetched at the same time (see
//! [`Groups::locate`](crate::group::Groups::locate)) instead of one after the other.

use crate::key::Keys;

/// Rows in a batch: enough to have many fetches in flight, few enough for their records to stay in
/// the first-level cache until they are updated.
pub(crate) const BATCH_ROWS: usize = 128;

/// The values of some rows, apart from the lines they came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    pub(crate) keys: Keys,
    /// The numeric fields, row by row.
    numbers: Vec<Option<f64>>,
    /// The text fields, row by row.
    texts: Vec<Option<Text>>,
    /// The bytes of texts that have to be kept.
    bytes: Vec<u8>,
}

/// A text field of one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    /// Where its bytes begin in the batch, if they are kept.
    start: usize,
    /// Its length in bytes.
    pub(crate) length: usize,
}

impl Batch {
    pub(crate) fn is_full(&self) -> bool {
        self.keys.len() == BATCH_ROWS
    }

    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.numbers.clear();
        self.texts.clear();
        self.bytes.clear();
    }

    /// Adds the next numeric field of the row whose key comes next.
    pub(crate) fn push_number(&mut self, number: Option<f64>) {
        self.numbers.push(number);
    }

    /// Takes back the last `count` numeric fields: the row has nothing to add.
    pub(crate) fn drop_numbers(&mut self, count: usize) {
        self.numbers.truncate(self.numbers.len() - count);
    }

    /// Adds the next text field of the row whose key comes next; its bytes only if `keep` is set.
    pub(crate) fn push_text(&mut self, text: Option<&[u8]>, keep: bool) {
        let start = self.bytes.len();
        if let (Some(text), true) = (text, keep) {
            self.bytes.extend_from_slice(text);
        }
        self.texts.push(text.map(|text| Text {
            start,
            length: text.len(),
        }));
    }

    /// The values of row number `index`, where each row has this many numeric and text fields.
    pub(crate) fn row(&self, index: usize, numbers: usize, texts: usize) -> BatchRow<'_> {
        BatchRow {
            numbers: &self.numbers[index * numbers..(index + 1) * numbers],
            texts: &self.texts[index * texts..(index + 1) * texts],
            bytes: &self.bytes,
        }
    }
}

/// The values of one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchRow<'b> {
    numbers: &'b [Option<f64>],
    texts: &'b [Option<Text>],
    bytes: &'b [u8],
}

impl<'b> BatchRow<'b> {
    /// Numeric field number `field`; `None` when it is absent or no number.
    pub(crate) fn number(&self, field: usize) -> Option<f64> {
        self.numbers[field]
    }

    /// Text field number `field`; `None` when it is absent.
    pub(crate) fn text(&self, field: usize) -> Option<Text> {
        self.texts[field]
    }

    /// The bytes of a text that was pushed with `keep`.
    pub(crate) fn bytes(&self, text: Text) -> &'b [u8] {
        &self.bytes[text.start..text.start + text.length]
    }
}
