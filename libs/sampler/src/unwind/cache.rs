//! Rules that were found before, by address.
//!
//! A search touches four or five cache lines; in a signal handler, milliseconds after the last one, all
//! of them are cold. Programs come back to the same return addresses again and again, so a small table
//! that is indexed by a hash of the address answers nearly every step with one line.
//!
//! An entry is two words that are written and read without a lock by any number of threads: the rule,
//! and the address combined with it by exclusive or. A reader that catches half of one writer's entry
//! and half of another's gets an address that is not the one it looks for, unless both wrote the same
//! rule, and then the answer is right.

use core::sync::atomic::{AtomicU64, Ordering};

use super::rule::Rule;

/// How many rules a cache holds: 32 KiB.
pub const CACHE_ENTRIES: usize = 2048;

/// See the module. One cache belongs to one [`Table`](super::Table): its rules are that table's.
#[derive(Debug)]
pub struct RuleCache {
    entries: [Entry; CACHE_ENTRIES],
}

#[derive(Debug)]
#[repr(align(16))]
struct Entry {
    rule: AtomicU64,
    address_and_rule: AtomicU64,
}

impl Entry {
    const fn vacant() -> Self {
        Self {
            rule: AtomicU64::new(0),
            address_and_rule: AtomicU64::new(0),
        }
    }
}

/// Set in every rule word, so that an entry of zeros is that of no address.
const FILLED: u64 = 1 << 63;

impl RuleCache {
    /// A cache without rules.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            entries: [const { Entry::vacant() }; CACHE_ENTRIES],
        }
    }

    /// The rule of `address`, if it was remembered and not displaced since. Async-signal-safe.
    #[inline]
    pub(super) fn get(&self, address: u64) -> Option<Rule> {
        let entry = self.entries.get(index(address))?;
        let rule = entry.rule.load(Ordering::Relaxed);
        let matches = entry.address_and_rule.load(Ordering::Relaxed) ^ rule == address;
        (matches && rule & FILLED != 0).then(|| Rule::from_bits(rule as u32))
    }

    /// Remembers the rule of `address` in place of another. Async-signal-safe.
    #[inline]
    pub(super) fn put(&self, address: u64, rule: Rule) {
        let word = FILLED | u64::from(rule.to_bits());
        if let Some(entry) = self.entries.get(index(address)) {
            entry.rule.store(word, Ordering::Relaxed);
            entry
                .address_and_rule
                .store(address ^ word, Ordering::Relaxed);
        }
    }
}

/// Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4): the upper bits of the product
/// with 2^64 divided by the golden ratio.
#[inline]
fn index(address: u64) -> usize {
    const BITS: u32 = CACHE_ENTRIES.ilog2();
    (address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> u64::BITS.wrapping_sub(BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwind::x86_64::{FrameBase, SavedRbp, pack};

    fn rule(offset: i32) -> Rule {
        pack(FrameBase::Rsp(offset * 8), SavedRbp::Unchanged).unwrap()
    }

    #[test]
    fn remembers_the_last_of_each_place() {
        let cache = RuleCache::empty();
        assert_eq!(cache.get(0), None);
        for address in 0..10_000 {
            cache.put(address, rule(address as i32 % 100));
        }
        let known = (0..10_000).filter_map(|a| Some((a, cache.get(a)?)));
        let known: std::vec::Vec<_> = known.collect();
        assert!(known.len() > CACHE_ENTRIES * 9 / 10, "{}", known.len());
        assert!(
            known
                .iter()
                .all(|(address, found)| *found == rule(*address as i32 % 100))
        );
    }

    #[test]
    fn threads_never_see_a_rule_of_another_address() {
        let cache = RuleCache::empty();
        let of = |address: u64| rule((address % 1000) as i32);
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let cache = &cache;
                scope.spawn(move || {
                    for turn in 0..200_000_u64 {
                        let address = (turn * 7 + thread) % 9000;
                        if let Some(found) = cache.get(address) {
                            assert_eq!(found, of(address));
                        }
                        cache.put(address, of(address));
                    }
                });
            }
        });
    }
}
