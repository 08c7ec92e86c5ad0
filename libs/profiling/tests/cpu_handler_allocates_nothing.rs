//! The signal handler does not allocate: counted by the allocator itself, in debug builds too.

mod support;

use std::hint::black_box;
use std::time::Duration;

use dtail_profiling::{Kind, Profiler, ProfilingAllocator, RuntimeMetrics};
use support::burn;

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

/// Blocks that are allocated during `work`, and during the two readings around it.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = RuntimeMetrics::now();
    work();
    let difference = RuntimeMetrics::now() - before;
    difference
        .allocator
        .expect("memory is profiled")
        .allocated_objects
}

#[test]
fn the_handler_allocates_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let builder = Profiler::builder("test")
        .dir(directory.path())
        .cpu(true)
        .cpu_rate_hz(1000);
    let profiler = builder.memory(true).memory_rate_bytes(1).start().unwrap();
    let of_reading = allocations(|| {});
    let of_sampling = allocations(|| {
        burn(Duration::from_millis(500), || {
            black_box((0..1000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
        });
    });
    let of_a_box = allocations(|| drop(black_box(Box::new(1))));
    let report = profiler.stop();
    let signals = support::fact(&support::read(&report, &Kind::Cpu), "signals").unwrap();
    assert!(
        signals.parse::<u32>().unwrap() > 5,
        "{signals} signals tell nothing"
    );
    assert_eq!(of_sampling, of_reading);
    assert_eq!(
        of_a_box,
        of_reading + 1,
        "what is allocated must be counted"
    );
}
