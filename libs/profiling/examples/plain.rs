//! Profiles a plain program: `cargo run --release --example plain -p dtail-profiling`.
//!
//! Writes a CPU profile and memory profiles to `profiles/`, and prints their paths.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;

use dtail_profiling::{Profiler, ProfilingAllocator, RuntimeMetrics};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

fn main() -> Result<(), Box<dyn Error>> {
    let before = RuntimeMetrics::now();
    let profiler = Profiler::start("plain", "profiles")?;
    let words = count_words(&text(2_000_000));
    profiler.annotate("words", words.len());
    black_box(sum_of_primes(200_000));
    let report = profiler.stop();
    for file in report.files() {
        println!("{:<6} {}", file.kind().to_string(), file.path().display());
    }
    for warning in report.warnings() {
        eprintln!("warning: {warning}");
    }
    println!("{}", RuntimeMetrics::now() - before);
    Ok(())
}

/// A text of this many words, some of them often.
fn text(words: u64) -> String {
    let mut state = 1_u64;
    let mut text = String::new();
    for _ in 0..words {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push_str("word");
        text.push_str(&((state >> 33) % 5000).to_string());
        text.push(' ');
    }
    text
}

fn count_words(text: &str) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    for word in text.split_ascii_whitespace() {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

fn sum_of_primes(below: u64) -> u64 {
    let is_prime = |n: &u64| {
        (2..)
            .take_while(|d| d * d <= *n)
            .all(|d| !n.is_multiple_of(d))
    };
    (2..below).filter(is_prime).sum()
}
