//! The rules of every loaded module, sorted for a search in a signal handler.
//!
//! A module's rows are two parallel arrays, the address where a row begins (relative to the module)
//! and its [`Rule`]; a row holds until the next one begins. In front of them stands an index with one
//! entry for each 1 KiB of text, the number of the last row that begins at or before it, so that a
//! search touches the index and two or three cache lines instead of seventeen.

use super::cache::RuleCache;
use super::rule::Rule;

/// log2 of the bytes of text that one index entry stands for.
pub const INDEX_SHIFT: u32 = 10;

/// The rules of one loaded module. Addresses are absolute virtual addresses of this process.
#[derive(Clone, Copy, Debug)]
pub struct Module<'t> {
    /// First address that the rows speak about.
    pub start: u64,
    /// First address that they do not speak about any more.
    pub end: u64,
    /// For each `1 << INDEX_SHIFT` bytes from `start`: the last row at or before them.
    pub index: &'t [u32],
    /// Where each row begins, relative to `start`, ascending.
    pub starts: &'t [u32],
    /// The rule of each row; as long as `starts`.
    pub rules: &'t [Rule],
}

impl Module<'_> {
    /// The rule in force at `address`, or [`Rule::UNKNOWN`].
    ///
    /// Async-signal-safe: reads the three slices, bounds-checked.
    #[inline]
    fn rule_at(&self, address: u64) -> Rule {
        self.row_at(address)
            .and_then(|row| self.rules.get(row).copied())
            .unwrap_or(Rule::UNKNOWN)
    }

    fn row_at(&self, address: u64) -> Option<usize> {
        let relative = u32::try_from(address.checked_sub(self.start)?).ok()?;
        let page = (relative >> INDEX_SHIFT) as usize;
        let first = *self.index.get(page)? as usize;
        let last = match self.index.get(page.saturating_add(1)) {
            Some(row) => (*row as usize).saturating_add(1),
            None => self.starts.len(),
        };
        let rows = self.starts.get(first..last.min(self.starts.len()))?;
        let after = rows.partition_point(|start| *start <= relative);
        first.checked_add(after)?.checked_sub(1)
    }
}

/// The modules of a process, sorted by `start`, without overlaps.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    modules: &'t [Module<'t>],
    cache: Option<&'t RuleCache>,
}

impl<'t> Table<'t> {
    /// A table over modules sorted by `start`. Rows of modules that are out of order are not found.
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
        let Some(cache) = self.cache else {
            return self.search(address);
        };
        cache.get(address).unwrap_or_else(|| {
            let rule = self.search(address);
            cache.put(address, rule);
            rule
        })
    }

    /// Reads the cache's entry for `address`, so that a lookup finds it near. Async-signal-safe.
    #[inline]
    pub(super) fn touch(&self, address: u64) -> u64 {
        self.cache.map_or(0, |cache| cache.touch(address))
    }

    fn search(&self, address: u64) -> Rule {
        let after = self
            .modules
            .partition_point(|module| module.start <= address);
        let module = after.checked_sub(1).and_then(|at| self.modules.get(at));
        match module {
            Some(module) if address < module.end => module.rule_at(address),
            _ => Rule::UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwind::{FrameBase, SavedRbp};
    use std::vec::Vec;

    fn rule(offset: i32) -> Rule {
        Rule::pack(FrameBase::Rsp(offset), SavedRbp::Unchanged).unwrap()
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
        let rules: Vec<Rule> = (1..=400).map(|row| rule(row * 8)).collect();
        let length = 400 * 40 + 100;
        let index = index_of(&starts, length);
        let start = 0x5000;
        let end = start + u64::from(length);
        let modules = [Module {
            start,
            end,
            index: &index,
            starts: &starts,
            rules: &rules,
        }];
        let cache = RuleCache::empty();
        let (table, cached) = (Table::over(&modules), Table::over(&modules).cached(&cache));
        for address in (start - 3..end + 3).chain(start - 3..end + 3) {
            let relative = address.wrapping_sub(start);
            let expected = (start..end)
                .contains(&address)
                .then(|| starts.iter().rposition(|s| u64::from(*s) <= relative))
                .flatten()
                .map_or(Rule::UNKNOWN, |row| rules[row]);
            assert_eq!(table.rule_at(address), expected, "at {address:#x}");
            assert_eq!(cached.rule_at(address), expected, "cached, at {address:#x}");
        }
    }

    #[test]
    fn an_empty_table_knows_nothing() {
        assert_eq!(Table::over(&[]).rule_at(0x1234), Rule::UNKNOWN);
    }
}
