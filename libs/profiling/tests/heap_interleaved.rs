//! Go's test of its heap profile: sizes around the rate in turns, each from a line of its own.

mod heap_support;
mod support;

use std::hint::black_box;

use dtail_profiling::ProfilingAllocator;
use heap_support::{allocated, profile};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

const RATE: usize = 16 * 1024;

#[inline(never)]
fn allocates_17_kib() {
    drop(black_box(Vec::<u8>::with_capacity(17 * 1024)));
}

#[inline(never)]
fn allocates_1_kib() {
    drop(black_box(Vec::<u8>::with_capacity(1024)));
}

#[inline(never)]
fn allocates_18_kib() {
    drop(black_box(Vec::<u8>::with_capacity(18 * 1024)));
}

#[inline(never)]
fn allocates_512_b() {
    drop(black_box(Vec::<u8>::with_capacity(512)));
}

#[inline(never)]
fn allocates_16_kib() {
    drop(black_box(Vec::<u8>::with_capacity(16 * 1024)));
}

#[inline(never)]
fn allocates_256_b() {
    drop(black_box(Vec::<u8>::with_capacity(256)));
}

const FUNCTIONS: [(&str, usize); 6] = [
    ("::allocates_17_kib", 17 * 1024),
    ("::allocates_1_kib", 1024),
    ("::allocates_18_kib", 18 * 1024),
    ("::allocates_512_b", 512),
    ("::allocates_16_kib", 16 * 1024),
    ("::allocates_256_b", 256),
];

fn interleaved(rounds: usize) {
    for _ in 0..rounds {
        allocates_17_kib();
        allocates_1_kib();
        allocates_18_kib();
        allocates_512_b();
        allocates_16_kib();
        allocates_256_b();
    }
}

const RUNS: usize = 20;
const ROUNDS: usize = 10_000;

/// Objects and bytes of each function in one run.
type Estimates = [(f64, f64); FUNCTIONS.len()];

fn run() -> Estimates {
    let profiles = profile(RATE, || interleaved(ROUNDS));
    FUNCTIONS.map(|(function, size)| {
        let (objects, bytes) = allocated(&profiles.alloc, function);
        let (objects, bytes) = (objects as f64, bytes as f64);
        let of_one_size = (bytes / size as f64 - objects).abs() < 1e-3 * ROUNDS as f64;
        assert!(of_one_size, "{function}: {objects} objects, {bytes} bytes");
        (objects, bytes)
    })
}

/// The relative error that sampling makes in the estimate of `count` blocks of `size` bytes.
fn deviation(size: usize, count: usize) -> f64 {
    let probability = 1.0 - (-(size as f64) / RATE as f64).exp();
    ((1.0 - probability) / probability / count as f64).sqrt()
}

fn check(name: &str, estimate: f64, truth: f64, bound: f64) -> Result<(), String> {
    if (estimate / truth - 1.0).abs() <= bound {
        return Ok(());
    }
    Err(format!("{name}: {estimate} for {truth} +- {bound}"))
}

/// 120 estimates miss 4 standard deviations once in a hundred tests, so a few misses are forgiven; four of
/// them come once in 10^9. Sums of all runs have more to themselves: 6, which one of six functions exceeds once
/// in 10^7 tests, and 2 % of all objects and bytes, which are 5.1 and far more, exceeded twice in 10^7.
#[test]
fn estimates_have_the_error_of_sampling_and_their_mean_has_none() {
    let runs: Vec<Estimates> = (0..RUNS).map(|_| run()).collect();
    let mut missed = Vec::new();
    let (mut all_objects, mut all_bytes) = (0.0, 0.0);
    for (nth, (function, size)) in FUNCTIONS.into_iter().enumerate() {
        let bound = 4.0 * deviation(size, ROUNDS);
        let of_run = |run: &Estimates| check(function, run[nth].0, ROUNDS as f64, bound);
        missed.extend(runs.iter().filter_map(|run| of_run(run).err()));
        let objects: f64 = runs.iter().map(|run| run[nth].0).sum();
        let bound = 6.0 * deviation(size, RUNS * ROUNDS);
        check(function, objects, (RUNS * ROUNDS) as f64, bound).unwrap();
        all_objects += objects;
        all_bytes += runs.iter().map(|run| run[nth].1).sum::<f64>();
    }
    assert!(missed.len() < 4, "{missed:#?}");
    let of_all = |of_one: usize| (of_one * RUNS * ROUNDS) as f64;
    let bytes = FUNCTIONS.iter().map(|(_, size)| size).sum();
    check("objects", all_objects, of_all(FUNCTIONS.len()), 0.02).unwrap();
    check("bytes", all_bytes, of_all(bytes), 0.02).unwrap();
}
