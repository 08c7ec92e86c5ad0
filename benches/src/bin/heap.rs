//! What a heap profile costs a pair of allocation and free, beside other allocators and dhat.
//!
//! `cargo build --release && cargo run --release --bin heap -- [RUNS] [THREADS]`: runs the binaries
//! `heap_*` beside itself in random order, each with an environment of another size, so that code and
//! stack lie differently. Prints the median in nanoseconds of CPU time.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;

type Error = Box<dyn std::error::Error>;

/// Name, binary, pairs, and what it gets as its third argument.
const CONTESTANTS: [(&str, &str, u32, Option<&str>); 12] = [
    ("System", "heap_system", 2_000_000, None),
    ("System, profiler off", "heap_profiled", 2_000_000, None),
    (
        "System, 512 KiB",
        "heap_profiled",
        2_000_000,
        Some("524288"),
    ),
    (
        "System, every allocation",
        "heap_profiled",
        200_000,
        Some("1"),
    ),
    ("dhat, off", "heap_dhat", 200_000, None),
    ("dhat, every allocation", "heap_dhat", 20_000, Some("on")),
    ("mimalloc, profiler off", "heap_mimalloc", 2_000_000, None),
    (
        "mimalloc, 512 KiB",
        "heap_mimalloc",
        2_000_000,
        Some("524288"),
    ),
    (
        "mimalloc, every allocation",
        "heap_mimalloc",
        200_000,
        Some("1"),
    ),
    ("jemalloc, profiler off", "heap_jemalloc", 2_000_000, None),
    (
        "jemalloc, 512 KiB",
        "heap_jemalloc",
        2_000_000,
        Some("524288"),
    ),
    (
        "jemalloc, every allocation",
        "heap_jemalloc",
        200_000,
        Some("1"),
    ),
];

/// The times of one case, by contestant.
type Times = BTreeMap<(usize, String), Vec<f64>>;

fn main() -> Result<(), Error> {
    let mut arguments = env::args().skip(1);
    let runs: usize = arguments.next().map_or(Ok(7), |text| text.parse())?;
    let threads = arguments.next().unwrap_or_else(|| "1".to_owned());
    let own = env::current_exe()?;
    let directory = own.parent().ok_or("a program lies in a directory")?;
    let mut times = Times::new();
    for run in 0..runs {
        for turn in 0..CONTESTANTS.len() {
            // 5 and 12 have no common divisor, so every contestant gets one turn of a run.
            let number = (turn * 5 + run * 7) % CONTESTANTS.len();
            let padding = (run * 131 + number * 37) % 1021;
            add(&mut times, number, directory, &threads, padding)?;
        }
    }
    print(&times);
    Ok(())
}

fn add(
    times: &mut Times,
    number: usize,
    directory: &Path,
    threads: &str,
    padding: usize,
) -> Result<(), Error> {
    let (_, binary, pairs, argument) = CONTESTANTS[number];
    let output = Command::new(directory.join(binary))
        .args([threads, &pairs.to_string()])
        .args(argument)
        .env("PADDING", "x".repeat(padding))
        .output()?;
    for line in String::from_utf8(output.stdout)?.lines() {
        let (case, time) = line.split_once('=').ok_or("a line is case=ns")?;
        times
            .entry((number, case.to_owned()))
            .or_default()
            .push(time.parse()?);
    }
    Ok(())
}

fn print(times: &Times) {
    let mut last = None;
    for ((number, case), times) in times {
        if last != Some(number) {
            print!("\n{:<28}", CONTESTANTS[*number].0);
            last = Some(number);
        }
        print!(" {case}: {:>7.2}", median(times));
    }
    println!();
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
