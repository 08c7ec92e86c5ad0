//! Profiling may fail; the command may not, and its output may not change.

use std::fs;

use crate::outcome::Outcome;
use crate::profile_set::complete_set;
use crate::stage::{Input, Output, Stage};

const LOG: &str = "\
    20261123-120000 INFO start\n\
    20261123-120001 ERROR first failure of user17\n\
    20261123-120002 INFO between\n\
    20261123-120003 WARN user18 waits\n\
    20261123-120004 INFO between again\n\
    20261123-120005 ERROR last failure, without an end of line";

fn stage() -> Stage {
    let stage = Stage::new();
    stage.write("a.log", LOG);
    stage.write("b.log", LOG.repeat(2000));
    stage.write("file", "in the way");
    stage
}

/// Output and status are those of the same command without profiling.
#[track_caller]
fn require_unharmed(stage: &Stage, args: &[&str], profiled: &Outcome) {
    let plain = stage.run(stage.dgrep(args));
    profiled
        .require(
            profiled.stdout == plain.stdout,
            format_args!("the output of\n{plain}"),
        )
        .require(
            profiled.status == plain.status,
            format_args!("the status of\n{plain}"),
        );
}

#[track_caller]
fn check_same(args: &[&str]) {
    let stage = stage();
    let profiled = stage.run(stage.dgrep(&[&["-profile", "-profiledir", "p"], args].concat()));
    require_unharmed(&stage, args, &profiled);
    complete_set(&stage.path("p"));
}

#[test]
fn output_and_status_are_the_same_with_profiling() {
    check_same(&["-regex", "ERROR", "a.log"]);
    check_same(&["-regex", "(ERROR|WARN).*user[0-9]+", "a.log", "b.log"]);
    check_same(&["-plain", "-regex", "ERROR", "-invert", "a.log", "b.log"]);
    check_same(&[
        "-regex", "WARN", "-before", "1", "-after", "1", "-max", "3", "b.log",
    ]);
    check_same(&["-regex", "nowhere", "a.log"]);
    check_same(&["-regex", "ERROR", "missing.log", "a.log"]);
    check_same(&["-quiet", "-regex", "ERROR", "a.log"]);
}

#[test]
fn standard_input_is_the_same_with_profiling() {
    let stage = stage();
    let run = |args: &[&str]| {
        let input = Input::Text(LOG.repeat(500).into_bytes());
        stage
            .start(stage.dgrep(args), input, Output::Collected)
            .finish()
    };
    let plain = run(&["-plain", "-regex", "user"]);
    let profiled = run(&["-profile", "-profiledir", "p", "-plain", "-regex", "user"]);
    profiled
        .require_status(0)
        .require(profiled.stdout == plain.stdout, "the same output");
    complete_set(&stage.path("p"));
}

/// Profiles that could not be written are said to be so, in lines that name the program.
#[track_caller]
fn require_warning(profiled: &Outcome) {
    let is_warning = |line: &str| line.starts_with("dgrep: ") && line.contains("profil");
    profiled.require(
        profiled.stderr.lines().any(is_warning),
        "a warning about the profiles",
    );
    profiled.require(!profiled.stderr.contains("panicked"), "no panic");
}

#[test]
fn a_directory_that_cannot_be_made() {
    for directory in ["file/p", "file", "/dev/null/p", "/proc/p"] {
        let stage = stage();
        let args = ["-regex", "ERROR", "a.log"];
        let profiled =
            stage.run(stage.dgrep(&[&["-profile", "-profiledir", directory], &args[..]].concat()));
        require_unharmed(&stage, &args, &profiled);
        require_warning(&profiled);
        let file = fs::read_to_string(stage.path("file"));
        profiled.require(
            file.is_ok_and(|text| text == "in the way"),
            "the file as it was",
        );
    }
}

/// Nothing is left in the directory of the profiles, whole or in part.
#[track_caller]
fn require_nothing_left(stage: &Stage, profiled: &Outcome) {
    let count = fs::read_dir(stage.path("p")).map_or(0, Iterator::count);
    profiled.require(count == 0, "no partial file");
}

/// Sets the limit of the size of files, in blocks of at least 512 bytes, and then runs.
#[track_caller]
fn check_file_size(limit: &str) {
    let stage = stage();
    let args = ["-regex", "ERROR", "a.log", "b.log"];
    let script =
        format!(r#"{limit}; exec "$DGREP" -profile -profiledir p -regex ERROR a.log b.log"#);
    let profiled = stage.run(stage.shell(&script));
    require_unharmed(&stage, &args, &profiled);
    require_warning(&profiled);
    require_nothing_left(&stage, &profiled);
}

#[test]
fn files_that_may_not_grow() {
    check_file_size("trap '' XFSZ; ulimit -f 0");
    check_file_size("trap '' XFSZ; ulimit -f 1");
}

/// By default the kernel kills who writes beyond the limit; the profiles may not be the reason.
#[test]
fn files_that_may_not_grow_on_pain_of_death() {
    check_file_size("ulimit -f 0");
    check_file_size("ulimit -f 1");
}

/// A file system without any space left, where the kernel lets a user make one; otherwise the limits
/// above have to do.
#[test]
fn a_full_disk() {
    let stage = stage();
    if !stage.run(stage.shell("unshare -Urm true")).status.success() {
        return;
    }
    let script = r#"mkdir p && mount -t tmpfs -o size=16k tmpfs p || exit 99
        head -c 100000 /dev/zero >p/filler 2>/dev/null
        "$DGREP" -profile -profiledir p -regex ERROR a.log b.log
        status=$?
        ls -A p >left
        exit "$status""#;
    let mut command = stage.shell(r#"exec unshare -Urm sh -c "$SCRIPT""#);
    command.env("SCRIPT", script);
    let profiled = stage.run(command);
    require_unharmed(&stage, &["-regex", "ERROR", "a.log", "b.log"], &profiled);
    require_warning(&profiled);
    let left = fs::read_to_string(stage.path("left")).expect("the script lists what is left");
    profiled.require(left == "filler\n", format_args!("no partial file: {left}"));
}
