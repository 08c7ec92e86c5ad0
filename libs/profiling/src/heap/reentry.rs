//! Keeps the profiler out of its own profile.
//!
//! While a thread is inside the profiler, its allocations go straight to the inner allocator: they
//! are neither counted nor sampled, so that bookkeeping can neither recurse nor show up. Blocks
//! that the program allocated are still freed correctly there; but a block of C code (the feature
//! `c-allocations`) that is freed there stays in use until C code asks for it again: looking for it takes a
//! lock, and in a child of `fork` the handlers of others free blocks before the locks are opened.

use std::marker::PhantomData;

use super::thread;

/// Marks the calling thread as inside the profiler until the guard is dropped. May be nested.
pub(crate) fn enter() -> Quiet {
    thread::enter_profiler();
    Quiet {
        not_send: PhantomData,
    }
}

/// Marks the calling thread as the profiler's own, for good.
pub(crate) fn mark_thread() {
    thread::enter_profiler();
}

/// Proof that the thread does not count its allocations. Ends with the scope it was made in.
#[derive(Debug)]
#[must_use]
pub(crate) struct Quiet {
    /// The mark is on the thread that made it.
    not_send: PhantomData<*const ()>,
}

impl Drop for Quiet {
    fn drop(&mut self) {
        thread::leave_profiler();
    }
}
