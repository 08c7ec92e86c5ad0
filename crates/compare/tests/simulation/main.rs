//! What the gates of the guide do on simulated suites: how often they fire without a change, and
//! how often they find one.
//!
//! A suite is five runs a side of a program whose functions have known shares. Runs differ by more
//! than their samples: each function's cost scatters by 5 % from run to run, the whole by 3 %. The
//! seeds are fixed, so the figures are the same every time.

#![allow(clippy::print_stdout, reason = "a measurement says what it measured")]

mod random;
mod suite;

use compare::{GateEvidence, Gates, Input, Verdict, check};
use suite::{Program, Suite};

const GATES: &str = include_str!("../../../../docs/guide/profile-gates.toml");
const CUM: &str = "version = 1\n[[gate]]\nname = \"cum\"\nsample_type = \"cpu\"\nfunction = '.*'\nmetric = \"cum\"\n\
    max_increase = \"10%\"\nmin_delta = \"1pt\"\n";
const COMPARING: &str = "no function became more expensive";
const SUITES: u64 = 500;

/// The functions for which a gate of the guide fails, whatever the gate.
fn fails(gates: &Gates, old: &[Input], new: &[Input]) -> Vec<String> {
    let baselines: Vec<&[Input]> = gates.gates.iter().map(|_| old).collect();
    let evidence = GateEvidence {
        new,
        baselines: &baselines,
        any_host: false,
    };
    let verdicts = check(gates, evidence).unwrap();
    let outcomes = verdicts.outcomes.iter();
    let judgements = outcomes.flat_map(|outcome| &outcome.judgements);
    let failing = judgements.filter(|judgement| judgement.verdict == Verdict::Fail);
    failing
        .map(|judgement| judgement.function.clone())
        .collect()
}

/// How many of the suites without a change a gate fires on.
#[track_caller]
fn check_quiet(program: &Program, gates: &str, at_most: usize) {
    let (gates, samples) = (Gates::parse(gates).unwrap(), 1000.0);
    let fired = (0..SUITES).filter(|seed| {
        let suite = Suite::new(program, *seed, samples);
        let (old, new) = suite.sides(5, None);
        !fails(&gates, &old, &new).is_empty()
    });
    let fired = fired.count();
    println!("{fired} of {SUITES} false alarms");
    assert!(fired <= at_most, "{fired} of {SUITES} false alarms");
}

/// How many of the suites in which one function costs `factor` times as much name that function.
#[track_caller]
fn check_found(program: &Program, gates: &str, at_least: usize) {
    let (gates, samples, factor) = (Gates::parse(gates).unwrap(), 1000.0, 1.5);
    let large = program.of_share_at_least(0.08);
    let found = (0..SUITES).filter(|seed| {
        let changed = large[*seed as usize % large.len()];
        let suite = Suite::new(program, *seed, samples);
        let (old, new) = suite.sides(5, Some((changed, factor)));
        fails(&gates, &old, &new).contains(&program.name(changed))
    });
    let found = found.count();
    println!("{found} of {SUITES} found");
    assert!(found >= at_least, "{found} of {SUITES} found");
}

#[test]
fn without_a_change_the_gates_are_quiet() {
    check_quiet(&Program::even(), GATES, 25);
    check_quiet(&Program::long_tail(), GATES, 25);
}

#[test]
fn a_function_that_costs_half_as_much_again_is_found() {
    check_found(&Program::even(), GATES, 475);
    check_found(&Program::long_tail(), GATES, 475);
}

/// What the threads' callers scatter by says nothing of the functions that are called.
#[test]
fn threads_that_share_the_work_hide_nothing() {
    let program = Program::long_tail().on_threads();
    check_quiet(&program, CUM, 25);
    check_found(&program, CUM, 475);
}

#[test]
fn what_shrinks_is_no_reason_to_fail() {
    // The largest function halves: the shares of all others grow, their costs do not.
    let (program, gates) = (Program::long_tail(), Gates::parse(GATES).unwrap());
    let fired = (0..100).filter(|seed| {
        let (old, new) = Suite::new(&program, *seed, 1000.0).sides(5, Some((0, 0.5)));
        !fails(&gates, &old, &new).is_empty()
    });
    assert!(fired.count() <= 5);
}

/// The verdict on one comparison of `runs` runs a side, of `samples` samples each.
fn verdict(runs: usize, samples: f64, factor: f64) -> Verdict {
    let program = Program::long_tail();
    let gates = Gates::parse(GATES).unwrap();
    let (old, new) = Suite::new(&program, 1, samples).sides(runs, Some((0, factor)));
    let baselines: Vec<&[Input]> = gates.gates.iter().map(|_| old.as_slice()).collect();
    let evidence = GateEvidence {
        new: &new,
        baselines: &baselines,
        any_host: false,
    };
    let verdicts = check(&gates, evidence).unwrap();
    let mut outcomes = verdicts.outcomes.iter();
    outcomes
        .find(|outcome| outcome.gate == COMPARING)
        .unwrap()
        .verdict()
}

#[test]
fn few_runs_warn_at_most() {
    assert_eq!(verdict(5, 1000.0, 3.0), Verdict::Fail);
    assert_eq!(verdict(4, 1000.0, 3.0), Verdict::Warn);
    assert_eq!(verdict(4, 1000.0, 1.0), Verdict::Unknown);
    assert_eq!(verdict(1, 1000.0, 1.0), Verdict::Unknown);
    assert_eq!(verdict(5, 8.0, 3.0), Verdict::Unknown);
    assert_eq!(verdict(5, 1000.0, 1.0), Verdict::Pass);
}
