//! The format `generickv`: `key=value` pairs separated by `|`.

use memchr::memchr;

use crate::row::{Row, Slot};
use crate::scan::Split;

/// The keys a query asks for.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    keys: Vec<(Vec<u8>, Slot)>,
}

impl Keys {
    pub(crate) fn new<'s>(names: impl Iterator<Item = (&'s String, &'s Slot)>) -> Self {
        Self {
            keys: names
                .map(|(name, slot)| (name.as_bytes().to_vec(), *slot))
                .collect(),
        }
    }

    /// Gives `value` to the slot of `key`; the slot, if a query asks for it.
    pub(crate) fn set<'b>(&self, key: &[u8], value: &'b [u8], row: &mut Row<'b>) -> Option<Slot> {
        let (_, slot) = self.keys.iter().find(|(name, _)| name == key)?;
        row.set(*slot, value);
        Some(*slot)
    }

    /// Gives the value of one `key=value` pair to its slot; `false` when there is no `=`.
    pub(crate) fn read_pair<'b>(&self, pair: &'b [u8], row: &mut Row<'b>) -> bool {
        let Some(equals) = memchr(b'=', pair) else {
            return false;
        };
        self.set(&pair[..equals], &pair[equals + 1..], row);
        true
    }

    /// Reads every pair of `line`; what has no `=` is skipped.
    pub(crate) fn read<'b>(&self, line: &'b [u8], row: &mut Row<'b>) {
        for pair in Split::new(line, b'|') {
            self.read_pair(pair, row);
        }
    }
}
