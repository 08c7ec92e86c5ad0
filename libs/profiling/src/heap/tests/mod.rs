//! The allocator as a whole, on the process-wide state.
//!
//! In this test program the profiler serves nobody but these tests, so everything it counts is
//! known. Each test has it to itself.

mod block;
mod estimates;
mod failures;
mod lifetimes;
mod model;
mod rates;
mod resizing;
mod sessions;
mod storm;
mod threads;

use std::sync::{Mutex, MutexGuard, PoisonError};

use dtail_sampler::gap::Rate;

use super::session;
use super::{AllocationTotals, HeapSnapshot, StackValues};

static EXCLUSIVE: Mutex<()> = Mutex::new(());

/// The profiler, for one test.
pub(super) fn exclusive() -> MutexGuard<'static, ()> {
    EXCLUSIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a session at `rate` bytes.
pub(super) fn begin(rate: u64) {
    let warnings = session::begin(Rate::from_bytes(rate).expect("not 0"));
    assert_eq!(warnings, Ok(Vec::new()));
}

fn totals() -> AllocationTotals {
    session::totals().expect("a session is running")
}

/// The sums over all stacks.
fn sums(snapshot: &HeapSnapshot) -> StackValues {
    let mut sums = snapshot.overflow.clone();
    for stack in &snapshot.stacks {
        sums.alloc_objects += stack.alloc_objects;
        sums.alloc_bytes += stack.alloc_bytes;
        sums.inuse_objects += stack.inuse_objects;
        sums.inuse_bytes += stack.inuse_bytes;
        sums.peak_objects += stack.peak_objects;
        sums.peak_bytes += stack.peak_bytes;
    }
    sums
}
