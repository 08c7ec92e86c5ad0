//! What the kernel counts about this process.

use std::fs;
use std::mem;
use std::time::Duration;

/// Counters of the process since it began, and its size now.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) user_cpu: Duration,
    pub(crate) system_cpu: Duration,
    pub(crate) minor_faults: u64,
    pub(crate) major_faults: u64,
    pub(crate) voluntary_switches: u64,
    pub(crate) involuntary_switches: u64,
    pub(crate) threads: u64,
    pub(crate) resident_bytes: u64,
    pub(crate) virtual_bytes: u64,
}

pub(crate) fn usage() -> Usage {
    // SAFETY: `rusage` is plain data, for which all zeroes is a value.
    let mut usage: libc::rusage = unsafe { mem::zeroed() };
    // SAFETY: `usage` is valid for the write.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    let (virtual_bytes, resident_bytes) = sizes().unwrap_or_default();
    Usage {
        user_cpu: duration(usage.ru_utime),
        system_cpu: duration(usage.ru_stime),
        minor_faults: usage.ru_minflt.cast_unsigned(),
        major_faults: usage.ru_majflt.cast_unsigned(),
        voluntary_switches: usage.ru_nvcsw.cast_unsigned(),
        involuntary_switches: usage.ru_nivcsw.cast_unsigned(),
        threads: super::tasks::count().unwrap_or(0),
        resident_bytes,
        virtual_bytes,
    }
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u32::try_from(time.tv_usec).unwrap_or(0);
    Duration::new(seconds, micros.saturating_mul(1000))
}

/// Virtual and resident size in bytes, the first two numbers of `statm` in pages.
fn sizes() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    let mut pages = text
        .split_ascii_whitespace()
        .map_while(|number| number.parse::<u64>().ok());
    // SAFETY: asks for a number.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    let page = u64::try_from(page).ok()?;
    Some((
        pages.next()?.saturating_mul(page),
        pages.next()?.saturating_mul(page),
    ))
}
