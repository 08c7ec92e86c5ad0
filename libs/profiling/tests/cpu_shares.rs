//! Shares are right: equal work gets equal samples, more work more in proportion, and labels tell what
//! it was for.

mod support;

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use dtail_profiling::with_labels;
use support::{NamedSample, burn_cpu, cpu_profile, samples, sum, with_longer_runs};

#[inline(never)]
fn one_unit() {
    black_box((0..2_000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
}

#[inline(never)]
fn left(units: u32) {
    (0..units).for_each(|_| one_unit());
}

#[inline(never)]
fn right(units: u32) {
    (0..units).for_each(|_| one_unit());
}

fn has(sample: &NamedSample, function: &str) -> bool {
    sample.frames.iter().any(|frame| frame.ends_with(function))
}

/// Of the samples in either function, as many in `left` as its part of the units says, within three
/// standard deviations of the binomial distribution; signals, not weights, are what is independent.
fn check_split(left_units: u32, right_units: u32) {
    with_longer_runs(Duration::from_secs(1), |time| {
        let taken = cpu_profile(200, || {
            burn_cpu(time, || {
                left(left_units);
                right(right_units);
            });
        });
        let all = samples(&taken.profile);
        let (l, r) = (
            sum(&all, 0, |s| has(s, "::left")),
            sum(&all, 0, |s| has(s, "::right")),
        );
        let weight = sum(&all, 0, |_| true) as f64 / f64::from(support::signals(&taken.profile));
        let n = (l + r) as f64 / weight;
        let expected = f64::from(left_units) / f64::from(left_units + right_units);
        let sigma = (expected * (1.0 - expected) / n).sqrt();
        let share = l as f64 / (l + r) as f64;
        if (share - expected).abs() <= 3.0 * sigma {
            return Ok(());
        }
        Err(format!(
            "{left_units}:{right_units}: {share:.3} of {n}, expected {expected:.3}"
        ))
    });
}

/// Two threads that use the same time, each under its own label, have the same share.
fn check_threads() {
    with_longer_runs(Duration::from_secs(1), |time| {
        let taken = cpu_profile(200, || {
            thread::scope(|scope| {
                for side in ["a", "b"] {
                    scope.spawn(move || {
                        with_labels(&[("side", side)], || burn_cpu(time, one_unit));
                    });
                }
            });
        });
        let of = |side: &str| support::sum_of_label(&taken.profile, 0, "side", side);
        let (a, b) = (of("a") as f64, of("b") as f64);
        let sigma = ((a + b) * 0.25).sqrt();
        if a > 0.0 && b > 0.0 && ((a - b) / 2.0).abs() <= 3.0 * sigma {
            return Ok(());
        }
        Err(format!("threads {a}:{b}"))
    });
}

fn check_labels() {
    with_longer_runs(Duration::from_millis(300), |time| {
        let taken = cpu_profile(1000, || {
            with_labels(&[("query", "x"), ("stage", "outer")], || {
                burn_cpu(time, one_unit);
                with_labels(&[("stage", "inner")], || burn_cpu(time, one_unit));
            });
            burn_cpu(time, one_unit);
        });
        let of = |key: &str, value: &str| support::sum_of_label(&taken.profile, 1, key, value);
        let (outer, inner) = (of("stage", "outer"), of("stage", "inner"));
        assert_eq!(of("query", "x"), outer + inner);
        assert!(!support::label_values(&taken.profile, "thread").is_empty());
        let is_right = |nanos| (0.8..1.2).contains(&(nanos as f64 / time.as_nanos() as f64));
        if is_right(outer) && is_right(inner) {
            return Ok(());
        }
        Err(format!("outer {outer} ns, inner {inner} ns"))
    });
}

// One test: profiles of the CPU are taken one at a time in a process.
#[test]
fn shares_follow_the_work() {
    check_split(1, 1);
    check_split(3, 7);
    check_threads();
    check_split(1, 4);
    check_labels();
}
