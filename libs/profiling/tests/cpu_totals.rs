//! The total of a CPU profile is the CPU time that the kernel counted, at any number of threads and any
//! rate, and the function that burns it is the leaf.

mod support;

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use support::{NamedSample, Taken, burn_cpu, cpu_profile, samples, signals, sum, with_longer_runs};

/// The slowest tick of any kernel: what may lie between two looks at CPU timers.
const SLOWEST_TICK: Duration = Duration::from_millis(10);

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

fn is_unsampled(sample: &NamedSample) -> bool {
    sample.frames[0] == "[unsampled cpu]"
}

fn check(threads: u32, rate_hz: u32, tolerance: f64) {
    with_longer_runs(Duration::from_secs(2), |time| {
        let taken = cpu_profile(rate_hz, || {
            thread::scope(|scope| {
                let burns = || burn_cpu(time / threads, known_hog);
                (0..threads).for_each(|_| drop(scope.spawn(burns)));
            });
        });
        let all = samples(&taken.profile);
        let used = taken.rusage_cpu.as_nanos() as f64;
        let total = sum(&all, 1, |_| true) as f64 / used;
        let unsampled = sum(&all, 1, is_unsampled);
        let in_hog = sum(&all, 1, |s| s.frames[0].ends_with("known_hog"));
        let real = sum(&all, 1, |_| true) - unsampled;
        let what = format!("{threads} threads, {rate_hz} Hz: total {total:.4}");
        if (total - 1.0).abs() > tolerance {
            return Err(format!("{what} is not within {tolerance}"));
        }
        if unsampled as f64 > 0.02 * used {
            return Err(format!("{what}, unsampled {unsampled} ns"));
        }
        if (in_hog as f64) < 0.95 * real as f64 {
            return Err(format!("{what}, only {in_hog} of {real} ns in the hog"));
        }
        check_signals(&taken).map_err(|error| format!("{what}, {error}"))
    });
}

/// What the profile calls signals are distinct moments: no more than samples, and no more than ticks. They
/// may be fewer than both, since a thread that shares its processor may see no tick for a while.
fn check_signals(taken: &Taken) -> Result<(), String> {
    let sampled = sum(&samples(&taken.profile), 0, |s| !is_unsampled(s));
    let signals = i64::from(signals(&taken.profile));
    let ticks = taken.rusage_cpu.div_duration_f64(tick());
    if signals <= sampled && (signals as f64) <= 1.5 * ticks + 10.0 {
        return Ok(());
    }
    Err(format!(
        "{signals} signals for {sampled} samples and {ticks} ticks"
    ))
}

/// The kernel's tick, on which the coarse clock advances.
fn tick() -> Duration {
    let mut tick = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `tick` is valid for the write.
    unsafe { libc::clock_getres(libc::CLOCK_MONOTONIC_COARSE, &mut tick) };
    Duration::from_nanos(tick.tv_nsec as u64)
}

/// At a low rate a single sample is much of the total: the profile has all the CPU time, and no more than
/// the period that the last sample stands for beyond it.
fn check_low_rate(rate_hz: u32) {
    with_longer_runs(Duration::from_millis(500), |time| {
        let taken = cpu_profile(rate_hz, || burn_cpu(time, known_hog));
        let all = samples(&taken.profile);
        let nanos = |time: Duration| time.as_nanos() as i64;
        let (used, period) = (
            nanos(taken.rusage_cpu),
            nanos(Duration::from_secs(1) / rate_hz),
        );
        let total = sum(&all, 1, |_| true);
        let sampled = sum(&all, 1, |s| !is_unsampled(s));
        let what = format!("{rate_hz} Hz: {used} ns used, {total} in all, {sampled} sampled");
        let slack = used / 50 + nanos(SLOWEST_TICK);
        let all_is_there = (used - slack..=used + period + slack).contains(&total);
        let samples_are = (used - period - slack..=used + period + slack).contains(&sampled);
        if !(all_is_there && samples_are) {
            return Err(what);
        }
        check_signals(&taken).map_err(|error| format!("{what}, {error}"))
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
    [1, 7, 19, 50, 99].into_iter().for_each(check_low_rate);
}
