//! Stacks are whole: the direct caller of a C library function is on them, and the thread's outermost
//! frame is too.

mod support;

use std::alloc::{Layout, alloc, dealloc};
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use support::{NamedSample, burn, cpu_profile, samples, sum, with_longer_runs};

#[inline(never)]
fn calls_memcpy(from: &[u8], to: &mut [u8]) {
    (0..64).for_each(|_| black_box(&mut *to).copy_from_slice(black_box(from)));
}

#[inline(never)]
fn calls_memchr(text: &[u8]) {
    for _ in 0..64 {
        let text = black_box(text);
        // SAFETY: the pointer and the length are those of a slice.
        black_box(unsafe { memchr(text.as_ptr(), 0, text.len()) });
    }
}

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

fn check(caller: &str, mut work: impl FnMut() + Send) {
    let work = std::sync::Mutex::new(&mut work);
    with_longer_runs(Duration::from_millis(1500), |time| {
        let taken = cpu_profile(1000, || {
            thread::scope(|scope| {
                scope.spawn(|| burn(time, &mut **work.lock().unwrap()));
            });
        });
        let all = samples(&taken.profile);
        let real = |s: &NamedSample| !s.frames[0].starts_with('[');
        // The thread's own beginning and end, and the profiler's thread, are not the workload.
        let in_work = |s: &NamedSample| real(s) && !has(s, "profile") && has(s, "burn");
        let share = |keep: &dyn Fn(&NamedSample) -> bool| {
            sum(&all, 0, |s| real(s) && keep(s)) as f64 / sum(&all, 0, real) as f64
        };
        let seen = share(&|s| has(s, caller) || has(s, "burn") || has(s, "drain"));
        let rooted = share(&|s| s.frames.last().is_some_and(|f| f != "[unwind failed]"));
        let direct = sum(&all, 0, |s| in_work(s) && has(s, caller)) as f64
            / sum(&all, 0, in_work).max(1) as f64;
        if seen >= 0.99 && rooted >= 0.995 && direct >= 0.9 {
            return Ok(());
        }
        Err(format!(
            "{caller}: seen {seen:.4}, rooted {rooted:.4}, direct {direct:.4}"
        ))
    });
}

fn has(sample: &NamedSample, name: &str) -> bool {
    sample.frames.iter().any(|frame| frame.contains(name))
}

#[test]
fn callers_of_library_functions_are_seen() {
    let from = vec![1_u8; 4096];
    let mut to = vec![0_u8; 4096];
    check("calls_memcpy", || calls_memcpy(&from, &mut to));
    check("calls_memchr", || calls_memchr(&from));
    check("calls_malloc", calls_malloc);
    check("calls_clock", calls_clock);
}
