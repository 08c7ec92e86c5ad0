//! `profile anomalies`: a directory of profiles in, what happened out.

use crate::tools::{Run, Tools, cpu_profile};

/// Noon (UTC) of 2026-11-01.
const FIRST_DAY: i64 = 1_793_534_400_000_000_000;
const DAY: i64 = 86_400_000_000_000;

/// A profile a day, 1000 samples of four functions with a small disturbance; `parse` costs 80 more from the
/// day `slower` on. The names of the files have the days in reverse.
fn write_days(tools: &Tools, days: i64, slower: i64) {
    for day in 0..days {
        let noise = (day * 37) % 11;
        let parse = 100 + noise + if day >= slower { 80 } else { 0 };
        let stacks = [
            ("main;scan;parse", parse),
            ("main;scan;find", 400 - noise),
            ("main;write", 300),
            ("main;read", 200),
        ];
        let build = format!("# dtail.git=r{day}");
        let mut profile = cpu_profile(&stacks, &["# dtail.command=tool -profile in.log", &build]);
        profile.time_nanos = FIRST_DAY + day * DAY;
        let name = format!("days/tool_cpu_20261130_1200{:02}.prof", days - day);
        tools.write(&name, profile.encode_gzip());
    }
}

fn in_80_columns(tools: &Tools, line: &str) -> Run {
    let args: Vec<&str> = line.split_whitespace().collect();
    Run::of(tools.command(&args).env("COLUMNS", "80").output().unwrap())
}

#[test]
fn a_shift_is_told_with_its_place_and_its_build() {
    let tools = Tools::new();
    write_days(&tools, 20, 12);
    let run = in_80_columns(&tools, "profile anomalies days");
    let expected = "\
tool cpu cpu/nanoseconds
========================
tool in.log
20 profiles, 2026-11-01 12:00 to 2026-11-20 12:00, 1000 samples each (median)

 #  what        change     before      after  since             course
 1  shift       +6.7pt      10.5%      17.2%  2026-11-13 12:00  ▁▁▂▁▂▁▂▁▂▁▇███▇█
    parse
    first in days/tool_cpu_20261130_120008.prof, build r12 (before: r11)
    also seen in scan

Total: 1 finding in 1 series
";
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout, expected);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn the_outcome_is_a_document_with_the_same_facts() {
    let tools = Tools::new();
    write_days(&tools, 20, 12);
    let run = tools.run("profile -mode anomalies -json days");
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["schema"], "dtail.profile.anomalies/1");
    let series = &document["series"][0];
    assert_eq!(series["key"]["workload"], "tool in.log");
    let finding = &series["findings"][0];
    assert_eq!(finding["kind"], "shift");
    assert_eq!(finding["function"], "parse");
    assert_eq!(finding["first"], 12);
    assert_eq!(series["profiles"][12]["build"], "r12");
    assert_eq!(finding["values"].as_array().unwrap().len(), 20);
}

#[track_caller]
fn check(line: &str, days: i64, slower: i64, code: i32, expected: &str) {
    let tools = Tools::new();
    write_days(&tools, days, slower);
    tools.write("empty/readme", "");
    let run = tools.run(line);
    let text = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, Some(code), "{text}");
    assert!(text.contains(expected), "{text}");
}

#[test]
fn the_status_says_whether_something_was_found_when_asked_to() {
    check(
        "profile anomalies days",
        20,
        12,
        0,
        "Total: 1 finding in 1 series",
    );
    check(
        "profile anomalies -fail days",
        20,
        12,
        1,
        "Total: 1 finding in 1 series",
    );
    check(
        "profile anomalies -fail days",
        20,
        99,
        0,
        "Total: 0 findings in 1 series",
    );
    check("profile anomalies -fail -dir days", 20, 12, 1, "1 finding");
    check(
        "profile anomalies -fail -commands tool days",
        20,
        12,
        1,
        "1 finding",
    );
    check(
        "profile anomalies -fail -commands other days",
        20,
        12,
        0,
        "0 findings in 0 series",
    );
    check(
        "profile anomalies -fail -since 2026-11-14 days",
        20,
        12,
        0,
        "7 profiles, too few",
    );
}

#[test]
fn what_cannot_be_judged_is_said() {
    check(
        "profile anomalies days",
        7,
        4,
        0,
        "7 profiles, too few: a change of level takes 8",
    );
    check(
        "profile anomalies days",
        10,
        99,
        0,
        "10 profiles; spikes are looked for from 15 on",
    );
    check(
        "profile anomalies -minsamples 5000 days",
        20,
        12,
        0,
        "Left out: 20 profiles of fewer than 5000",
    );
}

#[test]
fn what_cannot_be_read_is_an_error() {
    check(
        "profile anomalies nowhere",
        1,
        9,
        3,
        "nowhere: No such file or directory",
    );
    check(
        "profile anomalies empty",
        1,
        9,
        3,
        "empty: no profiles (*.prof) in this directory",
    );
    check(
        "profile anomalies empty/readme",
        1,
        9,
        3,
        "no profile could be read",
    );
    check(
        "profile anomalies",
        1,
        9,
        3,
        "profiles: No such file or directory",
    );
    check(
        "profile anomalies -dir days days",
        1,
        9,
        2,
        "-dir has no use",
    );
    check("profile anomalies -runs 3 days", 1, 9, 2, "unknown flag");
}

#[test]
fn a_damaged_profile_is_named_and_the_rest_told() {
    let tools = Tools::new();
    write_days(&tools, 20, 12);
    tools.write("days/tool_cpu_20261130_120099.prof", "no profile");
    let run = tools.run("profile anomalies -fail days");
    assert_eq!(run.code, Some(3));
    assert!(
        run.stderr.contains("tool_cpu_20261130_120099.prof: "),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("Total: 1 finding"), "{}", run.stdout);
}
