//! `dtail-tools profile analyze`, on profiles made here.

use std::path::PathBuf;

use crate::tools::{Run, Tools, alloc_profile, cpu_profile};

const STACKS: &[(&str, i64)] = &[
    ("start;main;search::run;regex::find", 120),
    ("start;main;search::run;memchr::memchr", 60),
    ("start;main;search::run", 10),
    ("start;main;write", 50),
];

const FACTS: &[&str] = &[
    "# dtail.signals=230",
    "# dtail.lost=0",
    "# dtail.cpu_seconds=2.42",
    "# dtail.sampled_cpu_seconds=2.4",
    "# dtail.host=web1",
    "# dtail.cpus=2",
    "# dtail.bytes=507510784",
    "# dtail.lines=5000000",
    "# dtail.files=3",
    "# dtail.version=0.1.0",
    "# dtail.build_profile=release",
    "# dtail.command=dgrep -regex x a.log a.log a.log",
];

fn with_cpu_profile(name: &str) -> (Tools, PathBuf) {
    let tools = Tools::new();
    let path = tools.write(name, cpu_profile(STACKS, FACTS).encode_gzip());
    (tools, path)
}

/// Checks that the output has these lines in this order, with others between.
#[track_caller]
fn check_lines(run: &Run, expected: &[&str]) {
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let mut lines = run.stdout.lines();
    for wanted in expected {
        let found = lines.any(|line| line == *wanted);
        assert!(
            found,
            "{wanted:?} is missing, or not in this place, in:\n{}",
            run.stdout
        );
    }
}

#[test]
fn a_cpu_profile_is_read_from_head_to_advice() {
    let (tools, _) = with_cpu_profile("dgrep_cpu_20261123_120000.prof");
    let expected = [
        "dgrep_cpu_20261123_120000.prof",
        "==============================",
        "What     cpu profile of dgrep: 2.40s of cpu",
        "Taken    2026-11-23 12:00:00, for 2.50s, on web1 (2 CPUs)",
        "Command  dgrep -regex x a.log (3 times)",
        "Input    484MB, 5000000 lines, 3 files; 200MB a second of CPU time",
        "Build    version 0.1.0 (release)",
        "Rate     100 signals a second of CPU time",
        "Trust    230 signals: a share of 10% is known to ±3.9 points (95% confidence)",
        "         2.40s sampled of 2.42s CPU time used (99%)",
        "         No sample was lost",
        "Top 4 by flat: in the function itself",
        "      flat  flat%        cum   cum%  function",
        "    1200ms 50.00%     1200ms 50.00%  regex::find",
        "     600ms 25.00%      600ms 25.00%  memchr::memchr",
        "     500ms 20.83%      500ms 20.83%  write",
        "     100ms  4.17%     1900ms 79.17%  search::run",
        "Top 4 by cum: with what it calls (2 that nearly all samples go through left out)",
        "     100ms  4.17%     1900ms 79.17%  search::run",
        "Heaviest path, the steps at which it narrows",
        "     2.40s   100%  main",
        "     1.90s 79.17%  search::run",
        "     1.20s 50.00%  regex::find",
        "Next",
        "  dtail-tools pprof -peek '^regex::find$' dgrep_cpu_20261123_120000.prof   # who calls it",
    ];
    for line in [
        "profile analyze",
        "profile -mode analyze",
        "profile --mode=analyze -nocolor",
    ] {
        check_lines(
            &tools.run(&format!("{line} dgrep_cpu_20261123_120000.prof")),
            &expected,
        );
    }
}

#[test]
fn the_commands_that_it_suggests_work() {
    let (tools, _) = with_cpu_profile("it's a_cpu_20261123_120000.prof");
    let mut command = tools.command(&["profile", "analyze"]);
    let run = Run::of(
        command
            .arg("it's a_cpu_20261123_120000.prof")
            .output()
            .unwrap(),
    );
    let commands = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("  dtail-tools "));
    let outputs: Vec<Run> = commands.map(|line| tools.shell(line)).collect();
    assert_eq!(outputs.len(), 2);
    for output in outputs {
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.stdout.contains("regex::find"), "{output:?}");
    }
}

#[test]
fn an_allocation_profile_shows_its_own_value() {
    let tools = Tools::new();
    let stacks = [
        ("main;read;alloc::vec::from_elem", 30 << 20),
        (
            "main;parse;<alloc::vec::Vec<T> as core::iter::FromIterator<T>>::from_iter",
            10 << 20,
        ),
        (
            "main;<own::Row as core::clone::Clone>::clone;<T as core::clone::Clone>::clone",
            10 << 20,
        ),
    ];
    let profile = alloc_profile(&stacks, &[]);
    tools.write("dmap_alloc_20261123_120000.prof", profile.encode_gzip());
    let run = tools.run("profile analyze dmap_alloc_20261123_120000.prof");
    let expected = [
        "What     alloc profile of dmap: 50MB of alloc_space",
        "Rate     one sample in 512kB allocated, on average",
        "      30MB 60.00%       30MB 60.00%  alloc::vec::from_elem",
        "Where memory is allocated: what the standard library allocates counts for its callers",
        "      30MB 60.00%       30MB 60.00%  read",
        "      10MB 20.00%       10MB 20.00%  <own::Row as core::clone::Clone>::clone",
        "      10MB 20.00%       10MB 20.00%  parse",
    ];
    check_lines(&run, &expected);
}

#[test]
fn few_samples_are_not_dressed_up() {
    let tools = Tools::new();
    tools.write(
        "dcat_cpu_20261123_120000.prof",
        cpu_profile(&[("main", 3)], &[]).encode(),
    );
    let run = tools.run("profile analyze dcat_cpu_20261123_120000.prof");
    let few =
        "Trust    3 signals are few: a share of 10% is known to ±33.9 points only (95% confidence)";
    check_lines(&run, &[few, "Next"]);
    tools.write(
        "dcat_cpu_20261123_120000.prof",
        cpu_profile(&[], &[]).encode(),
    );
    let run = tools.run("profile analyze dcat_cpu_20261123_120000.prof");
    check_lines(
        &run,
        &["Trust    No signal arrived: the profile tells nothing about CPU time"],
    );
}

#[test]
fn output_that_cannot_be_written_is_said() {
    let (tools, path) = with_cpu_profile("a.prof");
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = tools.command(&["profile", "analyze"]);
    let run = Run::of(command.arg(path).stdout(full).output().unwrap());
    assert_eq!(run.code, Some(3), "{run:?}");
    let expected = "dtail-tools profile: standard output: No space left on device (os error 28)\n";
    assert_eq!(run.stderr, expected);
}

#[test]
fn stacks_without_a_common_root_are_all_shown() {
    let tools = Tools::new();
    let stacks = [("a;x", 10), ("b;x", 10), ("c;y", 10), ("d;z", 10)];
    tools.write("a.prof", cpu_profile(&stacks, &[]).encode());
    let run = tools.run("profile analyze a.prof");
    check_lines(&run, &["Top 7 by cum: with what it calls"]);
}

#[test]
fn lines_fit_the_terminal() {
    let tools = Tools::new();
    let name = format!("{}::end", "module::".repeat(30));
    let path = tools.write("a.prof", cpu_profile(&[(&name, 300)], FACTS).encode());
    let mut command = tools.command(&["profile", "analyze"]);
    let run = Run::of(command.arg(path).env("COLUMNS", "60").output().unwrap());
    let longest = run
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.chars().count())
        .max();
    assert!(longest <= Some(60), "{run:?}");
    assert!(
        run.stdout.contains("module::mo...") && run.stdout.contains("::end\n"),
        "{run:?}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_one_line_and_the_others_follow() {
    let (tools, _) = with_cpu_profile("good.prof");
    let whole = cpu_profile(STACKS, &[]).encode_gzip();
    tools.write("cut.prof", &whole[..whole.len() / 2]);
    for (bad, reason) in [
        ("cut.prof", "byte "),
        ("none.prof", "No such file"),
        (".", "Is a directory"),
    ] {
        let run = tools.run(&format!("profile analyze {bad} good.prof"));
        assert_eq!(run.code, Some(3), "{run:?}");
        assert!(
            run.stderr
                .starts_with(&format!("dtail-tools profile: {bad}: {reason}")),
            "{run:?}"
        );
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stdout.starts_with("good.prof\n=========\n"), "{run:?}");
    }
}

#[test]
fn without_a_file_the_newest_cpu_profile_of_each_program_is_read() {
    let (tools, _) = with_cpu_profile("profiles/dgrep_cpu_20261123_120000.prof");
    tools.write(
        "profiles/dgrep_alloc_20261123_120000.prof",
        alloc_profile(&[], &[]).encode(),
    );
    tools.write(
        "profiles/dcat_cpu_20261123_120000.prof",
        cpu_profile(STACKS, &[]).encode(),
    );
    let run = tools.run("profile analyze");
    check_lines(
        &run,
        &[
            "profiles/dcat_cpu_20261123_120000.prof",
            "profiles/dgrep_cpu_20261123_120000.prof",
        ],
    );
    assert!(!run.stdout.contains("alloc_2026"), "{run:?}");
    let run = tools.run("profile analyze -commands dgrep");
    assert!(
        run.stdout
            .starts_with("profiles/dgrep_cpu_20261123_120000.prof\n"),
        "{run:?}"
    );
    check_lines(
        &tools.run("profile analyze -dir none"),
        &["No profiles found in none"],
    );
    assert!(!tools.path("none").exists());
}

#[test]
fn json_holds_the_tables() {
    let (tools, _) = with_cpu_profile("dgrep_cpu_20261123_120000.prof");
    let run = tools.run("profile analyze -json dgrep_cpu_20261123_120000.prof");
    let list: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let one = &list[0];
    assert_eq!(
        (&one["tool"], &one["samples"]),
        (&"dgrep".into(), &230.into())
    );
    let first = serde_json::json!(
        {"function": "regex::find", "flat": 1_200_000_000_i64, "cum": 1_200_000_000_i64});
    assert_eq!(one["top_flat"][0], first);
    assert_eq!(one["top_cum"][0]["function"], "search::run");
    assert_eq!(one["heaviest_path"][0]["function"], "start");
    assert_eq!(one["trust"].as_array().unwrap().len(), 3);
}
