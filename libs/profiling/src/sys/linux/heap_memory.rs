//! Memory, waiting and life-cycle hooks for the heap profiler, below every allocator.
//!
//! Everything here runs inside the allocator, so nothing here allocates, takes a lock of libc or of
//! the loader, or changes `errno`.

use std::ffi::c_void;
use std::ptr::NonNull;

/// Whether heap profiles can be taken here.
pub(crate) const IS_SUPPORTED: bool = true;

/// Size of the address range sampled blocks come from; see `heap::arena`.
pub(crate) const ARENA_BYTES: usize = 16 << 30;

/// Types for which a page of zeros is a valid value, at any alignment up to a page.
///
/// # Safety
///
/// All-zero bytes must be a valid value, the alignment at most 4096, and there must be no `Drop`.
pub(crate) unsafe trait Zeroable: 'static {}

// SAFETY: atomics of integers may hold any bytes, are small and need no drop.
unsafe impl Zeroable for std::sync::atomic::AtomicU64 {}

/// A table of `count` all-zero values, in memory of its own that stays until [`unmap`].
///
/// Pages cost nothing until they are written. `None` when the system refuses.
pub(crate) fn zeroed<T: Zeroable>(count: usize) -> Option<&'static mut [T]> {
    let bytes = count.checked_mul(size_of::<T>())?;
    let start = map(bytes, libc::PROT_READ | libc::PROT_WRITE)?;
    // SAFETY: the mapping is new, page-aligned, `bytes` long and all zero, which `Zeroable` makes
    // valid; nobody else has it.
    Some(unsafe { std::slice::from_raw_parts_mut(start.as_ptr().cast(), count) })
}

/// Makes every value of `table` zero again and gives the pages back.
pub(crate) fn clear<T: Zeroable>(table: &[T]) {
    // SAFETY: the range is the table itself, `Zeroable` makes zeros valid in it, and the values are
    // atomics or exclusively held by the caller, so nobody relies on them being unchanged.
    unsafe { discard(table.as_ptr().cast::<u8>().cast_mut(), size_of_val(table)) };
}

/// Gives a table of [`zeroed`] back to the system.
pub(crate) fn unmap<T: Zeroable>(table: &'static mut [T]) {
    let bytes = size_of_val(table);
    // SAFETY: the table came from `zeroed` and the exclusive reference to it ends here.
    unsafe { libc::munmap(table.as_mut_ptr().cast(), bytes) };
}

/// Reserves `bytes` of addresses without memory behind them, aligned to `alignment`.
///
/// `None` when the system refuses, or when the process may only have a limited number of addresses:
/// the program would miss what is reserved here.
pub(crate) fn reserve(bytes: usize, alignment: usize) -> Option<NonNull<u8>> {
    if addresses_are_limited() {
        return None;
    }
    let start = map(bytes.checked_add(alignment)?, libc::PROT_NONE)?;
    let skipped = start.as_ptr().align_offset(alignment);
    // SAFETY: `skipped < alignment`, and that much was mapped beyond `bytes`.
    Some(unsafe { start.add(skipped) })
}

fn addresses_are_limited() -> bool {
    let mut limit = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: `limit` is valid for a write.
    unsafe { libc::getrlimit(libc::RLIMIT_AS, &mut limit) };
    limit.rlim_cur != libc::RLIM_INFINITY
}

/// Puts readable and writable memory behind a range of [`reserve`].
///
/// # Safety
///
/// The range must be page-aligned, lie within a reservation, and not be in use.
pub(crate) unsafe fn commit(start: *mut u8, bytes: usize) -> bool {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: the caller owns the range.
    keep_errno(|| unsafe { libc::mprotect(start.cast(), bytes, protection) == 0 })
}

/// Gives the pages of a range back; they read as zeros afterwards.
///
/// # Safety
///
/// The range must be page-aligned, lie within one mapping of this module, and hold nothing anybody
/// still needs.
pub(crate) unsafe fn discard(start: *mut u8, bytes: usize) {
    // SAFETY: the caller gives the contents up.
    keep_errno(|| unsafe { libc::madvise(start.cast(), bytes, libc::MADV_DONTNEED) });
}

/// Lets other threads run, for longer from one `attempt` to the next.
///
/// The sleep keeps a thread of real-time priority from starving the one it waits for.
pub(crate) fn wait_turn(attempt: u32) {
    const YIELDS: u32 = 64;
    let pause = libc::timespec {
        tv_sec: 0,
        tv_nsec: 50_000,
    };
    keep_errno(|| {
        if attempt < YIELDS {
            // SAFETY: takes nothing and touches no memory.
            unsafe { libc::sched_yield() }
        } else {
            let no_remainder = std::ptr::null_mut::<libc::timespec>();
            // The C library's function is a cancellation point, which `malloc` and `free` must not be.
            // SAFETY: `pause` is valid, and a null remainder is allowed.
            unsafe { libc::syscall(libc::SYS_nanosleep, &raw const pause, no_remainder) as i32 }
        }
    });
}

/// A number that differs from run to run.
pub(crate) fn seed() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `now` is valid for a write.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    let address = std::ptr::from_ref(&now) as u64;
    // SAFETY: takes nothing and cannot fail.
    let process = unsafe { libc::getpid() } as u64;
    (now.tv_nsec as u64) ^ (now.tv_sec as u64).rotate_left(32) ^ address ^ process.rotate_left(48)
}

/// What happens around a `fork`, on the thread that calls it. Unsafe functions, since `fork` alone may call them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AroundFork {
    /// Before, and before what others asked for earlier.
    pub(crate) before: unsafe extern "C" fn(),
    /// Afterwards in the parent, also when there is no child.
    pub(crate) in_parent: unsafe extern "C" fn(),
    /// In the child, before `fork` returns there. May only do what a signal handler may.
    pub(crate) in_child: unsafe extern "C" fn(),
}

/// Asks for that from now on. Returns whether the system agreed.
pub(crate) fn on_fork(around: AroundFork) -> bool {
    // SAFETY: the functions live as long as the program.
    let status = unsafe {
        libc::pthread_atfork(
            Some(around.before),
            Some(around.in_parent),
            Some(around.in_child),
        )
    };
    status == 0
}

/// A slot of every thread whose value is handed to a function when the thread ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadExit(libc::pthread_key_t);

impl ThreadExit {
    /// Calls `leave` at the end of every thread that was [armed](ThreadExit::arm), with its value. It is unsafe,
    /// since it may trust that value.
    pub(crate) fn new(leave: unsafe extern "C" fn(*mut c_void)) -> Option<ThreadExit> {
        let mut key = 0;
        // SAFETY: `key` is valid for a write, and `leave` lives as long as the program.
        let status = unsafe { libc::pthread_key_create(&mut key, Some(leave)) };
        (status == 0).then_some(ThreadExit(key))
    }

    /// Registers the calling thread. `value` must not be null, or nothing will be called.
    ///
    /// Inside the allocator this is allowed: for the first 32 keys of a process libc stores into
    /// the thread itself, and otherwise calls `calloc`, which may be ours (`heap::c_allocations`): the caller has
    /// entered the profiler.
    pub(crate) fn arm(self, value: *const c_void) -> bool {
        // SAFETY: the key is never deleted.
        unsafe { libc::pthread_setspecific(self.0, value) == 0 }
    }
}

/// Maps `bytes` of private memory whose pages cost nothing until they are touched.
fn map(bytes: usize, protection: libc::c_int) -> Option<NonNull<u8>> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    keep_errno(|| {
        // SAFETY: a new mapping at an address of the kernel's choice touches nothing existing.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), bytes, protection, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return None;
        }
        // A huge page would make the first byte of a table cost 2 MiB.
        // SAFETY: the range was just mapped; a refusal changes nothing but the cost.
        unsafe { libc::madvise(start, bytes, libc::MADV_NOHUGEPAGE) };
        NonNull::new(start.cast())
    })
}

/// Runs `action` and restores `errno`: `free` must not change it, and callers of `malloc` may have
/// one pending.
fn keep_errno<T>(action: impl FnOnce() -> T) -> T {
    // SAFETY: the location is the calling thread's own and valid as long as the thread.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    let saved = unsafe { *errno };
    let result = action();
    // SAFETY: as above.
    unsafe { *errno = saved };
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C-unwind" fn waits_though_cancelled(_: *mut c_void) -> *mut c_void {
        // SAFETY: the thread exists; it ends at its next cancellation point.
        unsafe { libc::pthread_cancel(libc::pthread_self()) };
        (0..100).for_each(wait_turn);
        std::ptr::without_provenance_mut(1)
    }

    /// A thread that C code cancels ends in none of our locks.
    #[test]
    fn waiting_is_no_cancellation_point() {
        type Unwinds = extern "C-unwind" fn(*mut c_void) -> *mut c_void;
        type Start = extern "C" fn(*mut c_void) -> *mut c_void;
        // SAFETY: the two types differ in what a caller must expect, and the caller is the C library.
        let start = unsafe { std::mem::transmute::<Unwinds, Start>(waits_though_cancelled) };
        let (mut thread, mut result) = (0, std::ptr::null_mut());
        // SAFETY: the places are valid for writes, and the start routine needs no argument.
        unsafe {
            let attributes = std::ptr::null();
            let argument = std::ptr::null_mut();
            let status = libc::pthread_create(&mut thread, attributes, start, argument);
            assert_eq!(status, 0);
            assert_eq!(libc::pthread_join(thread, &mut result), 0);
        }
        assert_eq!(result.addr(), 1, "cancelled while it waited");
    }
}
