//! What the process has used so far, in numbers of the kernel and of the allocator.

use std::fmt;
use std::ops::Sub;
use std::thread;
use std::time::Duration;

use crate::heap::{self, AllocationTotals, reentry};
use crate::sys::resources;

/// A reading of the process's counters. The difference of two readings is what happened in between.
///
/// Of what Go's runtime reports, goroutines have no counterpart here (threads do), and there is no
/// garbage collector, so no collections and no pauses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RuntimeMetrics {
    /// Threads of the process now.
    pub threads: u64,
    /// Memory that is resident now, in bytes.
    pub resident_bytes: u64,
    /// Address space that is mapped now, in bytes.
    pub virtual_bytes: u64,
    /// CPU time in the program.
    pub user_cpu: Duration,
    /// CPU time in the kernel on its behalf.
    pub system_cpu: Duration,
    /// Page faults that needed no input or output.
    pub minor_faults: u64,
    /// Page faults that did.
    pub major_faults: u64,
    /// Context switches because the process waited.
    pub voluntary_switches: u64,
    /// Context switches because its time was up.
    pub involuntary_switches: u64,
    /// CPUs that the process may use.
    pub cpus: u64,
    /// What the allocator counted; `None` when no memory profile is taken.
    pub allocator: Option<AllocatorMetrics>,
}

/// What the allocator counted since memory profiling started.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct AllocatorMetrics {
    /// Bytes allocated; exact.
    pub allocated_bytes: u64,
    /// Blocks allocated; exact.
    pub allocated_objects: u64,
    /// Bytes allocated since the start and not freed; estimated from the samples, exact when every
    /// allocation is one.
    pub in_use_bytes: u64,
    /// Blocks allocated since the start and not freed; estimated likewise.
    pub in_use_objects: u64,
}

impl AllocatorMetrics {
    fn of(totals: AllocationTotals) -> Self {
        Self {
            allocated_bytes: totals.allocated_bytes,
            allocated_objects: totals.allocated_objects,
            in_use_bytes: totals.in_use_bytes,
            in_use_objects: totals.in_use_objects,
        }
    }
}

impl RuntimeMetrics {
    /// Reads the counters. On platforms where profiling does not work they are zero.
    #[must_use]
    pub fn now() -> Self {
        let _quiet = reentry::enter();
        let usage = resources::usage();
        Self {
            threads: usage.threads,
            resident_bytes: usage.resident_bytes,
            virtual_bytes: usage.virtual_bytes,
            user_cpu: usage.user_cpu,
            system_cpu: usage.system_cpu,
            minor_faults: usage.minor_faults,
            major_faults: usage.major_faults,
            voluntary_switches: usage.voluntary_switches,
            involuntary_switches: usage.involuntary_switches,
            cpus: thread::available_parallelism().map_or(1, usize::from) as u64,
            allocator: heap::totals().map(AllocatorMetrics::of),
        }
    }
}

/// What happened since `earlier`. Sizes and numbers that can shrink are 0 when they did; `cpus` and
/// `threads` stay those of `self`.
impl Sub for RuntimeMetrics {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            threads: self.threads,
            resident_bytes: self.resident_bytes.saturating_sub(earlier.resident_bytes),
            virtual_bytes: self.virtual_bytes.saturating_sub(earlier.virtual_bytes),
            user_cpu: self.user_cpu.saturating_sub(earlier.user_cpu),
            system_cpu: self.system_cpu.saturating_sub(earlier.system_cpu),
            minor_faults: self.minor_faults.saturating_sub(earlier.minor_faults),
            major_faults: self.major_faults.saturating_sub(earlier.major_faults),
            voluntary_switches: self
                .voluntary_switches
                .saturating_sub(earlier.voluntary_switches),
            involuntary_switches: self
                .involuntary_switches
                .saturating_sub(earlier.involuntary_switches),
            cpus: self.cpus,
            allocator: self
                .allocator
                .map(|now| now - earlier.allocator.unwrap_or_default()),
        }
    }
}

/// What happened since `earlier`; what shrank is 0.
impl Sub for AllocatorMetrics {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            allocated_bytes: self.allocated_bytes.saturating_sub(earlier.allocated_bytes),
            allocated_objects: self
                .allocated_objects
                .saturating_sub(earlier.allocated_objects),
            in_use_bytes: self.in_use_bytes.saturating_sub(earlier.in_use_bytes),
            in_use_objects: self.in_use_objects.saturating_sub(earlier.in_use_objects),
        }
    }
}

impl fmt::Display for RuntimeMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cpu={:.2}s user={:.2}s system={:.2}s threads={} resident={} virtual={} \
             faults={}+{} switches={}+{} cpus={}",
            (self.user_cpu + self.system_cpu).as_secs_f64(),
            self.user_cpu.as_secs_f64(),
            self.system_cpu.as_secs_f64(),
            self.threads,
            Bytes(self.resident_bytes),
            Bytes(self.virtual_bytes),
            self.minor_faults,
            self.major_faults,
            self.voluntary_switches,
            self.involuntary_switches,
            self.cpus,
        )?;
        self.allocator
            .map_or(Ok(()), |allocator| write!(f, " {allocator}"))
    }
}

impl fmt::Display for AllocatorMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "allocated={} in {} objects, in use={} in {} objects",
            Bytes(self.allocated_bytes),
            self.allocated_objects,
            Bytes(self.in_use_bytes),
            self.in_use_objects,
        )
    }
}

/// A number of bytes in the largest unit of 1024 that leaves at least 1.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
        if self.0 < 1024 {
            return write!(f, "{}B", self.0);
        }
        let steps = (self.0.ilog2() / 10).min(UNITS.len() as u32);
        let value = self.0 as f64 / (1_u64 << (10 * steps)) as f64;
        write!(f, "{value:.2}{}", UNITS[steps as usize - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: u64, expected: &str) {
        assert_eq!(Bytes(bytes).to_string(), expected);
    }

    #[test]
    fn bytes_are_shown_in_units_that_a_person_reads() {
        check(0, "0B");
        check(1023, "1023B");
        check(1024, "1.00kB");
        check(1_572_864, "1.50MB");
        check(u64::MAX, "16.00EB");
    }

    #[test]
    fn a_difference_never_wraps() {
        let small = RuntimeMetrics {
            resident_bytes: 1,
            ..RuntimeMetrics::default()
        };
        let large = RuntimeMetrics {
            resident_bytes: 3,
            ..RuntimeMetrics::default()
        };
        assert_eq!((small - large).resident_bytes, 0);
        assert_eq!((large - small).resident_bytes, 2);
    }

    #[test]
    fn now_reads_this_process() {
        let before = RuntimeMetrics::now();
        let now = RuntimeMetrics::now();
        assert!(now.threads >= 1 && now.resident_bytes > 0 && now.cpus >= 1);
        assert!(now.user_cpu + now.system_cpu >= before.user_cpu + before.system_cpu);
    }
}
