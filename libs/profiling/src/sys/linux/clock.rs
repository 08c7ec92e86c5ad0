//! Clocks: CPU time of threads and of the process, and local time for file names.

use std::mem;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The kernel's clock of one thread's CPU time, readable from any thread of the process: the
/// complement of the thread id above three bits that say "per thread" (4) and "scheduler time" (2).
pub(super) fn thread_clock(tid: u32) -> libc::clockid_t {
    (!tid.cast_signed() << 3) | 6
}

/// CPU time that a thread of this process has used; `None` when it has ended.
pub(crate) fn thread_cpu(tid: u32) -> Option<Duration> {
    read(thread_clock(tid))
}

/// CPU time that this process has used, its ended threads included.
pub(crate) fn process_cpu() -> Duration {
    read(libc::CLOCK_PROCESS_CPUTIME_ID).unwrap_or_default()
}

fn read(clock: libc::clockid_t) -> Option<Duration> {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is valid for the write; an unknown clock is an error, not undefined.
    let result = unsafe { libc::clock_gettime(clock, &mut time) };
    (result == 0).then(|| duration(time))
}

fn duration(time: libc::timespec) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanos)
}

/// The length of the kernel's tick: CPU timers are looked at that often. It is the resolution of the
/// clock that advances on the tick.
pub(crate) fn tick() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is valid for the write.
    unsafe { libc::clock_getres(libc::CLOCK_MONOTONIC_COARSE, &mut time) };
    duration(time)
}

/// `YYYYMMDD_HHMMSS` in the local time zone.
pub(crate) fn local_stamp(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let seconds = libc::time_t::try_from(seconds).unwrap_or(0);
    // SAFETY: `tm` is plain data, for which all zeroes is a value.
    let mut local: libc::tm = unsafe { mem::zeroed() };
    // SAFETY: both pointers are valid for the call, and `localtime_r` keeps neither.
    unsafe { libc::localtime_r(&seconds, &mut local) };
    format!(
        "{:04}{:02}{:02}_{:02}{:02}{:02}",
        local.tm_year + 1900,
        local.tm_mon + 1,
        local.tm_mday,
        local.tm_hour,
        local.tm_min,
        local.tm_sec
    )
}
