//! Files that only their owner may read: profiles hold command lines.

use std::fs::{File, OpenOptions};
use std::io;
use std::mem;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::ptr;

/// Creates a file with mode 0600. An existing file is an error, never opened or replaced.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Does `write` so that exceeding the limit on the size of files fails it. By default the kernel kills
/// the process with SIGXFSZ, and a profile must not be what a program dies of.
///
/// The kernel sends that signal to the writing thread, so it is held back here in this thread only, and
/// dropped at the end unless it was there before.
pub(crate) fn exceeding_limits_fails<T>(write: impl FnOnce() -> T) -> T {
    let size_signal = only(libc::SIGXFSZ);
    let was_pending = is_pending();
    let mask = change_mask(libc::SIG_BLOCK, &size_signal);
    let result = write();
    if !was_pending {
        drop_pending(&size_signal);
    }
    change_mask(libc::SIG_SETMASK, &mask);
    result
}

fn only(signal: libc::c_int) -> libc::sigset_t {
    // SAFETY: a set of signals is a plain array of bits, and all bits clear is the empty set.
    let mut set: libc::sigset_t = unsafe { mem::zeroed() };
    // SAFETY: the set is ours, and the signal is one that exists.
    unsafe { libc::sigaddset(&mut set, signal) };
    set
}

/// Whether the signal is held back already, for this thread or the process.
fn is_pending() -> bool {
    let mut pending = only(libc::SIGXFSZ);
    // SAFETY: the set is ours, and overwritten or, on failure, left as it is.
    unsafe {
        libc::sigpending(&mut pending) == 0 && libc::sigismember(&pending, libc::SIGXFSZ) == 1
    }
}

/// Changes the mask of this thread, and gives the one before.
fn change_mask(how: libc::c_int, set: &libc::sigset_t) -> libc::sigset_t {
    let mut before = *set;
    // SAFETY: both sets are ours; with these arguments the call cannot fail.
    unsafe { libc::pthread_sigmask(how, set, &mut before) };
    before
}

/// Takes a signal of `set` that is held back, without waiting for one.
fn drop_pending(set: &libc::sigset_t) {
    let no_time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: set and time outlive the call, and no information about the signal is asked for.
    unsafe { libc::sigtimedwait(set, ptr::null_mut(), &no_time) };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_blocked() -> bool {
        let mask = change_mask(libc::SIG_BLOCK, &only(libc::SIGXFSZ));
        change_mask(libc::SIG_SETMASK, &mask);
        // SAFETY: the set is ours.
        unsafe { libc::sigismember(&mask, libc::SIGXFSZ) == 1 }
    }

    /// Were the signal delivered, it would end the test program.
    #[test]
    fn the_size_signal_of_this_thread_is_dropped() {
        let blocked_within = exceeding_limits_fails(|| {
            // SAFETY: sends a signal to this thread, which holds it back.
            unsafe { libc::raise(libc::SIGXFSZ) };
            is_blocked()
        });
        assert!(blocked_within);
        assert!(!is_blocked());
        assert!(!is_pending());
    }
}
