//! The format `default`: DTail's own records.
//!
//! ```text
//! INFO|1002-071143|1|stats.go:56|8|13|7|0.21|471h0m21s|MAPREDUCE:STATS|key=value|key=value
//! ```
//!
//! Nine columns, the mark of a table, then pairs. Lines of another shape are no records; a record
//! with a pair that lacks its `=` is dropped as a whole.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Rejection;
use super::key_value::Keys;
use crate::row::{Row, Slot};
use crate::scan::Split;

/// The variables of the nine columns; column 0 goes by two names.
const COLUMN_VARIABLES: [(&str, usize); 10] = [
    ("$severity", 0),
    ("$loglevel", 0),
    ("$time", 1),
    ("$pid", 2),
    ("$caller", 3),
    ("$cpus", 4),
    ("$goroutines", 5),
    ("$cgocalls", 6),
    ("$loadavg", 7),
    ("$uptime", 8),
];

/// Parts of a full time stamp, `20211002-071209`.
const TIME_PARTS: [(&str, Range<usize>); 4] = [
    ("$date", 0..8),
    ("$hour", 9..11),
    ("$minute", 11..13),
    ("$second", 13..15),
];

const TIME_COLUMN: usize = 1;
const FULL_TIME_BYTES: usize = 15;
const MARK_COLUMN: usize = 9;
const SEVERITY: &[u8] = b"INFO";
const MARK: &[u8] = b"MAPREDUCE:";

/// The variables that records of this format have.
pub(crate) fn variables() -> impl Iterator<Item = &'static str> {
    let columns = COLUMN_VARIABLES.iter().map(|(name, _)| *name);
    columns.chain(TIME_PARTS.iter().map(|(name, _)| *name))
}

/// Which columns, parts of the time and keys a query asks for.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    /// The columns that are asked for, from the left.
    columns: BTreeMap<usize, Vec<Slot>>,
    time_parts: Vec<(Range<usize>, Slot)>,
    keys: Keys,
}

impl Columns {
    pub(crate) fn new(slots: &BTreeMap<String, Slot>) -> Self {
        let part = |(name, range): (&str, Range<usize>)| Some((range, *slots.get(name)?));
        let time_parts: Vec<_> = TIME_PARTS.into_iter().filter_map(part).collect();
        let mut columns: BTreeMap<usize, Vec<Slot>> = BTreeMap::new();
        for (name, column) in COLUMN_VARIABLES {
            if let Some(slot) = slots.get(name) {
                columns.entry(column).or_default().push(*slot);
            }
        }
        if !time_parts.is_empty() {
            columns.entry(TIME_COLUMN).or_default();
        }
        let is_key = |name: &str| !super::Format::Default.knows(name);
        Self {
            columns,
            time_parts,
            keys: Keys::new(slots.iter().filter(|(name, _)| is_key(name))),
        }
    }

    pub(crate) fn read<'b>(&self, line: &'b [u8], row: &mut Row<'b>) -> Result<(), Rejection> {
        if !line.starts_with(SEVERITY) {
            return Err(Rejection::NotARecord);
        }
        let mut fields = Split::new(line, b'|');
        let mut passed = 0;
        for (column, slots) in &self.columns {
            let value = fields.nth(column - passed).ok_or(Rejection::NotARecord)?;
            passed = column + 1;
            for slot in slots {
                row.set(*slot, value);
            }
            if *column == TIME_COLUMN && value.len() == FULL_TIME_BYTES {
                self.read_time(value, row);
            }
        }
        let mark = fields
            .nth(MARK_COLUMN - passed)
            .ok_or(Rejection::NotARecord)?;
        if !mark.starts_with(MARK) || fields.rest().is_none() {
            return Err(Rejection::NotARecord);
        }
        match fields.all(|pair| self.keys.read_pair(pair, row)) {
            true => Ok(()),
            false => Err(Rejection::PairWithoutEquals),
        }
    }

    fn read_time<'b>(&self, time: &'b [u8], row: &mut Row<'b>) {
        for (range, slot) in &self.time_parts {
            row.set(*slot, &time[range.clone()]);
        }
    }
}
