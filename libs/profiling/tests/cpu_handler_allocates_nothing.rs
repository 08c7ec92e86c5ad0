//! The signal handler does not allocate: counted by the allocator itself, in debug builds too.

mod support;

use std::hint::black_box;
use std::time::Duration;

use dtail_profiling::{Kind, Profiler, ProfilingAllocator, RuntimeMetrics};
use support::{burn_cpu, with_longer_runs};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

/// The fewest blocks that are allocated during one of several runs of `work`, and during the two readings
/// around it: the thread of the test harness may allocate now and then.
fn allocations(work: impl Fn()) -> u64 {
    let run = || {
        let before = RuntimeMetrics::now();
        work();
        let difference = RuntimeMetrics::now() - before;
        difference
            .allocator
            .expect("memory is profiled")
            .allocated_objects
    };
    (0..5).map(|_| run()).min().expect("several runs")
}

/// Profiles five times this much CPU time.
fn check(time: Duration) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    let builder = Profiler::builder("test")
        .dir(directory.path())
        .cpu(true)
        .cpu_rate_hz(1000);
    let profiler = builder.memory(true).memory_rate_bytes(1).start().unwrap();
    let of_reading = allocations(|| {});
    let of_sampling = allocations(|| {
        burn_cpu(time, || {
            black_box((0..1000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
        });
    });
    let of_a_box = allocations(|| drop(black_box(Box::new(1))));
    let report = profiler.stop();
    assert_eq!(of_sampling, of_reading);
    assert_eq!(
        of_a_box,
        of_reading + 1,
        "what is allocated must be counted"
    );
    let signals = support::signals(&support::read(&report, &Kind::Cpu));
    if signals > 5 {
        return Ok(());
    }
    Err(format!("{signals} signals tell nothing"))
}

#[test]
fn the_handler_allocates_nothing() {
    with_longer_runs(Duration::from_millis(150), check);
}
