//! `dtail-tools benchmark` with programs that only pretend to work: those of before are quick, those of
//! today take their time and spend it in another function.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use crate::tools::{Run, Tools, cpu_profile};

/// Copies the profile that lies beside it where one is wanted, and otherwise takes as long as it is told to.
const STAND_IN: &str = r#"#!/bin/sh
here=$(dirname "$0")
if [ "$1" = -cpuprofile ]; then
    cp "$here/profile" "$5/dgrep_cpu_$$.prof"
else
    sleep "$(cat "$here/seconds")"
fi
"#;

/// A directory with programs of before in `old` and of today on PATH, and a copy of `dtail-tools` that has
/// no program beside it.
struct Stage {
    tools: Tools,
    exe_dir: tempfile::TempDir,
}

impl Stage {
    fn new() -> Stage {
        let tools = Tools::new();
        for (dir, seconds, find) in [("old", "0", 200), ("today", "0.15", 400)] {
            let stacks = [
                ("main;scan;find", find),
                ("main;scan", 800),
                ("main;read", 200),
            ];
            let facts = ["# dtail.host=web1", "# dtail.cpus=2", "# dtail.cpu_model=M"];
            tools.write(
                &format!("{dir}/profile"),
                cpu_profile(&stacks, &facts).encode_gzip(),
            );
            tools.write(&format!("{dir}/seconds"), seconds);
            let program = tools.write(&format!("{dir}/dgrep"), STAND_IN);
            fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::create_dir(tools.path("testdata")).unwrap();
        let input = File::create(tools.path("testdata/log_10MB.log")).unwrap();
        input.set_len(10 << 20).unwrap();
        let exe_dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let exe = exe_dir.path().join("dtail-tools");
        fs::hard_link(env!("CARGO_BIN_EXE_dtail-tools"), exe).unwrap();
        Stage { tools, exe_dir }
    }

    fn run(&self, line: &str) -> Run {
        let mut command = Command::new(self.exe_dir.path().join("dtail-tools"));
        let path = format!("{}:/usr/bin:/bin", self.tools.path("today").display());
        command
            .args(line.split_whitespace())
            .current_dir(self.tools.path(""));
        command
            .env("PATH", path)
            .env("COLUMNS", "80")
            .env_remove("CARGO");
        Run::of(command.output().unwrap())
    }

    fn baselines(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.tools.path("benchmarks/baselines"));
        let entries = entries.into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }
}

#[track_caller]
fn check(run: &Run, code: i32, expected: &[&str]) {
    assert_eq!(run.code, Some(code), "{run:?}");
    for text in expected {
        assert!(
            run.stdout.contains(text),
            "{text:?} is missing in:\n{}",
            run.stdout
        );
    }
}

#[test]
fn two_builds_run_in_turn_and_what_moved_is_named() {
    let stage = Stage::new();
    let line = "benchmark compare old -quick -commands dgrep -runs 6 -output out.json";
    let run = stage.run(&format!("{line} -fail"));
    check(
        &run,
        1,
        &["slower", "+11.9  find", "On web1, M, 2 CPUs", "before: old"],
    );
    assert!(
        run.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        run.stdout
    );
    let text = fs::read_to_string(stage.tools.path("out.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["schema"], "dtail.benchmark.comparison/1");
    let workload = &document["workloads"][0];
    assert_eq!(workload["old"].as_array().unwrap().len(), 6);
    assert_eq!(workload["moved"][0]["function"], "find");
    let [low, high] = [0, 1].map(|end| workload["wall"]["interval"][end].as_f64().unwrap());
    assert!(1.0 < low && low < high, "{low} {high}");
    let expected = "dgrep -plain -cfg none -regex '(ERROR|WARN).*user[0-9]+' testdata/log_10MB.log";
    assert_eq!(workload["command"], expected);
}

#[test]
fn a_baseline_is_kept_with_its_programs_listed_compared_and_removed() {
    let stage = Stage::new();
    let made =
        stage.run("benchmark -mode baseline -tag v1/x -quick -commands dgrep -runs 2 -profiles 1");
    check(&made, 0, &["dgrep: search a log", "too few runs"]);
    let [programs, figures] = &stage.baselines()[..] else {
        panic!("{:?}", stage.baselines());
    };
    assert_eq!(figures.with_extension(""), *programs);
    assert!(
        figures.to_string_lossy().ends_with("_v1_x.json"),
        "{figures:?}"
    );
    assert!(programs.join("dgrep").is_file() && programs.join("profiles").is_dir());
    check(
        &stage.run("benchmark list"),
        0,
        &["v1/x", "web1", "Total: 1 baseline\n"],
    );
    fs::copy(stage.tools.path("today/profile"), programs.join("profile")).unwrap();
    fs::copy(stage.tools.path("old/seconds"), programs.join("seconds")).unwrap();
    let line = "profile benchmark compare v1/x -quick -commands dgrep -runs 2 -profiles 1";
    check(
        &stage.run(line),
        0,
        &["too few runs", "No function moved", "before: "],
    );
    check(
        &stage.run("profile -mode benchmark clean -keep 1"),
        0,
        &["Kept: 1"],
    );
    check(
        &stage.run("benchmark clean -keep 0"),
        0,
        &["Removed ", "Kept: 0"],
    );
    assert!(stage.baselines().is_empty());
    check(
        &stage.run("benchmark list"),
        0,
        &["No baselines found in benchmarks/baselines"],
    );
}

#[track_caller]
fn check_refused(line: &str, code: i32, expected: &str) {
    let stage = Stage::new();
    let run = stage.run(line);
    assert_eq!(run.code, Some(code), "{run:?}");
    assert!(run.stderr.contains(expected), "{run:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    check_refused("benchmark quikc", 2, "unknown mode 'quikc'");
    check_refused("benchmark comparre", 2, "did you mean 'compare'?");
    check_refused(
        "benchmark baseline",
        2,
        "a baseline needs a name: -tag NAME",
    );
    check_refused("benchmark list -runs 3", 2, "-runs has no use in mode list");
    check_refused("benchmark run -fail", 2, "-fail has no use in mode run");
    check_refused("benchmark run x", 2, "mode run takes no 'x'");
    check_refused("benchmark compare a b", 2, "'b' is given, too");
    check_refused("benchmark -commands dgerp", 2, "did you mean 'dgrep'?");
    check_refused("benchmark -runs 0", 2, "-runs");
}

#[test]
fn what_cannot_be_done_is_an_error() {
    check_refused(
        "benchmark compare",
        3,
        "no baseline in benchmarks/baselines",
    );
    check_refused("benchmark compare v9", 3, "'v9' is neither a file");
    check_refused("benchmark compare today/seconds", 3, "not a baseline of");
    check_refused(
        "benchmark compare testdata -quick -commands dgrep",
        3,
        "testdata has no dgrep",
    );
    check_refused("benchmark -quick -commands dmap", 3, "cannot find dmap");
}
