//! Stacks are whole: the direct caller of a C library function is on them, and the thread's outermost
//! frame is too.

mod support;

use std::alloc::{Layout, alloc, dealloc};
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use support::{NamedSample, burn_cpu, cpu_profile, samples, sum, with_longer_runs};

#[inline(never)]
fn calls_memcpy(from: &[u8]) {
    let mut to = [0; 4096];
    (0..64).for_each(|_| black_box(&mut to).copy_from_slice(black_box(from)));
}

#[inline(never)]
fn calls_memchr(text: &[u8]) {
    for _ in 0..64 {
        let text = black_box(text);
        // SAFETY: the pointer and the length are those of a slice.
        black_box(unsafe { memchr(text.as_ptr(), 0, text.len()) });
    }
}

// SAFETY: the declaration is that of the C library that std links.
unsafe extern "C" {
    fn memchr(text: *const u8, byte: i32, length: usize) -> *const u8;
}

#[inline(never)]
fn calls_malloc() {
    for size in 1..200 {
        let layout = Layout::from_size_align(size * 24, 8).unwrap();
        // SAFETY: the size is not zero, and the block is freed with the layout it was made with.
        unsafe { dealloc(black_box(alloc(layout)), layout) };
    }
}

#[inline(never)]
fn calls_clock() {
    (0..200).for_each(|_| {
        black_box(Instant::now());
    });
}

/// Of the samples whose leaf is in a library, on the thread that works, at least 99 in 100 must have
/// `caller` on the stack (or `burn_cpu`, which asks the clock itself); of all samples that are not made up,
/// at least 995 in 1000 must reach the outermost frame.
fn check(caller: &str, work: impl Fn() + Send + Sync) {
    with_longer_runs(Duration::from_millis(1500), |time| {
        let taken = cpu_profile(1000, || {
            thread::scope(|scope| {
                let work = &work;
                let thread = thread::Builder::new().name("works".to_owned());
                thread
                    .spawn_scoped(scope, move || burn_cpu(time, work))
                    .unwrap();
            });
        });
        let all = samples(&taken.profile);
        let library = |s: &NamedSample| s.leaf_in_library && s.thread == "works";
        let seen = share(&all, library, |s| has(s, caller) || has(s, "burn_cpu"));
        let real = |s: &NamedSample| !s.frames[0].starts_with('[');
        let rooted = share(&all, real, |s| {
            s.frames.last().unwrap() != "[unwind failed]"
        });
        if seen >= 0.99 && rooted >= 0.995 {
            return Ok(());
        }
        Err(format!("{caller}: seen {seen:.4}, rooted {rooted:.4}"))
    });
}

/// The part of the periods of `these` samples that `keep` holds for; 0 without such samples.
fn share(
    all: &[NamedSample],
    these: impl Fn(&NamedSample) -> bool,
    keep: impl Fn(&NamedSample) -> bool,
) -> f64 {
    let kept = sum(all, 0, |s| these(s) && keep(s));
    kept as f64 / sum(all, 0, these).max(1) as f64
}

fn has(sample: &NamedSample, name: &str) -> bool {
    sample.frames.iter().any(|frame| frame.contains(name))
}

#[test]
fn callers_of_library_functions_are_seen() {
    let from = vec![1_u8; 4096];
    check("calls_memcpy", || calls_memcpy(&from));
    check("calls_memchr", || calls_memchr(&from));
    check("calls_malloc", calls_malloc);
    check("calls_clock", calls_clock);
}
