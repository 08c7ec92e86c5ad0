//! What a heap profile costs a pair of allocation and free, beside other allocators, dhat and jemalloc's own.
//!
//! `cargo build --release && cargo run --release --bin heap -- [RUNS] [THREADS]`: runs the binaries
//! `heap_*` beside itself in random order, each with an environment of another size, so that code and
//! stack lie differently. Prints the median in nanoseconds of CPU time.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;

type Error = Box<dyn std::error::Error>;

/// Who is measured.
struct Contestant {
    name: &'static str,
    binary: &'static str,
    pairs: u32,
    /// The third argument: our rate in bytes, or whether dhat is on.
    argument: Option<&'static str>,
    /// What jemalloc reads from its environment variable.
    jemalloc: &'static str,
}

const fn contestant(
    name: &'static str,
    binary: &'static str,
    pairs: u32,
    argument: Option<&'static str>,
) -> Contestant {
    Contestant {
        name,
        binary,
        pairs,
        argument,
        jemalloc: "",
    }
}

/// Where jemalloc looks for its options when its functions have this prefix.
const JEMALLOC_OPTIONS: &str = "_RJEM_MALLOC_CONF";

const MANY: u32 = 2_000_000;
const FEWER: u32 = 200_000;
const RATE: Option<&str> = Some("524288");
const EXACT: Option<&str> = Some("1");

const CONTESTANTS: [Contestant; 14] = [
    contestant("System", "heap_system", MANY, None),
    contestant("System, profiler off", "heap_profiled", MANY, None),
    contestant("System, 512 KiB", "heap_profiled", MANY, RATE),
    contestant("System, every allocation", "heap_profiled", FEWER, EXACT),
    contestant("dhat, off", "heap_dhat", FEWER, None),
    contestant("dhat, every allocation", "heap_dhat", 20_000, Some("on")),
    contestant("mimalloc, profiler off", "heap_mimalloc", MANY, None),
    contestant("mimalloc, 512 KiB", "heap_mimalloc", MANY, RATE),
    contestant("mimalloc, every allocation", "heap_mimalloc", FEWER, EXACT),
    contestant("jemalloc", "heap_jemalloc_alone", MANY, None),
    Contestant {
        jemalloc: "prof:true,lg_prof_sample:19",
        ..contestant(
            "jemalloc, its own profiler",
            "heap_jemalloc_alone",
            MANY,
            None,
        )
    },
    contestant("jemalloc, profiler off", "heap_jemalloc", MANY, None),
    contestant("jemalloc, 512 KiB", "heap_jemalloc", MANY, RATE),
    contestant("jemalloc, every allocation", "heap_jemalloc", FEWER, EXACT),
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
            // 5 and 14 have no common divisor, so every contestant gets one turn of a run.
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
    let contestant = &CONTESTANTS[number];
    let output = Command::new(directory.join(contestant.binary))
        .args([threads, &contestant.pairs.to_string()])
        .args(contestant.argument)
        .env("PADDING", "x".repeat(padding))
        .env(JEMALLOC_OPTIONS, contestant.jemalloc)
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
            print!("\n{:<28}", CONTESTANTS[*number].name);
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
