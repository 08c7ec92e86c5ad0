//! The allocator wrapper: passes everything on.

use std::alloc::{GlobalAlloc, Layout, System};

/// Wraps the allocator of a program so that its heap can be profiled.
#[derive(Debug, Default)]
pub struct ProfilingAllocator<A = System> {
    inner: A,
}

impl ProfilingAllocator<System> {
    /// Around the system's allocator.
    #[must_use]
    pub const fn system() -> Self {
        Self { inner: System }
    }
}

impl<A> ProfilingAllocator<A> {
    /// Around any allocator.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

// SAFETY: every method passes its arguments on to an allocator that keeps the contract.
unsafe impl<A: GlobalAlloc> GlobalAlloc for ProfilingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's obligations, passed on.
        unsafe { self.inner.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller's obligations, passed on.
        unsafe { self.inner.dealloc(ptr, layout) }
    }
}
