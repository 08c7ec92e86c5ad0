//! Sees every thread that the process starts through pthread: the executable's `pthread_create` wraps
//! the real one.
//!
//! The linker takes the first definition of a symbol that it meets, and the executable's comes before
//! that of the C library, for shared libraries too. So std, every crate and C code come through here.
//! While nobody watches the cost is one load a thread.

use std::io;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(c_allocations)]
use super::c_heap::{__libc_free as free, __libc_malloc as malloc};
#[cfg(not(c_allocations))]
use libc::{free, malloc};

/// What watches threads. All four run on the thread itself, in ordinary code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    /// A thread begins; `entry` is the address of its start routine.
    pub(crate) begin: fn(entry: usize),
    /// A thread ends, after its thread-local destructors.
    pub(crate) end: fn(),
}

/// A start routine: unsafe, since only its creator knows what its argument must be.
type Start = unsafe extern "C-unwind" fn(*mut libc::c_void) -> *mut libc::c_void;
/// `pthread_create` of the C library: unsafe, since it trusts its pointers.
type Create = unsafe extern "C" fn(
    *mut libc::pthread_t,
    *const libc::pthread_attr_t,
    Start,
    *mut libc::c_void,
) -> libc::c_int;

static WATCH: OnceLock<Watch> = OnceLock::new();
static WATCHING: AtomicBool = AtomicBool::new(false);
static REAL: AtomicUsize = AtomicUsize::new(0);
static END_KEY: OnceLock<Option<libc::pthread_key_t>> = OnceLock::new();

/// Whether the wrapper is in this program at all.
pub(crate) const AVAILABLE: bool = cfg!(all(
    feature = "thread-start",
    not(target_feature = "crt-static")
));

/// Calls `watch` for each thread that begins from now on, until [`unwatch`]. The functions of the first
/// call stay in force.
pub(crate) fn watch(watch: Watch) -> io::Result<()> {
    WATCH.get_or_init(|| watch);
    END_KEY
        .get_or_init(create_key)
        .ok_or_else(|| io::Error::other("no thread-specific key left"))?;
    #[cfg(all(feature = "thread-start", not(target_feature = "crt-static")))]
    std::hint::black_box(pthread_create as *const ());
    WATCHING.store(AVAILABLE, Ordering::Release);
    Ok(())
}

/// Threads that begin from now on are not watched.
pub(crate) fn unwatch() {
    WATCHING.store(false, Ordering::Release);
}

fn create_key() -> Option<libc::pthread_key_t> {
    let mut key = 0;
    // SAFETY: `key` is valid for the write, and the destructor takes what `setspecific` stored.
    (unsafe { libc::pthread_key_create(&mut key, Some(thread_ends)) } == 0).then_some(key)
}

/// Calls `Watch::end` when the calling thread ends. A thread that was found instead of watched from
/// its start must call this itself.
fn end_is_watched() {
    if let Some(Some(key)) = END_KEY.get() {
        // SAFETY: the key exists; any value but null makes the destructor run.
        unsafe { libc::pthread_setspecific(*key, ptr::without_provenance(1)) };
    }
}

/// # Safety
///
/// Only for the C library to call, on the thread that ends.
unsafe extern "C" fn thread_ends(_value: *mut libc::c_void) {
    if let Some(watch) = WATCH.get() {
        (watch.end)();
    }
}

/// What the wrapper hands to the thread: lives in memory of `malloc`, so that no allocation of the
/// profiler shows in a heap profile.
struct Birth {
    start: Start,
    argument: *mut libc::c_void,
}

/// The executable's `pthread_create`.
///
/// # Safety
///
/// That of the C library's.
#[cfg(all(feature = "thread-start", not(target_feature = "crt-static")))]
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_create(
    thread: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    start: Start,
    argument: *mut libc::c_void,
) -> libc::c_int {
    let Some(real) = real() else {
        return libc::ENOSYS;
    };
    if !WATCHING.load(Ordering::Acquire) {
        // SAFETY: the caller's arguments, passed on.
        return unsafe { real(thread, attributes, start, argument) };
    }
    // SAFETY: asks for the size of a `Birth`; `malloc` aligns for any plain type.
    let birth = unsafe { malloc(size_of::<Birth>()) }.cast::<Birth>();
    if birth.is_null() {
        return libc::EAGAIN;
    }
    // SAFETY: `birth` is ours, large and aligned enough.
    unsafe { birth.write(Birth { start, argument }) };
    // SAFETY: the caller's arguments, with a start routine of the same type that passes them on.
    let result = unsafe { real(thread, attributes, thread_begins, birth.cast()) };
    if result != 0 {
        // SAFETY: no thread was made, so `birth` is still ours.
        unsafe { free(birth.cast()) };
    }
    result
}

/// The C library's `pthread_create`.
#[cfg(all(feature = "thread-start", not(target_feature = "crt-static")))]
fn real() -> Option<Create> {
    let known = REAL.load(Ordering::Relaxed);
    let address = if known != 0 { known } else { find_real() };
    // SAFETY: the address is zero (which is `None`) or that of the function of this name and type.
    unsafe { std::mem::transmute::<usize, Option<Create>>(address) }
}

#[cfg(all(feature = "thread-start", not(target_feature = "crt-static")))]
fn find_real() -> usize {
    // SAFETY: the name is a C string; the next definition after the executable's is the library's.
    let address = unsafe { libc::dlsym(libc::RTLD_NEXT, c"pthread_create".as_ptr()) }.addr();
    REAL.store(address, Ordering::Relaxed);
    address
}

/// Runs on the thread. Nothing in this frame has a destructor, so that `pthread_exit` may unwind it.
///
/// # Safety
///
/// `birth` must be one that `pthread_create` above wrote, given to this thread alone.
#[cfg(all(feature = "thread-start", not(target_feature = "crt-static")))]
unsafe extern "C-unwind" fn thread_begins(birth: *mut libc::c_void) -> *mut libc::c_void {
    // SAFETY: `pthread_create` above wrote it and gave it to this thread alone.
    let Birth { start, argument } = unsafe { birth.cast::<Birth>().read() };
    // SAFETY: came from `malloc`, and nobody else knows it.
    unsafe { free(birth) };
    if let Some(watch) = WATCH.get() {
        (watch.begin)(start as usize);
        end_is_watched();
    }
    // SAFETY: what the creator of the thread asked for.
    unsafe { start(argument) }
}
