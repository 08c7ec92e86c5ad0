//! What the tests of heap profiles share: taking them, and summing them by function.

#![allow(
    dead_code,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub
)]

use dtail_profiling::{Kind, ProfileReport, Profiler};

use crate::support::{NamedSample, read, samples, sum};

/// The three profiles of a run.
pub struct HeapProfiles {
    pub mem: Vec<NamedSample>,
    pub alloc: Vec<NamedSample>,
    pub peak: Vec<NamedSample>,
}

/// Objects and bytes.
pub type Values = (i64, i64);

/// Starts a memory profile at `rate` bytes, with its files in a directory that lives as long.
pub fn start(rate: usize) -> (Profiler, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let builder = Profiler::builder("heap")
        .dir(directory.path())
        .memory(true)
        .memory_rate_bytes(rate);
    (builder.start().unwrap(), directory)
}

/// Profiles the heap while `work` runs and as long as its result lives.
pub fn profile<T>(rate: usize, work: impl FnOnce() -> T) -> HeapProfiles {
    let (profiler, _directory) = start(rate);
    let kept = work();
    let report = profiler.stop();
    drop(kept);
    read_all(&report)
}

pub fn read_all(report: &ProfileReport) -> HeapProfiles {
    assert_eq!(report.warnings(), [""; 0]);
    let read = |kind| samples(&read(report, &kind));
    HeapProfiles {
        mem: read(Kind::Mem),
        alloc: read(Kind::Alloc),
        peak: read(Kind::Peak),
    }
}

/// Allocated objects and bytes of the stacks that go through `function`.
pub fn allocated(samples: &[NamedSample], function: &str) -> Values {
    (
        sum(samples, 0, |sample| goes_through(sample, function)),
        sum(samples, 1, |sample| goes_through(sample, function)),
    )
}

/// Objects and bytes in use of the stacks that go through `function`.
pub fn in_use(samples: &[NamedSample], function: &str) -> Values {
    (
        sum(samples, 2, |sample| goes_through(sample, function)),
        sum(samples, 3, |sample| goes_through(sample, function)),
    )
}

fn goes_through(sample: &NamedSample, function: &str) -> bool {
    sample.frames.iter().any(|frame| frame.ends_with(function))
}
