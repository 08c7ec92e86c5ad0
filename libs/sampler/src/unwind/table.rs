//! The rules of every loaded module, sorted for a search in a signal handler.
//!
//! A search is a chain of loads, and in a signal handler each of them misses every cache. So it is short:
//! a module's rows are one array of eight bytes each, the address where the row begins (relative to the
//! module) and its [`Rule`]; a row holds until the next one begins. In front of them stands an index with
//! one entry for each 256 bytes of text, the number of the last row that begins at or before them, which
//! leaves a handful of rows, a cache line or two.

use super::cache::RuleCache;
use super::rule::Rule;

/// log2 of the bytes of text that one index entry stands for.
pub const INDEX_SHIFT: u32 = 8;

/// A rule and where it begins to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The first address, relative to that of the module.
    pub start: u32,
    /// What holds from there to the next row.
    pub rule: Rule,
}

/// The rules of one loaded module. Addresses are absolute virtual addresses of this process.
#[derive(Clone, Copy, Debug)]
pub struct Module<'t> {
    /// First address that the rows speak about.
    pub start: u64,
    /// First address that they do not speak about any more.
    pub end: u64,
    /// For each `1 << INDEX_SHIFT` bytes from `start`: the last row at or before them.
    pub index: &'t [u32],
    /// Sorted by where they begin.
    pub rows: &'t [Row],
}

impl Module<'_> {
    /// The stretch of addresses around `address` that one rule holds for.
    ///
    /// Async-signal-safe: reads the two slices, bounds-checked.
    #[inline]
    fn stretch_at(&self, address: u64) -> Option<Stretch> {
        let relative = u32::try_from(address.checked_sub(self.start)?).ok()?;
        let (row, next) = self.row_at(relative)?;
        Some(Stretch {
            start: self.start.wrapping_add(row.start.into()),
            length: next.saturating_sub(row.start),
            rule: row.rule,
        })
    }

    /// The row that holds at an address relative to the module, and where the next one begins.
    #[inline]
    fn row_at(&self, relative: u32) -> Option<(Row, u32)> {
        let page = (relative >> INDEX_SHIFT) as usize;
        let first = *self.index.get(page)? as usize;
        let mut rows = self.rows.get(first..)?.iter();
        let mut row = *rows.next()?;
        for next in rows {
            if next.start > relative {
                return Some((row, next.start));
            }
            row = *next;
        }
        Some((row, relative.saturating_add(1)))
    }
}

/// A rule, and addresses for which it is known to hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) start: u64,
    pub(super) length: u32,
    pub(super) rule: Rule,
}

impl Stretch {
    fn of_one(address: u64, rule: Rule) -> Self {
        Self {
            start: address,
            length: 1,
            rule,
        }
    }
}

/// The modules of a process, without overlaps.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    modules: &'t [Module<'t>],
    cache: Option<&'t RuleCache>,
}

impl<'t> Table<'t> {
    /// A table over modules; those that are walked most should come first.
    #[must_use]
    pub const fn over(modules: &'t [Module<'t>]) -> Self {
        Self {
            modules,
            cache: None,
        }
    }

    /// The same table with a cache in front, which must not have served another table.
    #[must_use]
    pub const fn cached(self, cache: &'t RuleCache) -> Self {
        Self {
            cache: Some(cache),
            ..self
        }
    }

    /// The rule in force at `address`, or [`Rule::UNKNOWN`] where no module knows it.
    ///
    /// Async-signal-safe.
    #[must_use]
    #[inline]
    pub fn rule_at(&self, address: u64) -> Rule {
        let known = self.cache.and_then(|cache| cache.get(address));
        known.unwrap_or_else(|| self.stretch_at(address).rule)
    }

    /// The stretch around `address`; where the rule was remembered, the address is all that is known of it.
    ///
    /// Async-signal-safe.
    #[inline(never)]
    pub(super) fn stretch_at(&self, address: u64) -> Stretch {
        let Some(cache) = self.cache else {
            return self.search(address);
        };
        if let Some(rule) = cache.get(address) {
            return Stretch::of_one(address, rule);
        }
        let found = self.search(address);
        cache.put(address, found.rule);
        found
    }

    /// Modules are few: the loads of a scan do not wait for each other, those of a binary search do.
    #[inline]
    fn search(&self, address: u64) -> Stretch {
        let mut modules = self.modules.iter();
        modules
            .find(|module| (module.start..module.end).contains(&address))
            .and_then(|module| module.stretch_at(address))
            .unwrap_or(Stretch::of_one(address, Rule::UNKNOWN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwind::x86_64::{FrameBase, SavedRbp, pack};
    use std::vec::Vec;

    fn rule(offset: i32) -> Rule {
        pack(FrameBase::Rsp(offset), SavedRbp::Unchanged).unwrap()
    }

    fn index_of(starts: &[u32], length: u32) -> Vec<u32> {
        (0..=length >> INDEX_SHIFT)
            .map(|page| {
                let after = starts.partition_point(|start| *start <= page << INDEX_SHIFT);
                after.saturating_sub(1) as u32
            })
            .collect()
    }

    /// Every address must give what a plain scan over the rows gives.
    #[test]
    fn finds_what_a_plain_scan_finds() {
        let starts: Vec<u32> = (0..400).map(|row| row * row % 37 + row * 40).collect();
        let rows: Vec<Row> = (1..)
            .zip(&starts)
            .map(|(row, start)| Row {
                start: *start,
                rule: rule(row * 8),
            })
            .collect();
        let length = 400 * 40 + 100;
        let index = index_of(&starts, length);
        let start = 0x5000;
        let end = start + u64::from(length);
        let modules = [Module {
            start,
            end,
            index: &index,
            rows: &rows,
        }];
        let cache = RuleCache::empty();
        let (table, cached) = (Table::over(&modules), Table::over(&modules).cached(&cache));
        for address in (start - 3..end + 3).chain(start - 3..end + 3) {
            let relative = address.wrapping_sub(start);
            let expected = (start..end)
                .contains(&address)
                .then(|| starts.iter().rposition(|s| u64::from(*s) <= relative))
                .flatten()
                .map_or(Rule::UNKNOWN, |row| rows[row].rule);
            assert_eq!(table.rule_at(address), expected, "at {address:#x}");
            assert_eq!(cached.rule_at(address), expected, "cached, at {address:#x}");
        }
    }

    #[test]
    fn an_empty_table_knows_nothing() {
        assert_eq!(Table::over(&[]).rule_at(0x1234), Rule::UNKNOWN);
    }
}
