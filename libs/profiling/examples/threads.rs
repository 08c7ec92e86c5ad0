//! Profiles a program with several threads: `cargo run --release --example threads -p dtail-profiling`.
//!
//! Threads that are there when profiling starts, threads that start later, and short ones are all
//! sampled; the label `thread` tells them apart (`-tagfocus=thread=sorter` in pprof).

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::error::Error;
use std::hint::black_box;
use std::sync::mpsc;
use std::thread;

use dtail_profiling::{Profiler, ProfilingAllocator};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

fn main() -> Result<(), Box<dyn Error>> {
    let (sender, receiver) = mpsc::channel::<Vec<u64>>();
    let sorter = spawn("sorter", move || receiver.into_iter().map(sort).sum())?;
    let profiler = Profiler::start("threads", "profiles")?;
    let makers = (0..3_u64).map(|seed| {
        let sender = sender.clone();
        spawn(&format!("maker{seed}"), move || make(seed, &sender))
    });
    let makers: Vec<_> = makers.collect::<Result<_, _>>()?;
    drop(sender);
    profiler.log_metrics("all threads run");
    let snapshot = profiler.snapshot("all-threads-run");
    let made: u64 = makers.into_iter().flat_map(thread::JoinHandle::join).sum();
    let sorted: u64 = sorter.join().unwrap_or_default();
    println!("{made} numbers made, {sorted} sorted");
    if let Err(error) = snapshot {
        eprintln!("warning: no snapshot: {error}");
    }
    let report = profiler.stop();
    for file in report.files() {
        println!("{:<24} {}", file.kind().to_string(), file.path().display());
    }
    for warning in report.warnings() {
        eprintln!("warning: {warning}");
    }
    Ok(())
}

fn spawn(
    name: &str,
    work: impl FnOnce() -> u64 + Send + 'static,
) -> std::io::Result<thread::JoinHandle<u64>> {
    thread::Builder::new().name(name.to_owned()).spawn(work)
}

fn make(seed: u64, sender: &mpsc::Sender<Vec<u64>>) -> u64 {
    let mut state = seed + 1;
    let mut made = 0;
    for _ in 0..40 {
        let numbers: Vec<u64> = (0..50_000).map(|_| next(&mut state)).collect();
        made += numbers.len() as u64;
        if sender.send(numbers).is_err() {
            break;
        }
    }
    made
}

fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn sort(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    black_box(numbers).len() as u64
}
