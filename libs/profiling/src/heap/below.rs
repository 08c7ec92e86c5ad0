//! The inner allocator, as the profiler calls it.
//!
//! Where the allocations of C code count (`heap::c_allocations`), what the inner allocator asks of
//! `malloc` for the program's blocks must not count a second time.

use std::alloc::{GlobalAlloc, Layout};

#[cfg(c_allocations)]
use super::reentry;

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Below<A>(pub(super) A);

/// Runs a call of the inner allocator.
#[inline(always)]
fn uncounted<T>(call: impl FnOnce() -> T) -> T {
    #[cfg(c_allocations)]
    let _quiet = reentry::enter();
    call()
}

// SAFETY: every call is passed on as it is.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Below<A> {
    #[inline(always)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on to the caller.
        uncounted(|| unsafe { self.0.alloc(layout) })
    }

    #[inline(always)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on to the caller.
        uncounted(|| unsafe { self.0.alloc_zeroed(layout) })
    }

    #[inline(always)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: passed on to the caller.
        uncounted(|| unsafe { self.0.dealloc(block, layout) });
    }

    #[inline(always)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: passed on to the caller.
        uncounted(|| unsafe { self.0.realloc(block, layout, new_size) })
    }
}
