//! Under a limit on the address space the profiler takes no large range from the program: it says
//! so, and the profile is as good.

mod heap_support;
mod support;

use std::hint::black_box;

use dtail_profiling::ProfilingAllocator;
use heap_support::{in_use, start};
use support::{read, samples};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

#[inline(never)]
fn keeps_blocks() -> Vec<Vec<u8>> {
    let blocks = (0..4000).map(|_| black_box(vec![1; 10_000]));
    // Not a call at the end, which would take this function off the stack.
    black_box(blocks.collect())
}

fn limit_address_space(bytes: u64) {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    // SAFETY: `limit` is valid for a read.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
}

#[test]
fn a_limited_program_is_profiled_with_a_warning() {
    limit_address_space(20 << 30);
    let (profiler, _directory) = start(8192);
    let kept = keeps_blocks();
    let report = profiler.stop();
    drop(kept);
    let warnings = report.warnings();
    assert!(
        matches!(warnings, [warning] if warning.contains("GiB of addresses")),
        "{warnings:?}"
    );
    let mem = samples(&read(&report, &dtail_profiling::Kind::Mem));
    let bytes = in_use(&mem, "::keeps_blocks").1 as f64 / 40_096_000.0;
    assert!((bytes - 1.0).abs() < 0.1, "{bytes}");
}
