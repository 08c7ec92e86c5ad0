//! Pairs of allocation and free through the program's global allocator, and their CPU time.
//!
//! A program has one global allocator, so each that is compared has a binary of its own, which takes
//! THREADS and PAIRS and prints a line `case=ns` for each case; the binary `heap` runs them in turns.

use std::alloc::{Layout, alloc, dealloc};
use std::env;
use std::hint::black_box;
use std::ptr;
use std::thread;

use dtail_profiling::Profiler;

use crate::usage::cpu_of_thread;

/// What may go wrong before anything is measured.
pub type Error = Box<dyn std::error::Error>;

/// What is allocated: block size, and how many blocks live at a time.
const CASES: [(&str, usize, usize); 6] = [
    ("16", 16, 1),
    ("64", 64, 1),
    ("64x1000", 64, 1000),
    ("mixed", 0, 1000),
    ("1024", 1024, 1),
    ("4096", 4096, 1),
];

/// Repetitions, of which the least counts: whatever else runs can only add.
const REPETITIONS: u64 = 5;

/// Measures every case in as many threads as the first argument says, with as many pairs each as the
/// second.
pub fn measure() {
    let mut arguments = env::args().skip(1).flat_map(|text| text.parse::<u64>());
    let threads = arguments.next().unwrap_or(1);
    let pairs = arguments.next().unwrap_or(1_000_000);
    for (name, size, live) in CASES {
        let workers: Vec<_> = (0..threads)
            .map(|_| thread::spawn(move || least(size, live, pairs)))
            .collect();
        let sum: f64 = workers
            .into_iter()
            .filter_map(|worker| worker.join().ok())
            .sum();
        println!("{name}={:.3}", sum / threads as f64);
    }
}

/// [`measure`] under a heap profile at as many bytes as the third argument says, if it is there.
pub fn measure_profiled() -> Result<(), Error> {
    let Some(rate) = env::args().nth(3) else {
        measure();
        return Ok(());
    };
    let directory = tempfile::tempdir()?;
    let builder = Profiler::builder("heap").dir(directory.path()).memory(true);
    let profiler = builder.memory_rate_bytes(rate.parse()?).start()?;
    measure();
    profiler.stop();
    Ok(())
}

fn least(size: usize, live: usize, pairs: u64) -> f64 {
    (0..REPETITIONS)
        .map(|_| nanoseconds_per_pair(size, live, pairs / REPETITIONS))
        .fold(f64::INFINITY, f64::min)
}

fn nanoseconds_per_pair(size: usize, live: usize, pairs: u64) -> f64 {
    let layouts = layouts(black_box(size));
    let mut blocks = vec![(ptr::null_mut::<u8>(), layouts[0]); live];
    let start = cpu_of_thread();
    for pair in 0..pairs as usize {
        let place = &mut blocks[pair % live];
        free(*place);
        let layout = layouts[pair % layouts.len()];
        // SAFETY: no size is 0.
        *place = (black_box(unsafe { alloc(layout) }), layout);
    }
    let time = cpu_of_thread() - start;
    blocks.into_iter().for_each(free);
    time.as_nanos() as f64 / pairs as f64
}

/// The one layout of `size`, or, for 0, sizes as they come in programs: mostly small.
fn layouts(size: usize) -> Vec<Layout> {
    let mixed = (0..509_usize).map(|n| 16 + (n * 37 % 61) * (n * 53 % 13) + n % 11 / 10 * 4000);
    let sizes: Vec<usize> = if size == 0 {
        mixed.collect()
    } else {
        vec![size]
    };
    sizes
        .into_iter()
        .flat_map(|size| Layout::from_size_align(size, 8))
        .collect()
}

fn free((block, layout): (*mut u8, Layout)) {
    if !block.is_null() {
        // SAFETY: the block was allocated with this layout, and each is freed once.
        unsafe { dealloc(block, layout) };
    }
}
