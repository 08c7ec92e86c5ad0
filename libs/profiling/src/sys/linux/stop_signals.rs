//! SIGINT, SIGTERM and SIGHUP: write the profiles first, then end by the same signal.
//!
//! The handler itself only marks the signal and wakes a thread through a pipe; that thread does the work
//! and then kills the process with the default action restored, so that the exit status is the one it
//! would have been. A second signal ends the process at once. A signal that was ignored when we came
//! stays ignored (`nohup`), and one that the program handles itself is left to it.

use std::io;
use std::mem;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::thread;

use super::checked;

const SIGNALS: [libc::c_int; 3] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP];

/// The process that installed the handlers: a forked child inherits them, and the pipe, but not the thread.
static OWNER: AtomicI32 = AtomicI32::new(0);
static PIPE_IN: AtomicI32 = AtomicI32::new(-1);
static CAUGHT: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();

/// Calls `function` on a thread of its own when one of the three signals comes, then lets the signal
/// end the process. The first call installs the handlers, later ones change nothing.
pub(crate) fn on_stop_signal(function: fn()) -> io::Result<()> {
    INSTALLED
        .get_or_init(|| install(function).map_err(|error| error.to_string()))
        .clone()
        .map_err(io::Error::other)
}

fn install(function: fn()) -> io::Result<()> {
    let mut ends = [-1; 2];
    // SAFETY: `ends` has room for both file descriptors.
    checked(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) })?;
    let [out, into] = ends;
    // SAFETY: takes nothing and cannot fail.
    OWNER.store(unsafe { libc::getpid() }, Ordering::Release);
    PIPE_IN.store(into, Ordering::Release);
    let name = "profile-signals".to_owned();
    thread::Builder::new()
        .name(name)
        .spawn(move || wait_and_end(out, function))?;
    SIGNALS.into_iter().try_for_each(install_one)
}

fn install_one(signal: libc::c_int) -> io::Result<()> {
    // SAFETY: `sigaction` is plain data, for which all zeroes is a value.
    let mut current: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: asks only; `current` is valid for the write.
    checked(unsafe { libc::sigaction(signal, ptr::null(), &mut current) })?;
    if current.sa_sigaction != libc::SIG_DFL {
        return Ok(());
    }
    current.sa_sigaction = caught as *const () as libc::sighandler_t;
    current.sa_flags = libc::SA_RESTART;
    // SAFETY: `caught` does only what a handler may.
    checked(unsafe { libc::sigaction(signal, &current, ptr::null_mut()) }).map(drop)
}

/// Async-signal-safe: an atomic, then `write`, or `sigaction` and `raise`.
extern "C" fn caught(signal: libc::c_int) {
    // SAFETY: takes nothing and cannot fail.
    let forked = unsafe { libc::getpid() } != OWNER.load(Ordering::Acquire);
    if forked || CAUGHT.swap(true, Ordering::AcqRel) {
        return die(signal);
    }
    let number = signal.to_ne_bytes();
    // SAFETY: the location of `errno` of this thread is always valid.
    let errno = unsafe { *libc::__errno_location() };
    // SAFETY: the bytes are valid for the call; a failure leaves the signal unanswered once.
    let written = unsafe {
        libc::write(
            PIPE_IN.load(Ordering::Acquire),
            number.as_ptr().cast(),
            number.len(),
        )
    };
    // SAFETY: as above; the interrupted code must find its `errno` again.
    unsafe { *libc::__errno_location() = errno };
    if written != number.len().cast_signed() {
        die(signal);
    }
}

fn wait_and_end(out: libc::c_int, function: fn()) {
    let mut number = [0; 4];
    loop {
        // SAFETY: `number` is valid for the write.
        let read = unsafe { libc::read(out, number.as_mut_ptr().cast(), number.len()) };
        if read == number.len().cast_signed() {
            break;
        }
        if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
    function();
    die(libc::c_int::from_ne_bytes(number));
}

/// Ends the process by `signal`. Async-signal-safe.
fn die(signal: libc::c_int) {
    // SAFETY: both only change what happens to this process.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::kill(libc::getpid(), signal);
    }
}
