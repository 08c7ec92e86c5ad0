//! What is profiled: functions whose cost and callers are known.

use std::hint::black_box;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// Keeps this many threads busy for a time.
pub fn busy_threads(threads: usize, time: Duration) {
    thread::scope(|scope| {
        (0..threads).for_each(|_| drop(scope.spawn(|| burn(time, hog))));
    });
}

/// Starts one thread after the other, each of which uses about three milliseconds of CPU time.
pub fn short_threads(time: Duration) {
    let rounds = rounds_of(Duration::from_millis(3));
    burn(time, || {
        thread::spawn(move || (0..rounds).for_each(|_| hog()))
            .join()
            .unwrap_or(())
    });
}

fn rounds_of(time: Duration) -> u32 {
    let before = crate::usage::cpu_of_process();
    (0..2000).for_each(|_| hog());
    let each = (crate::usage::cpu_of_process() - before).as_secs_f64() / 2000.0;
    (time.as_secs_f64() / each) as u32
}

/// Does `work` until the time is over.
pub fn burn(time: Duration, mut work: impl FnMut()) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        work();
    }
}

/// Nothing but arithmetic, about 20 microseconds of it.
#[inline(never)]
pub fn hog() {
    black_box((0..20_000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
}

/// The leaf of its samples is `memcpy` of the C library.
#[inline(never)]
pub fn calls_memcpy() {
    let from = black_box([1_u8; 4096]);
    let mut to = [0_u8; 4096];
    for _ in 0..64 {
        black_box(&mut to).copy_from_slice(black_box(&from));
    }
}

/// The leaf of its samples is in the C library's allocator.
#[inline(never)]
pub fn calls_malloc() {
    for size in 1..200 {
        black_box(Vec::<u8>::with_capacity(size * 24));
    }
}

/// The leaf of its samples is in the vDSO.
#[inline(never)]
pub fn calls_clock() {
    for _ in 0..200 {
        black_box(Instant::now());
    }
}

/// Reads a word of each cache line of 64 MiB, which leaves no cache and no translation of an address as it was.
#[inline(never)]
pub fn sweeps_memory() {
    const WORDS: usize = (64 << 20) / size_of::<u64>();
    static MEMORY: OnceLock<Vec<u64>> = OnceLock::new();
    let memory = MEMORY.get_or_init(|| vec![1; WORDS]);
    black_box(memory.iter().step_by(8).sum::<u64>());
}
