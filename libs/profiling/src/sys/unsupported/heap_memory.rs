//! Memory below the allocator: there is none, so heap profiles do not start.

use std::ffi::c_void;
use std::ptr::NonNull;

pub(crate) const IS_SUPPORTED: bool = false;

pub(crate) const ARENA_BYTES: usize = 1 << 28;

/// # Safety
///
/// See the ports that have memory.
pub(crate) unsafe trait Zeroable: 'static {}

// SAFETY: no table is ever made.
unsafe impl Zeroable for std::sync::atomic::AtomicU64 {}

pub(crate) fn zeroed<T: Zeroable>(_: usize) -> Option<&'static mut [T]> {
    None
}

pub(crate) fn clear<T: Zeroable>(_: &[T]) {}

pub(crate) fn unmap<T: Zeroable>(_: &'static mut [T]) {}

pub(crate) fn reserve(_: usize, _: usize) -> Option<NonNull<u8>> {
    None
}

/// # Safety
///
/// None.
pub(crate) unsafe fn commit(_: *mut u8, _: usize) -> bool {
    false
}

/// # Safety
///
/// None.
pub(crate) unsafe fn discard(_: *mut u8, _: usize) {}

pub(crate) fn wait_turn(_: u32) {
    std::thread::yield_now();
}

pub(crate) fn seed() -> u64 {
    0
}

/// Unsafe functions, as where there are forks.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "there is nothing to do around a fork here")]
pub(crate) struct AroundFork {
    pub(crate) before: unsafe extern "C" fn(),
    pub(crate) in_parent: unsafe extern "C" fn(),
    pub(crate) in_child: unsafe extern "C" fn(),
}

pub(crate) fn on_fork(_: AroundFork) -> bool {
    false
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadExit;

impl ThreadExit {
    /// Takes an unsafe function, which is never called.
    pub(crate) fn new(_: unsafe extern "C" fn(*mut c_void)) -> Option<Self> {
        None
    }

    pub(crate) fn arm(self, _: *const c_void) -> bool {
        false
    }
}
