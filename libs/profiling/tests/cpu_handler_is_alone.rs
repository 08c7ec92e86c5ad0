//! The signal handler calls nothing of the C library that allocates or locks, nothing of libgcc's unwinder,
//! and makes no system call; in debug builds, too.
//!
//! This program has functions of these names, which the whole process then calls instead. They note who
//! calls while SIGPROF and nothing else is held back, as it is in the handler, and pass the call on.

mod support;

use std::ffi::{CStr, c_int, c_long, c_void};
use std::hint::black_box;
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::{burn_cpu, cpu_profile, signals, with_longer_runs};

/// Calls of one function: all, and those in a handler.
struct Calls {
    name: &'static CStr,
    all: AtomicUsize,
    in_handler: AtomicUsize,
    /// The function behind ours, once it was looked for.
    next: AtomicUsize,
}

impl Calls {
    const fn of(name: &'static CStr) -> Self {
        Self {
            name,
            all: AtomicUsize::new(0),
            in_handler: AtomicUsize::new(0),
            next: AtomicUsize::new(0),
        }
    }

    fn note(&self) {
        self.all.fetch_add(1, Ordering::Relaxed);
        if is_in_handler() {
            self.in_handler.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The function of the name behind that of this program.
    fn next(&self) -> usize {
        let known = self.next.load(Ordering::Relaxed);
        if known != 0 {
            return known;
        }
        // SAFETY: the name is a C string.
        let next = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) }.addr();
        self.next.store(next, Ordering::Relaxed);
        next
    }
}

/// Whether the calling thread holds SIGPROF back, and SIGUSR2 not. (Where the C library holds signals back
/// it holds all of them.) `pthread_sigmask` goes to the kernel without any of the functions that are noted.
fn is_in_handler() -> bool {
    // SAFETY: a set of signals is a plain array of bits, and all bits clear is the empty set.
    let mut held_back: libc::sigset_t = unsafe { mem::zeroed() };
    // SAFETY: without a set to change to the call writes the present one.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &mut held_back) };
    // SAFETY: the set was written above, and the signals exist.
    let is_held_back = |signal| unsafe { libc::sigismember(&held_back, signal) } == 1;
    is_held_back(libc::SIGPROF) && !is_held_back(libc::SIGUSR2)
}

/// Defines a function of this program that notes its calls and passes them on to `$next`.
macro_rules! noted {
    ($calls:ident: $name:ident($($argument:ident: $type:ty),*) -> $result:ty, $next:expr) => {
        static $calls: Calls = Calls::of(
            match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                Ok(name) => name,
                Err(_) => c"",
            },
        );

        /// # Safety
        ///
        /// That of the function behind it.
        #[unsafe(no_mangle)]
        unsafe extern "C-unwind" fn $name($($argument: $type),*) -> $result {
            type Next = unsafe extern "C-unwind" fn($($type),*) -> $result;
            $calls.note();
            // SAFETY: the function behind this one has its type.
            let next = unsafe { mem::transmute::<usize, Next>($next) };
            // SAFETY: passed on from the caller.
            unsafe { next($($argument),*) }
        }
    };
}

// Looking a name up allocates, so these are called by other names of the C library.
// SAFETY: they are the functions of the C library that `malloc` and its like are other names of, with the
// same types.
unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
}

noted!(MALLOC: malloc(size: usize) -> *mut c_void, __libc_malloc as *const () as usize);
noted!(CALLOC: calloc(count: usize, size: usize) -> *mut c_void, __libc_calloc as *const () as usize);
noted!(REALLOC: realloc(block: *mut c_void, size: usize) -> *mut c_void, __libc_realloc as *const () as usize);
noted!(FREE: free(block: *mut c_void) -> (), __libc_free as *const () as usize);
noted!(LOCK: pthread_mutex_lock(mutex: *mut c_void) -> c_int, LOCK.next());
noted!(UNLOCK: pthread_mutex_unlock(mutex: *mut c_void) -> c_int, UNLOCK.next());
noted!(MODULES: dl_iterate_phdr(each: *mut c_void, data: *mut c_void) -> c_int, MODULES.next());
noted!(STACK: pthread_getattr_np(thread: usize, attributes: *mut c_void) -> c_int, STACK.next());
noted!(BACKTRACE: _Unwind_Backtrace(each: *mut c_void, data: *mut c_void) -> c_int, BACKTRACE.next());
noted!(RAISE: _Unwind_RaiseException(exception: *mut c_void) -> c_int, RAISE.next());
noted!(SYSCALL: syscall(
    number: c_long, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize
) -> c_long, SYSCALL.next());

static NOTED: [&Calls; 11] = [
    &MALLOC, &CALLOC, &REALLOC, &FREE, &LOCK, &UNLOCK, &MODULES, &STACK, &BACKTRACE, &RAISE,
    &SYSCALL,
];

fn in_handler() -> Vec<(&'static CStr, usize)> {
    let calls = NOTED
        .iter()
        .map(|calls| (calls.name, calls.in_handler.load(Ordering::Relaxed)));
    calls.filter(|(_, calls)| *calls > 0).collect()
}

/// What a handler must not do, and this one does while nothing else is going on.
extern "C" fn allocates_and_locks(_signal: c_int) {
    static mut MUTEX: libc::pthread_mutex_t = libc::PTHREAD_MUTEX_INITIALIZER;
    drop(black_box(Box::new(1)));
    // SAFETY: only this handler uses the mutex, once.
    unsafe {
        libc::pthread_mutex_lock(&raw mut MUTEX);
        libc::pthread_mutex_unlock(&raw mut MUTEX);
        libc::syscall(libc::SYS_getpid);
    }
}

/// A handler that holds back what ours does.
fn run_a_bad_handler() {
    // SAFETY: the handler runs in `raise`, when no lock is held.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = allocates_and_locks as *const () as usize;
        libc::sigaddset(&mut action.sa_mask, libc::SIGPROF);
        libc::sigaction(libc::SIGUSR1, &action, ptr::null_mut());
        libc::raise(libc::SIGUSR1);
    }
}

#[inline(never)]
fn allocates() {
    black_box(
        (1..50)
            .map(|size| vec![1_u8; size * 10])
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_handler_calls_nothing_that_it_must_not() {
    with_longer_runs(Duration::from_millis(500), |time| {
        let taken = cpu_profile(1000, || burn_cpu(time, allocates));
        let signals = signals(&taken.profile);
        assert_eq!(in_handler(), []);
        if signals < 50 {
            return Err(format!("{signals} signals"));
        }
        Ok(())
    });
    run_a_bad_handler();
    let noticed: Vec<&CStr> = in_handler().iter().map(|(name, _)| *name).collect();
    assert_eq!(
        noticed,
        [
            c"malloc",
            c"free",
            c"pthread_mutex_lock",
            c"pthread_mutex_unlock",
            c"syscall"
        ]
    );
}
