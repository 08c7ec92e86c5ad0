//! Linux with glibc, on x86-64 and aarch64.

pub(crate) mod arch;
#[cfg(c_allocations)]
pub(crate) mod c_heap;
pub(crate) mod clock;
pub(crate) mod exit;
pub(crate) mod files;
pub(crate) mod heap_memory;
pub(crate) mod machine;
pub(crate) mod mapped_file;
pub(crate) mod modules;
pub(crate) mod resources;
pub(crate) mod sampling_signal;
pub(crate) mod stop_signals;
pub(crate) mod tasks;
pub(crate) mod thread_start;
pub(crate) mod timer;

use std::io;

/// The result of a system call that returns -1 and sets `errno` on failure.
fn checked(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}
