//! What the profiler itself needs while a program has 1 GiB in use, at the default rate: at most 2 MiB and
//! 1 KiB for each distinct stack. Most of what a start needs is the rules of the stack walk, more of them the
//! larger the program and its libraries are: in a build that is not optimised, where all comes within 24 KiB of the
//! bound, a start may take more than half of the 2 MiB. What comes afterwards may not.
//!
//! Two children of this test do the same, one of them profiled, and tell their anonymous memory. They touch
//! the first byte of a block only, so that the machine has to hold a page of each.

#![allow(clippy::print_stdout, reason = "the children tell their figures")]

mod heap_support;
mod support;

use std::env;
use std::fs;
use std::hint::black_box;
use std::process::Command;

use dtail_profiling::{ProfilingAllocator, RuntimeMetrics};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

const CHILD: &str = "DTAIL_TEST_PROFILED";
const BLOCKS: usize = 1 << 14;
const BLOCK_BYTES: usize = 1 << 16;
const RATE: usize = 512 * 1024;

/// Allocates from one of a few hundred stacks: as deep as `bits` has digits, each left or right.
#[inline(never)]
fn left(bits: usize) -> Vec<u8> {
    black_box(allocate(bits))
}

#[inline(never)]
fn right(bits: usize) -> Vec<u8> {
    black_box(allocate(bits))
}

fn allocate(bits: usize) -> Vec<u8> {
    match bits {
        0 | 1 => {
            let mut block = Vec::with_capacity(BLOCK_BYTES);
            block.push(1);
            block
        }
        bits if bits.is_multiple_of(2) => left(bits / 2),
        bits => right(bits / 2),
    }
}

fn resident_anonymous_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let text = line.unwrap().split_ascii_whitespace().nth(1);
    text.unwrap().parse().unwrap()
}

/// The child. Does nothing when the tests run it themselves.
#[test]
fn child() {
    let Some(profiled) = env::var_os(CHILD) else {
        return;
    };
    let before = resident_anonymous_kib();
    let profiler = (profiled == "yes").then(|| heap_support::start(RATE));
    println!("start={}", resident_anonymous_kib().saturating_sub(before));
    let mut blocks = Vec::with_capacity(BLOCKS);
    blocks.extend((0..BLOCKS).map(|number| allocate(256 + number % 256)));
    let in_use = RuntimeMetrics::now().allocator.map(|a| a.in_use_bytes);
    println!("kib={}", resident_anonymous_kib());
    if let Some((profiler, _directory)) = profiler {
        let share = in_use.unwrap() as f64 / (BLOCKS * BLOCK_BYTES) as f64;
        assert!((0.8..1.2).contains(&share), "{share}");
        println!(
            "stacks={}",
            heap_support::read_all(&profiler.stop()).mem.len()
        );
    }
    drop(black_box(blocks));
}

/// What a child says of itself.
fn told(profiled: &str) -> Vec<(String, u64)> {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(CHILD, profiled)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs
        .filter_map(|(key, value)| Some((key.to_owned(), value.parse().ok()?)))
        .collect()
}

fn value(told: &[(String, u64)], key: &str) -> u64 {
    told.iter()
        .find(|(known, _)| known.ends_with(key))
        .unwrap()
        .1
}

#[test]
fn the_profiler_needs_little_memory_itself() {
    let (without, with) = (told("no"), told("yes"));
    let stacks = value(&with, "stacks");
    assert!(stacks >= 200, "{stacks} stacks");
    let own_kib = value(&with, "kib").saturating_sub(value(&without, "kib"));
    let start_kib = value(&with, "start");
    let start_allowed = if cfg!(debug_assertions) {
        start_kib.max(1024)
    } else {
        1024
    };
    assert!(
        own_kib <= 1024 + start_allowed + stacks,
        "{own_kib} KiB, {start_kib} of them from the start, for {stacks} stacks"
    );
    assert!(start_kib < 4096, "{start_kib} KiB");
}
