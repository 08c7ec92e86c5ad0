//! Runs that start in the same second do not take each other's files.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::crowd::with_crowd;
use crate::profile_set::sets;
use crate::stage::{Input, Output, Running, Stage};

const RUN_COUNT: usize = 20;

/// Sleeps until a second has just begun, so that all runs can start within it.
fn await_second() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is set");
    std::thread::sleep(Duration::from_nanos(
        1_000_000_000 - u64::from(now.subsec_nanos()),
    ));
}

#[test]
fn twenty_runs_write_twenty_complete_sets() {
    let stage = Stage::new();
    stage.write("a.log", "an ERROR\nand none\n".repeat(1000));
    let _crowd = with_crowd();
    await_second();
    let start = || {
        let command = stage.dgrep(&["-profile", "-profiledir", "p", "-regex", "ERROR", "a.log"]);
        stage.start(command, Input::Text(Vec::new()), Output::Collected)
    };
    let running: Vec<_> = (0..RUN_COUNT).map(|_| start()).collect();
    let outcomes: Vec<_> = running.into_iter().map(Running::finish).collect();
    for outcome in &outcomes {
        outcome
            .require_status(0)
            .require(outcome.stdout == outcomes[0].stdout, "equal output");
    }
    let sets = sets(&stage.path("p"));
    let last = outcomes.last().expect("there were runs");
    last.require(
        sets.len() == RUN_COUNT,
        format_args!("{RUN_COUNT} sets: {:?}", sets.keys()),
    );
    for (run, set) in &sets {
        last.require(
            set.len() == 4,
            format_args!("four profiles of {run}: {:?}", set.keys()),
        );
    }
    let shared = sets
        .keys()
        .filter(|run| run.matches('_').count() == 2)
        .count();
    last.require(shared > 0, "some runs in the same second");
}
