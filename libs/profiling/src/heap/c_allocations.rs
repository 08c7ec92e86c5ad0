//! The blocks that C code asks of `malloc`: counted, sampled and freed beside the program's own.
//!
//! The executable's `malloc`, `calloc`, `realloc`, `memalign`, `aligned_alloc`, `posix_memalign` and `free`
//! stand in front of the C library's, for the program and for every library: the linker takes the first
//! definition of a symbol that it meets, and glibc calls its own by these names, too. Each passes its call
//! on; with a session the block is then counted, and entered when it is a sample.
//!
//! - Blocks stay with the C library, whose other functions (`malloc_usable_size`) must know them. Sampled
//!   ones are in the live table; every `free` looks there while a session runs.
//! - A resize is a free and an allocation with a chance of its own: the old size, which sharing the chance
//!   would need, is not known. Blocks in place stay in place.
//! - What the profiler itself and the inner allocator ask for does not count ([`super::reentry`],
//!   [`super::below`]).
//! - `valloc` and `pvalloc`, which nobody should use any more, are not counted; freeing their blocks is
//!   harmless.
//! - `aligned_alloc` is `memalign`, as it was in glibc before 2.38: an alignment that is no power of two is
//!   rounded up, and not refused.

use std::ffi::{c_int, c_void};

use super::booking::Booking;
use super::ledger::Entry;
use super::switches::{self, OFF};
use super::thread::{self, Verdict};
use super::tracker::{self, LIVE};
use crate::heap::reentry;
use crate::sys::c_heap::{
    __libc_calloc, __libc_free, __libc_malloc, __libc_memalign, __libc_realloc, EINVAL, ENOMEM,
};

/// Makes the linker keep the functions below.
pub(super) fn keep() {
    std::hint::black_box([malloc as *const (), free as *const ()]);
}

/// Whether calls of the calling thread count, and in which era.
#[inline]
fn era() -> Option<u32> {
    let era = switches::era();
    (era != OFF && !thread::is_in_profiler()).then_some(era)
}

/// Counts a block that was allocated, and gives it back. None was when it is null.
#[inline]
fn counted(block: *mut c_void, size: usize) -> *mut c_void {
    if let (false, Some(era)) = (block.is_null(), era())
        && !thread::count(era, size)
    {
        judge(era, block, size);
    }
    block
}

#[cold]
#[inline(never)]
fn judge(era: u32, block: *mut c_void, size: usize) {
    if let Verdict::Sampled(sampling, _) = thread::judge(era, size) {
        let _quiet = reentry::enter();
        let booking = tracker::enter(sampling, size, Entry::AllocatedAndInUse);
        tracker::watch(block.cast(), None, booking);
    }
}

/// Takes what is known of a block that is given up. Before the C library gets it back: then another
/// thread may get the address at once.
#[inline]
fn forget(block: *mut c_void) -> Option<Booking> {
    if block.is_null() {
        return None;
    }
    era().and_then(|_| LIVE.remove(block as usize))
}

/// # Safety
///
/// As for the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: passed on to the caller.
    counted(unsafe { __libc_malloc(size) }, size)
}

/// # Safety
///
/// As for the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: passed on to the caller.
    let block = unsafe { __libc_calloc(count, size) };
    // A block that was made has a size that does not overflow.
    counted(block, count.wrapping_mul(size))
}

/// # Safety
///
/// As for the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    let booking = forget(block);
    // SAFETY: passed on to the caller.
    let moved = unsafe { __libc_realloc(block, size) };
    // A size of 0 frees; any other null leaves the block as it was.
    if moved.is_null() && size != 0 {
        tracker::watch(block.cast(), None, booking);
        return moved;
    }
    tracker::remove(booking);
    counted(moved, size)
}

/// # Safety
///
/// As for the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: passed on to the caller.
    counted(unsafe { __libc_memalign(alignment, size) }, size)
}

/// # Safety
///
/// As for the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: passed on to the caller.
    counted(unsafe { __libc_memalign(alignment, size) }, size)
}

/// # Safety
///
/// As for the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(
    place: *mut *mut c_void,
    alignment: usize,
    size: usize,
) -> c_int {
    if !alignment.is_power_of_two() || !alignment.is_multiple_of(size_of::<*mut c_void>()) {
        return EINVAL;
    }
    // SAFETY: passed on to the caller.
    let block = counted(unsafe { __libc_memalign(alignment, size) }, size);
    if block.is_null() {
        return ENOMEM;
    }
    // SAFETY: the caller gives a place for the address.
    unsafe { *place = block };
    0
}

/// # Safety
///
/// As for the C library's.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    tracker::remove(forget(block));
    // SAFETY: passed on to the caller.
    unsafe { __libc_free(block) };
}
