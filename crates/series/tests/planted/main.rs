//! What is planted in a series is found, with its place, and nothing else.
//!
//! The seeds are fixed. `DTAIL_SEEDS=500 cargo test --release -p series -- --nocapture` measures more of
//! them, and says how many series came out otherwise than planted.

#![allow(clippy::print_stdout, reason = "a measurement says what it measured")]

mod random;
mod synthetic;

use std::env;
use std::ops::Range;

use series::{Finding, Kind, Outcome, Rules, anomalies};
use synthetic::{ABSENT, Plant, Setup, cpu_days, library, memory_days, name};

const SEEDS: u64 = 20;

fn seeds() -> Range<u64> {
    let asked = env::var("DTAIL_SEEDS")
        .ok()
        .and_then(|seeds| seeds.parse().ok());
    0..asked.unwrap_or(SEEDS)
}

fn setup(seed: u64) -> Setup {
    Setup {
        seed,
        samples: 1000.0,
    }
}

/// The findings of all series: what, in which function, and where it begins.
fn found(outcome: &Outcome) -> Vec<(Kind, String, usize)> {
    let findings = outcome.series.iter().flat_map(|series| &series.findings);
    let told = |finding: &Finding| {
        (
            finding.kind,
            finding.function.clone().unwrap_or_default(),
            finding.first,
        )
    };
    findings.map(told).collect()
}

/// Counts the seeds whose outcome is not as it should be, and says so of each.
fn count_wrong(what: &str, is_right: impl Fn(u64) -> Result<(), String>) -> usize {
    let wrong: Vec<String> = seeds()
        .filter_map(|seed| Some(format!("{seed}: {}", is_right(seed).err()?)))
        .collect();
    println!(
        "{what}: {} of {} otherwise\n{}",
        wrong.len(),
        seeds().end,
        wrong.join("\n")
    );
    wrong.len()
}

/// A level, a spike and a leak.
const SHIFTED: usize = 5;
const SPIKED: usize = 11;
const LEAKING: usize = 8;

fn planted(seed: u64) -> Outcome {
    let plants = [
        Plant {
            function: SHIFTED,
            days: 40..60,
            share: 0.03,
        },
        Plant {
            function: SPIKED,
            days: 25..26,
            share: 0.08,
        },
    ];
    let cpu = cpu_days(setup(seed), &plants);
    let memory = memory_days(setup(seed), Some((LEAKING, 1e6)));
    anomalies(
        library(vec![("cpu", cpu), ("mem", memory)]),
        &Rules::default(),
    )
}

#[test]
fn a_shift_a_spike_and_a_leak_are_found_with_their_places_and_nothing_else() {
    let wrong = count_wrong("planted", |seed| {
        let outcome = planted(seed);
        let found = found(&outcome);
        let [shift, spike, leak] = found.as_slice() else {
            return Err(format!("{found:?}"));
        };
        let place = outcome.series[0].findings[0].range;
        let is_right = (shift.0, shift.1.as_str()) == (Kind::Shift, &name(SHIFTED))
            && shift.2.abs_diff(40) <= 1
            && place.0 <= 40
            && place.1 >= 40
            && *spike == (Kind::Spike, name(SPIKED), 25)
            && (leak.0, leak.1.as_str()) == (Kind::Growth, &name(LEAKING))
            && leak.2 < 15;
        if is_right {
            Ok(())
        } else {
            Err(format!("{found:?} {place:?}"))
        }
    });
    assert_eq!(wrong, 0);
}

#[test]
fn a_decline_is_an_improvement() {
    let wrong = count_wrong("decline", |seed| {
        let mut memory = memory_days(setup(seed), Some((LEAKING, 1e6)));
        // The same days, the last first: each in the place of another.
        let times: Vec<i64> = memory.iter().map(|day| day.time_nanos).collect();
        memory.reverse();
        for (day, time) in memory.iter_mut().zip(times) {
            day.time_nanos = time;
        }
        let outcome = anomalies(library(vec![("mem", memory)]), &Rules::default());
        let found = found(&outcome);
        match found.as_slice() {
            [(Kind::Decline, function, _)] if *function == name(LEAKING) => Ok(()),
            _ => Err(format!("{found:?}")),
        }
    });
    assert_eq!(wrong, 0);
}

#[test]
fn a_series_in_which_nothing_happens_has_nothing_to_tell() {
    let wrong = count_wrong("nothing", |seed| {
        let cpu = cpu_days(setup(seed), &[]);
        let memory = memory_days(setup(seed), None);
        let found = found(&anomalies(
            library(vec![("cpu", cpu), ("mem", memory)]),
            &Rules::default(),
        ));
        if found.is_empty() {
            Ok(())
        } else {
            Err(format!("{found:?}"))
        }
    });
    // One finding in 20 is what the thresholds are set for.
    assert!(wrong <= seeds().end as usize / 20, "{wrong}");
}

/// What is found and what is set aside, with its reason, when these are planted, over a few seeds.
#[track_caller]
fn check(
    plants: &[(usize, Range<usize>, f64)],
    expected: &[(Kind, &str, usize)],
    aside: &[(&str, &str)],
) {
    let plants: Vec<Plant> = plants
        .iter()
        .map(|(function, days, share)| Plant {
            function: *function,
            days: days.clone(),
            share: *share,
        })
        .collect();
    for seed in 0..2 {
        let cpu = cpu_days(setup(seed), &plants);
        let outcome = anomalies(library(vec![("cpu", cpu)]), &Rules::default());
        let found = found(&outcome);
        let found: Vec<(Kind, &str)> = found
            .iter()
            .map(|(kind, name, _)| (*kind, name.as_str()))
            .collect();
        let kinds: Vec<(Kind, &str)> = expected
            .iter()
            .map(|(kind, name, _)| (*kind, *name))
            .collect();
        assert_eq!(found, kinds, "seed {seed}");
        let series = &outcome.series[0];
        for (finding, (_, _, place)) in series.findings.iter().zip(expected) {
            let (first, last) = finding.range;
            assert!(
                first <= *place && *place <= last && last - first <= 4,
                "{finding:?}"
            );
        }
        let set_aside = series.set_aside.iter();
        let set_aside = set_aside.map(|aside| {
            (
                aside.finding.function.as_deref().unwrap_or_default(),
                aside.reason.as_str(),
            )
        });
        assert_eq!(set_aside.collect::<Vec<_>>(), aside, "seed {seed}");
    }
}

#[test]
fn what_went_away_or_only_moved_is_set_aside() {
    check(&[(5, 20..35, 0.06)], &[], &[("work::f5", "went away")]);
    check(
        &[(5, 30..60, 0.045), (2, 30..60, -0.045)],
        &[],
        &[("work::f5", "moved here from work::f2")],
    );
}

#[test]
fn two_causes_on_one_day_are_two_findings() {
    check(
        &[(5, 30..60, 0.05), (12, 30..60, 0.08)],
        &[
            (Kind::Shift, "work::f12", 30),
            (Kind::Shift, "work::f5", 30),
        ],
        &[],
    );
}

#[test]
fn a_caller_is_told_when_all_it_calls_costs_more() {
    let all = [3, 13, 23, 33].map(|function| (function, 30..60, synthetic::usual_share(function)));
    check(&all, &[(Kind::Shift, "call::c3", 30)], &[]);
}

#[test]
fn functions_appear_and_vanish() {
    check(
        &[(ABSENT, 30..60, 0.05)],
        &[(Kind::Appeared, "work::f40", 30)],
        &[],
    );
    check(
        &[(ABSENT, 58..60, 0.05)],
        &[(Kind::Appeared, "work::f40", 58)],
        &[],
    );
    check(
        &[(ABSENT, 0..30, 0.05)],
        &[(Kind::Vanished, "work::f40", 30)],
        &[],
    );
    check(
        &[(ABSENT, 0..58, 0.05)],
        &[(Kind::Vanished, "work::f40", 58)],
        &[],
    );
}
