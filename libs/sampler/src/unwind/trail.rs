//! Where the last walk of a thread went, so that the next one finds it in the cache.
//!
//! A walk is a chain: a frame's rule says where the return address is, and that says which rule comes
//! next. Milliseconds after the last sample every link is a miss of all caches, one after the other.
//! But the outer frames of a thread are mostly those of its last sample, at the same addresses. Reading
//! what the last walk read, before the walk and with nothing depending on it, lets the processor wait
//! for all of them at once. A wrong guess costs a few loads; the walk itself trusts nothing of it.

use core::hint::black_box;
use core::sync::atomic::{AtomicU64, Ordering};

use super::table::Table;
use super::walk::ReadStack;

/// How many steps are remembered.
const STEPS: usize = 24;

/// The steps of the last walk. Written and read by the signal handler of one thread.
#[derive(Debug, Default)]
pub struct Trail {
    steps: [Step; STEPS],
}

#[derive(Debug, Default)]
struct Step {
    /// The address whose rule was looked up.
    lookup: AtomicU64,
    /// The address on the stack where the return address was.
    stack: AtomicU64,
}

impl Trail {
    /// Reads what the last walk read. Async-signal-safe.
    #[inline]
    pub(super) fn warm(&self, table: &Table<'_>, stack: &impl ReadStack) {
        let mut read = 0;
        for step in &self.steps {
            let lookup = step.lookup.load(Ordering::Relaxed);
            if lookup == 0 {
                break;
            }
            read ^= table.touch(lookup);
            read ^= stack
                .word_at(step.stack.load(Ordering::Relaxed))
                .unwrap_or(0);
        }
        black_box(read);
    }

    /// Notes a step of the walk, counted from 0. Async-signal-safe.
    #[inline]
    pub(super) fn note(&self, number: usize, lookup: u64, stack: u64) {
        if let Some(step) = self.steps.get(number) {
            step.lookup.store(lookup, Ordering::Relaxed);
            step.stack.store(stack, Ordering::Relaxed);
        }
    }
}
