//! `dtail-tools profile -mode quick` with programs that only pretend to work:
//! how it chooses passes, and what it says when things go wrong.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::tools::{Run, Tools, cpu_profile};

/// Where the process id goes in a profile: as long as the stand-in pads it to.
const PID: &str = "0123456789";

/// A directory with stand-ins for the programs, on PATH, and a copy of
/// `dtail-tools` that has no program beside it.
struct Stage {
    tools: Tools,
    exe_dir: tempfile::TempDir,
}

impl Stage {
    fn new(programs: &[&str]) -> Stage {
        let tools = Tools::new();
        halves(&tools, "few", 20);
        halves(&tools, "many", 230);
        fs::create_dir(tools.path("bin")).unwrap();
        let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/programs/stand-in");
        for program in programs {
            symlink(&stand_in, tools.path("bin").join(program)).unwrap();
        }
        fs::create_dir(tools.path("testdata")).unwrap();
        for input in ["log_10MB.log", "csv_10MB.csv"] {
            let file = File::create(tools.path("testdata").join(input)).unwrap();
            file.set_len(10 << 20).unwrap();
        }
        let exe_dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        fs::hard_link(
            env!("CARGO_BIN_EXE_dtail-tools"),
            exe_dir.path().join("dtail-tools"),
        )
        .unwrap();
        Stage { tools, exe_dir }
    }

    fn run(&self, line: &str, manner: &str) -> Run {
        let mut command = Command::new(self.exe_dir.path().join("dtail-tools"));
        let path = format!("{}:/usr/bin:/bin", self.tools.path("bin").display());
        command
            .args(line.split_whitespace())
            .current_dir(self.tools.path(""))
            .env("PATH", path);
        command
            .env("STAND_IN", self.tools.path(""))
            .env("MANNER", manner)
            .env_remove("CARGO");
        Run::of(command.output().unwrap())
    }

    fn profiles(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.tools.path("profiles"));
        entries.map_or(Vec::new(), |found| {
            found.map(|entry| entry.unwrap().path()).collect()
        })
    }
}

/// Writes a CPU profile of `ticks` ticks as two files, what stands before the
/// process id and what stands behind.
fn halves(tools: &Tools, name: &str, ticks: i64) {
    let pid = format!("# dtail.pid={PID}");
    let bytes = cpu_profile(&[("main;work", ticks)], &[&pid]).encode();
    let at = bytes
        .windows(PID.len())
        .position(|part| part == PID.as_bytes())
        .unwrap();
    tools.write(&format!("{name}.head"), &bytes[..at]);
    tools.write(&format!("{name}.tail"), &bytes[at + PID.len()..]);
}

#[track_caller]
fn check_said(text: &str, expected: &[&str]) {
    for line in expected {
        assert!(text.contains(line), "{line:?} is missing in:\n{text}");
    }
}

#[test]
fn passes_are_added_until_the_profile_is_good_enough() {
    let stage = Stage::new(&["dcat", "dgrep", "dmap"]);
    let run = stage.run("profile", "");
    assert_eq!(run.code, Some(0), "{run:?}");
    let progress = [
        "Using testdata/log_10MB.log",
        "Running dcat -profile -profiledir profiles -plain -cfg none testdata/log_10MB.log",
        "  passes: 1, signals: 20,",
        "  passes: 13, signals: 20,",
        "  passes: 169, signals: 230,",
        "Running dmap -profile -profiledir profiles -plain -cfg none -query 'select count($line),",
    ];
    check_said(&run.stderr, &progress);
    check_said(
        &run.stdout,
        &["Total: 3 profiles", "230 signals: a share of 10%"],
    );
    assert_eq!(stage.profiles().len(), 3, "the others are removed");
}

#[test]
fn only_the_commands_asked_for_are_run_and_as_often_as_asked() {
    let stage = Stage::new(&["dgrep"]);
    let run = stage.run(
        "profile -commands dgrep -runs 2 -dir p -testdata testdata",
        "",
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    check_said(
        &run.stderr,
        &["Running dgrep -profile -profiledir p -plain"],
    );
    assert_eq!(run.stderr.matches("signals: 230,").count(), 2, "{run:?}");
    assert!(!run.stderr.contains("dcat"), "{run:?}");
}

#[test]
fn too_few_signals_are_admitted() {
    let stage = Stage::new(&["dcat"]);
    let run = stage.run("profile -commands dcat -timeout 1s", "dcat is idle");
    assert_eq!(run.code, Some(0), "{run:?}");
    check_said(&run.stderr, &["  Only 20 of 200 signals"]);
    check_said(&run.stdout, &["20 signals are few: a share of 10%"]);
    assert_eq!(stage.profiles().len(), 1);
}

#[test]
fn a_program_that_fails_does_not_stop_the_others() {
    let stage = Stage::new(&["dcat", "dgrep"]);
    for (manner, said) in [
        (
            "dcat fails",
            "dcat ended with status 1; it said: dcat: no such thing",
        ),
        ("dcat is silent", "dcat wrote no CPU profile"),
        (
            "dcat hangs",
            "dcat was stopped: it did not end within 300ms (-timeout)",
        ),
    ] {
        let run = stage.run("profile -commands dcat,dgrep -timeout 300ms", manner);
        assert_eq!(run.code, Some(1), "{run:?}");
        check_said(&run.stderr, &[said]);
        check_said(&run.stdout, &["dgrep_cpu_20261123_120000_"]);
    }
}

#[test]
fn a_missing_program_is_one_clear_line() {
    let run = Stage::new(&["dcat"]).run("profile", "");
    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(run.stdout, "");
    let expected = "dtail-tools profile: cannot find dgrep: neither in ";
    assert!(run.stderr.starts_with(expected), "{run:?}");
}
