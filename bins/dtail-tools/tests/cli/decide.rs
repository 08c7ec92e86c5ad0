//! `merge`, `diff`, `check` and `baseline`, on profiles made here.

use crate::tools::{Run, Tools, alloc_profile, cpu_profile};

/// Five runs of `dgrep` in `old`, five in `new` in which `find` costs twice as much.
fn two_sides() -> Tools {
    let tools = Tools::new();
    for run in 0..5 {
        for (side, find) in [("old", 300), ("new", 600)] {
            let stacks = [("main;find", find + run), ("main;read", 700)];
            let facts = ["# dtail.command=/bin/dgrep -regex x", "# dtail.host=web1"];
            let name = format!("{side}/dgrep_cpu_20261123_12000{run}.prof");
            tools.write(&name, cpu_profile(&stacks, &facts).encode_gzip());
        }
    }
    tools
}

const GROWS: &str =
    "version = 1\n[[gate]]\nname = 'growth'\nfunction = '.*'\nmax_increase = '10%'\n";
const HOG: &str = "version = 1\n[[gate]]\nname = 'hog'\nfunction = '.*'\nmax = '90%'\n";

/// Runs a line and checks its exit status, and a part of what it prints.
#[track_caller]
fn check(tools: &Tools, line: &str, code: i32, printed: &str) -> Run {
    let run = tools.run(line);
    assert_eq!(run.code, Some(code), "{line}: {run:?}");
    let all = format!("{}{}", run.stdout, run.stderr);
    assert!(all.contains(printed), "{line}: {run:?}");
    run
}

#[test]
fn a_diff_tells_sides_apart() {
    let tools = two_sides();
    for line in [
        "profile diff old -- new",
        "profile -mode diff old -- new",
        "profile diff -base old new",
        "profile diff -base=old new -cum=false",
    ] {
        let run = check(
            &tools,
            line,
            0,
            "Old: 5 runs, 5010 samples, values are means",
        );
        assert!(run.stdout.contains("x1.99  find"), "{line}: {run:?}");
    }
    let file = "old/dgrep_cpu_20261123_120000.prof";
    check(
        &tools,
        &format!("profile diff {file} {file}"),
        0,
        "\nFinding: no difference\n",
    );
    check(
        &tools,
        "profile diff old new -format folded",
        0,
        "main;find 3020000000 6020000000\n",
    );
    check(
        &tools,
        "profile diff old new -format markdown -cum",
        0,
        "| <code>find</code> |",
    );
    check(
        &tools,
        "profile diff old new -json",
        0,
        "\"schema\": \"dtail.profile.diff/1\"",
    );
}

#[test]
fn a_diff_that_cannot_be_is_refused() {
    let tools = two_sides();
    tools.write(
        "mem.prof",
        alloc_profile(&[("main", 1 << 20)], &[]).encode(),
    );
    let file = "old/dgrep_cpu_20261123_120000.prof";
    check(
        &tools,
        "profile diff old",
        2,
        "it takes two profiles, or two sides",
    );
    check(&tools, "profile diff old --", 2, "a side is empty");
    check(
        &tools,
        "profile diff -base old -- new",
        2,
        "two ways to say the same",
    );
    check(
        &tools,
        "profile diff old new -format xml",
        2,
        "unknown format 'xml'",
    );
    check(
        &tools,
        "profile diff old new -format json -format text",
        2,
        "only one format",
    );
    check(
        &tools,
        "profile diff old new -rename x",
        2,
        "-rename: 'x' is not OLD=NOW",
    );
    check(&tools, "profile diff old nosuch", 3, "nosuch: No such file");
    check(
        &tools,
        &format!("profile diff {file} mem.prof"),
        3,
        "cannot be compared",
    );
    check(
        &tools,
        "profile diff old new -sample_index=x",
        3,
        "must be a number below 2 or one of: samples cpu",
    );
}

#[test]
fn results_go_to_files_whole() {
    let tools = two_sides();
    tools.write("gates.toml", GROWS);
    let line = "profile check -config gates.toml -baseline old new -format junit=j.xml -format json=c.json \
                -format markdown=s.md -format table";
    check(&tools, line, 1, "FAIL    find");
    let read = |name: &str| std::fs::read_to_string(tools.path(name)).unwrap();
    assert!(read("j.xml").starts_with("<?xml") && read("s.md").contains("**FAIL**"));
    assert!(read("c.json").contains("\"exit\": 1"));
    check(
        &tools,
        "profile diff old new -json -format text=no/such/dir",
        3,
        "no/such/dir: No such file",
    );
}

#[test]
fn the_exit_status_is_the_verdict() {
    let tools = two_sides();
    tools.write("grows.toml", GROWS);
    tools.write("hog.toml", HOG);
    tools.write(
        "wrong.toml",
        "version = 1\n[[gate]]\nname = 'g'\nfunction = 'f'\nmax = '20'\n",
    );
    tools.write(
        "named.toml",
        GROWS.replace(
            "max_increase",
            "baseline = 'old/dgrep_*.prof'\nmax_increase",
        ),
    );
    check(
        &tools,
        "profile check -config hog.toml new",
        0,
        "pass: 1 PASS",
    );
    check(
        &tools,
        "profile -mode check -config hog.toml new",
        0,
        "pass: 1 PASS",
    );
    check(
        &tools,
        "profile check -config grows.toml -baseline old old",
        0,
        "pass: 1 PASS",
    );
    check(
        &tools,
        "profile check -config named.toml new",
        1,
        "grew from 30.1% to 46.2% (x1.53)",
    );
    check(&tools, "profile check new", 2, "-config FILE is missing");
    check(
        &tools,
        "profile check -config nosuch.toml new",
        2,
        "nosuch.toml: No such file",
    );
    check(
        &tools,
        "profile check -config wrong.toml new",
        2,
        "wrong.toml:5:7: '20' is not a percentage",
    );
    check(
        &tools,
        "profile check -config hog.toml",
        2,
        "no profile to check is named",
    );
    check(
        &tools,
        "profile check -config hog.toml nosuch",
        3,
        "nosuch: No such file",
    );
    check(
        &tools,
        "profile check -config grows.toml new",
        4,
        "there is no baseline",
    );
    let few = cpu_profile(&[("main", 8)], &[]);
    tools.write("few/dgrep_cpu_20261123_120000.prof", few.encode());
    check(
        &tools,
        "profile check -config hog.toml few",
        4,
        "8 samples are too few",
    );
}

#[test]
fn github_gets_annotations_and_a_summary() {
    let tools = two_sides();
    tools.write("gates.toml", GROWS);
    let words = "profile check -config gates.toml -baseline old new -format github";
    let args: Vec<&str> = words.split(' ').collect();
    let mut command = tools.command(&args);
    let run = Run::of(
        command
            .env("GITHUB_STEP_SUMMARY", tools.path("summary.md"))
            .output()
            .unwrap(),
    );
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout
            .starts_with("::error title=FAIL growth (dgrep cpu)::find: grew"),
        "{run:?}"
    );
    let summary = std::fs::read_to_string(tools.path("summary.md")).unwrap();
    assert!(
        summary.contains("| **FAIL** | growth (dgrep cpu) | <code>find</code> |"),
        "{summary}"
    );
}

#[test]
fn a_self_test_counts_false_alarms() {
    let tools = two_sides();
    tools.write("gates.toml", GROWS);
    let line = "profile check -config gates.toml -baseline old -selftest";
    check(
        &tools,
        line,
        0,
        "growth (dgrep cpu): fired in 0 of 200 trials (0.0%) on 5 runs\n",
    );
    let line = "profile check -config gates.toml -baseline old -baseline new -selftest";
    let run = check(&tools, line, 0, "most often for find");
    assert!(!run.stdout.contains("fired in 0 "), "{run:?}");
    let line =
        "profile check -config gates.toml -baseline old/dgrep_cpu_20261123_120000.prof -selftest";
    check(&tools, line, 4, "not tried: 1 runs cannot be halved");
    check(
        &tools,
        "profile check -config gates.toml -selftest new",
        2,
        "the baseline only",
    );
}

#[test]
fn a_self_test_takes_runs_of_unlike_machines_when_asked_to() {
    let tools = Tools::new();
    tools.write("gates.toml", GROWS);
    for run in 0..6 {
        let host = format!("# dtail.host=web{run}");
        let profile = cpu_profile(&[("main;find", 300), ("main;read", 700)], &[&host]);
        tools.write(
            &format!("old/dgrep_cpu_20261123_12000{run}.prof"),
            profile.encode(),
        );
    }
    let line = "profile check -config gates.toml -baseline old -selftest";
    check(&tools, line, 4, "not tried: another machine");
    check(&tools, &format!("{line} -anyhost"), 0, "fired in 0 of 200");
}

#[test]
fn baselines_keep_the_newest_of_each_group() {
    let tools = two_sides();
    check(
        &tools,
        "profile baseline list",
        0,
        "No baselines found in baselines",
    );
    check(
        &tools,
        "profile baseline record old -keep 3",
        0,
        "Recorded baselines/dgrep_cpu_20261123_120004.prof",
    );
    let list = check(&tools, "profile baseline list", 0, "dgrep");
    let row: Vec<&str> = list
        .stdout
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .collect();
    assert_eq!(
        row,
        [
            "dgrep",
            "cpu",
            "3",
            "3009",
            "2026-11-23",
            "12:00:00",
            "web1",
            "-regex",
            "x"
        ]
    );
    check(
        &tools,
        "profile baseline prune -keep 2",
        0,
        "Removed baselines/",
    );
}

#[test]
fn the_same_bytes_are_recorded_once_and_others_of_that_name_beside_them() {
    let tools = two_sides();
    check(
        &tools,
        "profile baseline record old -keep 2",
        0,
        "Recorded ",
    );
    check(
        &tools,
        "profile baseline record new/dgrep_cpu_20261123_120004.prof",
        0,
        "120004_2.prof",
    );
    check(
        &tools,
        "profile baseline record new/dgrep_cpu_20261123_120004.prof",
        0,
        "120004_2.prof",
    );
    assert_eq!(
        std::fs::read_dir(tools.path("baselines")).unwrap().count(),
        3
    );
}

#[test]
fn a_baseline_that_cannot_be_is_refused() {
    let tools = two_sides();
    check(&tools, "profile baseline", 2, "record, list or prune?");
    check(&tools, "profile baseline lst", 2, "did you mean 'list'?");
    check(
        &tools,
        "profile baseline list -keep 3",
        2,
        "-keep has no use",
    );
    check(
        &tools,
        "profile baseline record nosuch",
        3,
        "nosuch: No such file",
    );
    tools.write("bad.prof", "no profile");
    check(
        &tools,
        "profile baseline record old bad.prof -dir other",
        3,
        "bad.prof: ",
    );
    assert!(!tools.path("other").exists());
}

#[test]
fn merging_writes_a_profile() {
    let tools = two_sides();
    tools.write(
        "mem.prof",
        alloc_profile(&[("main", 1 << 20)], &[]).encode(),
    );
    let run = check(
        &tools,
        "profile merge -o all.prof -by host -label side=old old",
        0,
        "",
    );
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    check(
        &tools,
        "pprof -top -sample_index=samples all.prof",
        0,
        "3500 69.86% 69.86%       3500 69.86%  read",
    );
    check(&tools, "pprof -tags all.prof", 0, "web1");
    let old = tools.path("all.prof");
    let before = std::fs::read(&old).unwrap();
    check(
        &tools,
        "profile merge -o all.prof old mem.prof",
        3,
        "mem.prof: profiles have no common sample type",
    );
    assert_eq!(std::fs::read(&old).unwrap(), before);
    let piped = tools.shell("dtail-tools profile merge old/* | gzip -dc | wc -c");
    assert!(
        piped.stdout.trim().parse::<u32>().unwrap() > 200,
        "{piped:?}"
    );
    check(&tools, "profile merge", 2, "no profile to merge is named");
    check(
        &tools,
        "profile merge old -weight -1",
        2,
        "'-1' is no number above 0",
    );
    check(
        &tools,
        "profile merge old -label x",
        2,
        "-label: 'x' is not KEY=TEXT",
    );
    check(
        &tools,
        "profile merge old -o no/such",
        3,
        "no/such: No such file",
    );
}
