//! Platforms without a port: profiling says so, and the program works.

use std::io;

pub(crate) mod arch;
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

fn unsupported<T>() -> io::Result<T> {
    let message = "profiling works on Linux with glibc only, on x86-64 and aarch64";
    Err(io::Error::new(io::ErrorKind::Unsupported, message))
}
