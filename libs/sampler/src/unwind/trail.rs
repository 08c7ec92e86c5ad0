//! What the last walks of a thread needed, so that the next one finds it near.
//!
//! A walk is a chain: a frame's rule says where the return address is, and that says which rule comes
//! next. Milliseconds after the last sample every link is a miss of all caches and of the page tables',
//! one after the other, and a search of the tables is a chain of eight. But a thread's stack is mostly
//! what it was at its last sample, and its leaf is in the same few loops. So a thread keeps the rows that
//! its walks found, in a few lines side by side, and where on the stack the last walk read. Reading all
//! of that before the walk, with nothing depending on it, lets the processor wait for all of it at once.
//!
//! Rows are kept by the 64 bytes of text that they were needed for, with the range that they hold for:
//! another instruction of the same loop finds the row of the last sample.

use core::hint::black_box;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::rule::Rule;
use super::table::{Stretch, Table};
use super::walk::ReadStack;

/// How many steps are remembered.
const STEPS: usize = 24;

/// How many rows are kept: 1 KiB.
const KEPT: usize = 64;

/// How many of them share a cache line.
const KEPT_OF_LINE: usize = 64 / size_of::<Kept>();

/// log2 of the bytes of text that share a place among the rows.
const CHUNK_SHIFT: u32 = 6;

/// See the module. Written and read by the signal handler of one thread at a time. The tables that it has
/// walked by must not be freed before it.
#[derive(Debug)]
#[repr(align(64))]
pub struct Trail {
    /// The address of the table that the rows are of.
    table: AtomicUsize,
    /// The addresses on the stack where the last walk found return addresses.
    stack: [AtomicU64; STEPS],
    kept: [Kept; KEPT],
}

#[derive(Debug)]
struct Kept {
    start: AtomicU64,
    /// The length in the upper half; 0 for no row.
    length_and_rule: AtomicU64,
}

impl Kept {
    const fn none() -> Self {
        Self {
            start: AtomicU64::new(0),
            length_and_rule: AtomicU64::new(0),
        }
    }
}

impl Default for Trail {
    fn default() -> Self {
        Self {
            table: AtomicUsize::new(0),
            stack: [const { AtomicU64::new(0) }; STEPS],
            kept: [const { Kept::none() }; KEPT],
        }
    }
}

impl Trail {
    /// Begins a walk by `table`: reads what the last walk read, and forgets the rows of another table.
    /// Async-signal-safe.
    #[inline]
    pub(super) fn begin(&self, table: &Table<'_>, stack: &impl ReadStack) {
        let identity = core::ptr::from_ref(table).addr();
        if self.table.load(Ordering::Relaxed) != identity {
            self.forget();
            self.table.store(identity, Ordering::Relaxed);
        }
        let mut read = 0;
        for kept in self.kept.iter().step_by(KEPT_OF_LINE) {
            read ^= kept.start.load(Ordering::Relaxed);
        }
        for address in &self.stack {
            read ^= stack.word_at(address.load(Ordering::Relaxed)).unwrap_or(0);
        }
        black_box(read);
    }

    #[cold]
    fn forget(&self) {
        for kept in &self.kept {
            kept.length_and_rule.store(0, Ordering::Relaxed);
        }
    }

    /// The rule in force at `address`, if a row that holds there was kept. Async-signal-safe.
    #[inline]
    pub(super) fn rule_at(&self, address: u64) -> Option<Rule> {
        let kept = self.kept.get(place(address))?;
        let length_and_rule = kept.length_and_rule.load(Ordering::Relaxed);
        let within = address.wrapping_sub(kept.start.load(Ordering::Relaxed));
        (within < length_and_rule >> 32).then(|| Rule::from_bits(length_and_rule as u32))
    }

    /// Keeps the row that was found for `address`. Async-signal-safe.
    #[inline]
    pub(super) fn keep(&self, address: u64, found: &Stretch) {
        if let Some(kept) = self.kept.get(place(address)) {
            let rule = u64::from(found.rule.to_bits());
            kept.start.store(found.start, Ordering::Relaxed);
            kept.length_and_rule
                .store(u64::from(found.length) << 32 | rule, Ordering::Relaxed);
        }
    }

    /// Notes where on the stack step `number` of the walk, counted from 0, found a return address.
    /// Async-signal-safe.
    #[inline]
    pub(super) fn note(&self, number: usize, stack: u64) {
        if let Some(step) = self.stack.get(number) {
            step.store(stack, Ordering::Relaxed);
        }
    }
}

/// Multiplicative hashing, as of [`RuleCache`](super::RuleCache).
#[inline]
fn place(address: u64) -> usize {
    const BITS: u32 = KEPT.ilog2();
    let chunk = address >> CHUNK_SHIFT;
    (chunk.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> u64::BITS.wrapping_sub(BITS)) as usize
}
