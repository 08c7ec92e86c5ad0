//! Profiles survive panics: `cargo run --release --example panicking -p dtail-profiling`.
//!
//! A panic in a thread ends that thread, and the profile goes on. A panic in `main` unwinds, the profiler
//! is dropped, and the files are written all the same. The program ends with status 101.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::error::Error;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use dtail_profiling::{Profiler, ProfilingAllocator};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

fn main() -> Result<(), Box<dyn Error>> {
    let _profiler = Profiler::start("panicking", "profiles")?;
    let worker = thread::spawn(|| {
        work(Duration::from_millis(100));
        panic!("a worker fails");
    });
    if worker.join().is_err() {
        eprintln!("the worker has panicked, the profile goes on");
    }
    work(Duration::from_millis(100));
    panic!("main fails too");
}

fn work(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        black_box((0..1000_u64).sum::<u64>());
    }
}
