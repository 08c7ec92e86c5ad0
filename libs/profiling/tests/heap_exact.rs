//! At a rate of 1 every value of every profile is exact, and charged to whoever asked for memory.

mod heap_support;
mod support;

use std::hint::black_box;
use std::thread;

use dtail_profiling::{Kind, ProfilingAllocator, RuntimeMetrics};
use heap_support::{HeapProfiles, Values, allocated, in_use, profile, start};
use support::{NamedSample, fact, read, samples};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

const THREADS: usize = 4;

#[inline(never)]
fn keeps_boxes() -> Vec<Box<dyn AsRef<[u8]>>> {
    let mut boxes: Vec<Box<dyn AsRef<[u8]>>> = Vec::with_capacity(1000);
    (0..1000).for_each(|_| boxes.push(black_box(Box::new([1; 100]))));
    boxes
}

#[inline(never)]
fn frees_strings() {
    (1..=100).for_each(|size| drop(black_box(String::with_capacity(size))));
}

#[inline(never)]
fn grows_by_push() -> Vec<u64> {
    let mut grown = Vec::new();
    (0..1000).for_each(|number| grown.push(black_box(number)));
    grown
}

#[inline(never)]
fn wants_zeros() -> Vec<u8> {
    black_box(vec![0; 12_345])
}

#[inline(never)]
fn allocates_over_aligned() -> Vec<Page> {
    black_box(vec![Page([1; 4096]); 3])
}

#[derive(Clone)]
#[repr(align(4096))]
struct Page(#[allow(dead_code, reason = "makes the size")] [u8; 4096]);

#[inline(never)]
fn allocates_in_threads() {
    let workers: Vec<_> = (0..THREADS)
        .map(|_| thread::spawn(one_of_the_threads))
        .collect();
    workers
        .into_iter()
        .for_each(|worker| worker.join().unwrap());
}

#[inline(never)]
fn one_of_the_threads() {
    (0..10_000_u64).for_each(|number| drop(black_box(Box::new(number))));
}

/// From a stack that is deeper than what is kept.
#[inline(never)]
fn allocates_deep_down(levels: u32) -> Vec<u8> {
    if levels == 0 {
        return vec![1; 333];
    }
    black_box(allocates_deep_down(levels - 1))
}

#[inline(never)]
fn has_a_peak() {
    let largest = black_box(vec![1_u8; 50_000_000]);
    drop(largest);
    let smaller = black_box(vec![1_u8; 100]);
    drop(smaller);
}

fn check(profiles: &HeapProfiles, function: &str, expected: [Values; 3]) {
    let of = |samples| allocated(samples, function);
    let values = [
        of(&profiles.alloc),
        in_use(&profiles.mem, function),
        in_use(&profiles.peak, function),
    ];
    assert_eq!(
        values, expected,
        "allocated, in use and at the peak through {function}"
    );
    assert_eq!(
        (of(&profiles.mem), of(&profiles.peak)),
        (values[0], values[0])
    );
}

#[test]
fn every_value_is_exact_at_rate_one() {
    let mut between = RuntimeMetrics::default();
    let profiles = profile(1, || {
        let kept = (
            keeps_boxes(),
            grows_by_push(),
            wants_zeros(),
            allocates_over_aligned(),
            allocates_deep_down(200),
        );
        frees_strings();
        allocates_in_threads();
        has_a_peak();
        let before = RuntimeMetrics::now();
        let block = black_box(vec![1_u8; 777]);
        between = RuntimeMetrics::now() - before;
        (kept, block)
    });
    const NONE: Values = (0, 0);
    let boxes = (1001, 1000 * 100 + 1000 * 16);
    check(&profiles, "::keeps_boxes", [boxes; 3]);
    check(&profiles, "::frees_strings", [(100, 5050), NONE, NONE]);
    // Capacities 4, 8, ... 1024 of 8 bytes each.
    let grown = (1, 1024 * 8);
    check(
        &profiles,
        "::grows_by_push",
        [(9, (2048 - 4) * 8), grown, grown],
    );
    check(&profiles, "::wants_zeros", [(1, 12_345); 3]);
    check(&profiles, "::allocates_over_aligned", [(1, 3 * 4096); 3]);
    let per_thread = (THREADS as i64 * 10_000, THREADS as i64 * 80_000);
    check(&profiles, "::one_of_the_threads", [per_thread, NONE, NONE]);
    let peak = (1, 50_000_000);
    check(&profiles, "::has_a_peak", [(2, 50_000_100), NONE, peak]);
    check(&profiles, "::allocates_deep_down", [(1, 333); 3]);
    let is_cut = |sample: &&NamedSample| sample.frames.last().unwrap() == "[truncated stack]";
    let cut: Vec<&NamedSample> = profiles.mem.iter().filter(is_cut).collect();
    assert!(
        matches!(&cut[..], [sample] if sample.values[3] == 333),
        "{cut:?}"
    );
    leaves_are_the_program(&profiles);
    let counted = between.allocator.expect("a memory profile is taken");
    assert_eq!(
        (counted.allocated_objects, counted.allocated_bytes),
        (1, 777)
    );
    assert_eq!((counted.in_use_objects, counted.in_use_bytes), (1, 777));
    exact_from_a_moment_on();
}

/// What is allocated at a rate of 1 is exact, whatever the rate was before.
fn exact_from_a_moment_on() {
    let (profiler, _directory) = start(usize::MAX);
    let before = wants_zeros();
    profiler.set_memory_rate(1).unwrap();
    let after = keeps_boxes();
    let profile = read(&profiler.stop(), &Kind::Mem);
    assert_eq!(fact(&profile, "memory_rate_bytes"), Some("1".to_owned()));
    let allocator = fact(&profile, "allocator");
    assert!(allocator.is_some_and(|name| name.starts_with("std::alloc::System")));
    assert_eq!(in_use(&samples(&profile), "::keeps_boxes"), (1001, 116_000));
    drop((before, after));
    let error = profiler.set_memory_rate(1).unwrap_err();
    assert_eq!(error.to_string(), "no memory profile is being taken");
}

/// The profiler and the allocator's own functions are not shown.
fn leaves_are_the_program(profiles: &HeapProfiles) {
    let hidden = [
        "dtail_profiling::heap",
        "__rust_alloc",
        "alloc::alloc::",
        "alloc::raw_vec::",
    ];
    for sample in profiles
        .alloc
        .iter()
        .filter(|sample| sample.frames.len() > 1)
    {
        let leaf = &sample.frames[0];
        let path = leaf.trim_start_matches('<');
        assert!(!hidden.iter().any(|name| path.starts_with(name)), "{leaf}");
    }
    let asks = [
        "alloc::string::String",
        "alloc::vec::Vec<T,A>",
        "::frees_strings",
    ];
    let of_strings = |frame: &String| frame.ends_with("::frees_strings");
    for sample in &profiles.alloc {
        let leaf = &sample.frames[0];
        let is_asking = asks.iter().any(|name| leaf.contains(name));
        assert!(is_asking || !sample.frames.iter().any(of_strings), "{leaf}");
    }
}
