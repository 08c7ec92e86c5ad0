//! Every way out of the program leaves complete, readable profiles.

use std::time::{Duration, Instant};

use crate::crowd::without_crowd;
use crate::outcome::Outcome;
use crate::profile_set::{complete_set, only_set};
use crate::stage::{Input, Output, Running, Stage};

/// The longest a program may take to end after a signal, its profiles written, on a machine that has
/// time for it.
const END_LIMIT: Duration = Duration::from_millis(1500);

/// Signals by the name that `kill` takes, and their numbers.
const SIGNALS: [(&str, i32); 3] = [("INT", 2), ("TERM", 15), ("HUP", 1)];

const PROFILED: [&str; 5] = ["-profile", "-profiledir", "p", "-regex", "ERROR|WARN"];

/// Many lines, some of which match.
fn log() -> Vec<u8> {
    let line = |number: usize| {
        let level = ["INFO", "DEBUG", "WARN", "INFO", "ERROR"][number % 5];
        format!(
            "20261123-1200{:02} {level} request {number} of user{}\n",
            number % 60,
            number % 977
        )
    };
    (0..20_000)
        .flat_map(|number| line(number).into_bytes())
        .collect()
}

#[track_caller]
fn check_end(args: &[&str], status: i32) {
    let stage = Stage::new();
    stage.write("a.log", log());
    let args = [&["-profile", "-profiledir", "p"], args].concat();
    stage.run(stage.dgrep(&args)).require_status(status);
    complete_set(&stage.path("p"));
}

#[test]
fn the_end_of_the_input() {
    check_end(&["-regex", "ERROR", "a.log"], 0);
}

#[test]
fn the_end_without_a_match() {
    check_end(&["-regex", "nowhere", "a.log"], 1);
}

#[test]
fn the_end_after_an_error() {
    check_end(&["-regex", "ERROR", "a.log", "missing.log"], 2);
    check_end(&["-regex", "ERROR", "missing.log"], 2);
}

/// How often a machine busy with other things may delay the end beyond the limit.
const ATTEMPTS: usize = 3;

/// Starts a run, brings it where the signal shall hit it, and sends the signal.
#[track_caller]
fn check_signal(input: fn() -> Input, output: fn() -> Output, await_situation: fn(&Running<'_>)) {
    let _quiet = without_crowd();
    for (name, number) in SIGNALS {
        check_prompt_end(|| {
            let stage = Stage::new();
            let running = stage.start(stage.dgrep(&PROFILED), input(), output());
            running.await_profiler();
            await_situation(&running);
            let (outcome, took) = end_by(running, name);
            outcome.require_signal(number);
            complete_set(&stage.path("p"));
            (outcome, took)
        });
    }
}

fn end_by(running: Running<'_>, signal: &str) -> (Outcome, Duration) {
    running.signal(signal);
    let start = Instant::now();
    let outcome = running.finish();
    (outcome, start.elapsed())
}

/// One of some attempts takes no longer than the limit.
#[track_caller]
fn check_prompt_end(attempt: impl Fn() -> (Outcome, Duration)) {
    let (mut outcome, mut took) = attempt();
    for _ in 1..ATTEMPTS {
        if took > END_LIMIT.mul_f64(wait_factor()) {
            (outcome, took) = attempt();
        }
    }
    let limit = END_LIMIT.mul_f64(wait_factor());
    outcome.require(
        took <= limit,
        format_args!("an end within {limit:?}, not {took:?}"),
    );
}

/// How much longer everything takes here because others want the processors, too.
fn wait_factor() -> f64 {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = load
        .split(' ')
        .next()
        .and_then(|load| load.parse().ok())
        .unwrap_or(0.0);
    (load / processors as f64).max(1.0)
}

#[test]
fn a_signal_while_waiting_for_input() {
    let input = || Input::Held(b"one line ERROR\nhalf a li");
    check_signal(
        input,
        || Output::Collected,
        |running| running.await_blocked(),
    );
}

#[test]
fn a_signal_while_nobody_reads_the_output() {
    check_signal(
        || Input::Endless(log()),
        || Output::Unread,
        |running| running.await_blocked(),
    );
}

#[test]
fn a_signal_while_working() {
    check_signal(
        || Input::Endless(log()),
        || Output::Collected,
        |running| running.await_work(),
    );
}

#[test]
fn what_was_sampled_before_a_signal_is_kept() {
    let stage = Stage::new();
    let command = stage.dgrep(&PROFILED);
    let running = stage.start(command, Input::Endless(log()), Output::Collected);
    running.await_profiler();
    running.await_work();
    let (outcome, _) = end_by(running, "TERM");
    let cpu = &complete_set(&stage.path("p"))["cpu"];
    let samples: i64 = cpu.samples.iter().map(|sample| sample.values[0]).sum();
    outcome.require(samples >= 10, format_args!("10 samples, not {samples}"));
    let mut names = cpu.functions.iter().map(|function| cpu.text(function.name));
    outcome.require(
        names.any(|name| name.starts_with("search::")),
        "full names of functions",
    );
}

#[test]
fn a_signal_saves_only_the_profiles_that_were_asked_for() {
    let _quiet = without_crowd();
    for (flag, kinds) in [
        ("-cpuprofile", &["cpu"][..]),
        ("-memprofile", &["alloc", "mem", "peak"]),
    ] {
        check_prompt_end(|| {
            let stage = Stage::new();
            let command = stage.dgrep(&[flag, "-profiledir", "p", "-regex", "ERROR"]);
            let running = stage.start(command, Input::Held(b""), Output::Collected);
            running.await_profiler();
            let (outcome, took) = end_by(running, "TERM");
            outcome.require_signal(15);
            only_set(&stage.path("p"), kinds);
            (outcome, took)
        });
    }
}

/// As nohup arranges it: the signal was ignored before, and so it stays.
#[test]
fn an_ignored_signal_stays_ignored() {
    let stage = Stage::new();
    let command = stage.shell(r#"trap '' HUP; exec "$DGREP" -profile -profiledir p -regex ERROR"#);
    let mut running = stage.start(command, Input::Held(b"ERROR\n"), Output::Collected);
    running.await_profiler();
    running.await_blocked();
    running.signal("HUP");
    std::thread::sleep(Duration::from_millis(100));
    running.end_input();
    let outcome = running.finish();
    outcome
        .require_status(0)
        .require(!outcome.stdout.is_empty(), "the matching line");
    complete_set(&stage.path("p"));
}

#[test]
fn a_reader_that_has_seen_enough() {
    let stage = Stage::new();
    let command = stage.dgrep(&PROFILED);
    let running = stage.start(command, Input::Endless(log()), Output::FirstLine);
    running.finish().require_status(0);
    complete_set(&stage.path("p"));
}

#[test]
fn head_in_a_shell() {
    let stage = Stage::new();
    stage.write("a.log", log());
    let files = vec!["a.log"; 200].join(" ");
    let script = format!(
        r#"{{ "$DGREP" -profile -profiledir p -plain -regex 'user1\b' {files}; echo "$?" >status; }} | head -1"#
    );
    let outcome = stage.run(stage.shell(&script));
    let lines = outcome.stdout.iter().filter(|&&byte| byte == b'\n').count();
    outcome.require_status(0).require(lines == 1, "one line");
    let status = std::fs::read_to_string(stage.path("status"));
    outcome.require(
        status.is_ok_and(|status| status == "0\n"),
        "status 0 of dgrep itself",
    );
    complete_set(&stage.path("p"));
}
