//! Everything that touches the operating system or the processor. The only place of this library for
//! `libc`, for `cfg(target_*)` and, with the signal handler and the allocator, for `unsafe`.
//!
//! Each concern is a module of the same name and with the same functions on every platform; where a
//! platform cannot do it, the functions of `unsupported` say so and the rest of the library goes on.
//! (`--cfg dtail_unsupported` compiles those on any platform, so that they can be checked.)

#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_endian = "little",
    not(dtail_unsupported)
))]
#[path = "linux/mod.rs"]
mod platform;

#[cfg(not(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_endian = "little",
    not(dtail_unsupported)
)))]
#[path = "unsupported/mod.rs"]
mod platform;

mod published;

#[cfg(c_allocations)]
pub(crate) use platform::c_heap;
pub(crate) use platform::{
    arch, clock, exit, files, heap_memory, machine, mapped_file, modules, resources,
    sampling_signal, stop_signals, tasks, thread_start, timer,
};
pub(crate) use published::Published;
