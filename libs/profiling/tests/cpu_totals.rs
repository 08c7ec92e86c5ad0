//! The total of a CPU profile is the CPU time that the kernel counted, at any number of threads and any
//! rate, and the function that burns it is the leaf.

mod support;

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use support::{burn, cpu_profile, samples, sum, with_longer_runs};

#[inline(never)]
fn known_hog() {
    // Nothing that is a call in a debug build: the hog itself must be the leaf.
    let (mut x, mut round) = (black_box(1_u64), 0_u32);
    while round < 20_000 {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        round += 1;
    }
    black_box(x);
}

fn check(threads: usize, rate_hz: u32, tolerance: f64) {
    with_longer_runs(Duration::from_millis(1500), |time| {
        let taken = cpu_profile(rate_hz, || {
            thread::scope(|scope| {
                (0..threads).for_each(|_| drop(scope.spawn(|| burn(time, known_hog))));
            });
        });
        let all = samples(&taken.profile);
        let total = sum(&all, 1, |_| true) as f64 / taken.rusage_cpu.as_nanos() as f64;
        let unsampled = sum(&all, 1, |s| s.frames[0] == "[unsampled cpu]");
        let in_hog = sum(&all, 1, |s| s.frames[0].ends_with("known_hog"));
        let real = sum(&all, 1, |_| true) - unsampled;
        let what = format!("{threads} threads, {rate_hz} Hz: total {total:.4}");
        if (total - 1.0).abs() > tolerance {
            return Err(format!("{what} is not within {tolerance}"));
        }
        if unsampled as f64 > 0.02 * taken.rusage_cpu.as_nanos() as f64 {
            return Err(format!("{what}, unsampled {unsampled} ns"));
        }
        if (in_hog as f64) < 0.95 * real as f64 {
            return Err(format!("{what}, only {in_hog} of {real} ns in the hog"));
        }
        Ok(())
    });
}

// One test: profiles of the CPU are taken one at a time in a process.
#[test]
fn totals_agree_with_rusage() {
    check(1, 100, 0.03);
    check(2, 100, 0.03);
    check(4, 100, 0.03);
    check(16, 100, 0.03);
    check(2, 250, 0.05);
    check(2, 1000, 0.05);
    check(1, 10_000, 0.05);
}
