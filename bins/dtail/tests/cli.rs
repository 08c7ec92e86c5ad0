//! dtail from outside.

#[path = "../../dcat/tests/harness/mod.rs"]
mod harness;
mod running;

use std::fs;
use std::os::unix::process::ExitStatusExt;

use dtail_profile::Profile;
use harness::{Harness, documentation};
use running::Running;

fn dtail() -> Harness {
    Harness::new(env!("CARGO_BIN_EXE_dtail"))
}

#[test]
fn lines_come_once_whatever_becomes_of_the_file() {
    let mut tail = Running::start(&["-plain", "-lines", "1", "a.log"], &[("a.log", "1\n2\n")]);
    tail.prints("2\n");
    tail.append("a.log", "3\n4");
    tail.prints("3\n");
    tail.append("a.log", "\n\n");
    tail.prints("4\n\n");
    tail.rename("a.log", "a.log.1");
    tail.append("a.log.1", "5\n");
    tail.prints("5\n");
    tail.append("a.log", "6\n");
    tail.prints("6\n");
    tail.append("a.log.1", "7\n");
    tail.prints("7\n");
    fs::write(tail.path("a.log"), "8 is longer than what was there\n").expect("a file");
    tail.prints("8 is longer than what was there\n");
    tail.signal("TERM");
    let (status, rest, _) = tail.ends();
    assert_eq!((status.signal(), rest.as_str()), (Some(15), ""));
}

#[test]
fn what_is_left_of_a_file_that_is_cut_short_does_not_come_again() {
    let mut tail = Running::start(&["-plain", "-lines=9", "a.log"], &[("a.log", "1\n2\n3\n")]);
    tail.prints("1\n2\n3\n");
    tail.cut("a.log", 2);
    tail.append("a.log", "4\n");
    tail.prints("4\n");
    tail.cut("a.log", 0);
    tail.append("a.log", "5\n6");
    tail.prints("5\n");
    tail.signal("TERM");
    let (status, rest, _) = tail.ends();
    assert_eq!((status.signal(), rest.as_str()), (Some(15), "6\n"));
}

#[test]
fn a_copy_made_before_a_file_is_cut_has_no_line_again() {
    let args = ["-plain", "-lines=9", "a.log*"];
    let mut tail = Running::start(&args, &[("a.log", "1\n2\n")]);
    tail.prints("1\n2\n");
    for round in 0..3 {
        let copied = fs::copy(tail.path("a.log"), tail.path(&format!("a.log.{round}")));
        copied.expect("a copy");
        tail.cut("a.log", 0);
        let line = format!("{round} after the cut\n");
        tail.append("a.log", &line);
        tail.prints(&line);
    }
    tail.append("a.log.1", "late\n");
    tail.prints("late\n");
    tail.signal("TERM");
    let (status, rest, _) = tail.ends();
    assert_eq!((status.signal(), rest.as_str()), (Some(15), ""));
}

#[test]
fn the_last_line_comes_without_its_end_when_time_is_up() {
    dtail()
        .file("a", "1\n2")
        .run("-plain -lines 1 -shutdownAfter 1 a")
        .is(0, "1\n2\n", "");
    dtail()
        .file("a", "1\nx2")
        .run("-plain -grep x -timeout 1 a")
        .is(0, "x2\n", "");
    let query = [
        "-output=csv",
        "-timeout=1",
        "select count($line),k group by k logformat csv",
        "a",
    ];
    dtail()
        .file("a", "k\nx")
        .run_words(&query, "")
        .is(0, "count($line),k\n1,x\n", "");
}

#[test]
fn files_may_come_later_and_lines_are_numbered_from_the_start_of_following() {
    let mut tail = Running::start(
        &["-lines", "2", "*.log", "later"],
        &[("a.log", "0\n1\n2\n")],
    );
    tail.prints("REMOTE|host|100|1|a.log|1\nREMOTE|host|100|2|a.log|2\n");
    tail.append("b.log", "b\n");
    tail.prints("REMOTE|host|100|1|b.log|b\n");
    tail.append("later", "l\n");
    tail.prints("REMOTE|host|100|1|later|l\n");
    tail.append("a.log", "3\n");
    tail.prints("REMOTE|host|100|3|a.log|3\n");
    assert_eq!(tail.stderr(), "dtail: later: no such file\n");
    tail.signal("TERM");
    assert_eq!(tail.ends().0.signal(), Some(15));
}

#[test]
fn matches_have_their_window_and_their_limit() {
    let args = [
        "-plain", "-lines", "9", "-grep", "x[0-9]", "-before", "1", "-max", "2", "a.log",
    ];
    let mut tail = Running::start(&args, &[("a.log", "a\nb\nx1\n")]);
    tail.prints("b\nx1\n");
    tail.append("a.log", "c\nd\n");
    tail.append("a.log", "x2\nx3\n");
    tail.prints("d\nx2\n");
    let (status, rest, _) = tail.ends();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
}

#[test]
fn what_cannot_be_followed_is_said_and_ends_it_when_nothing_is_left() {
    dtail()
        .file("d/a", "")
        .file("a.gz", "")
        .file("b.zst", "")
        .run("d a.gz b.zst /dev/null")
        .is(
            1,
            "",
            "dtail: d: is a directory\n\
         dtail: a.gz: is compressed and cannot be followed\n\
         dtail: b.zst: is compressed and cannot be followed\n\
         dtail: /dev/null: is a device or socket\n",
        );
}

#[test]
fn wrong_usage_is_told_before_anything_is_followed() {
    let reason = "dtail: -grep [: missing closing ]\n";
    dtail()
        .run_words(&["-grep", "[", "a"], "")
        .is(2, "", reason);
    let query = ["select count($line)", "-grep", "x", "a"];
    let reason =
        "dtail: -query: a pattern selects lines to print; in a query the `where` clause does\n";
    dtail().run_words(&query, "").is(2, "", reason);
    let reason = "dtail: -checkHealth: the health check is a program of its own, dtailhealth, which is not built yet\n";
    dtail().run("-checkHealth").is(2, "", reason);
}

#[test]
fn standard_input_is_followed_to_its_end() {
    dtail().run_with("-plain -", "1\n\n2").is(0, "1\n\n2\n", "");
    dtail()
        .run_with("-plain -max 1 -grep 2", "1\n2\n2\n")
        .is(0, "2\n", "");
    let query = ["select count($line)", "-output", "csv"];
    dtail()
        .run_words(&query, "1\n1\n")
        .is(0, "count($line)\n2\n", "");
}

#[test]
fn time_may_be_limited() {
    for limit in [
        "-shutdownAfter 1",
        "-timeout 1",
        "-timeout 1 -shutdownAfter 0",
    ] {
        dtail()
            .file("a", "1\n")
            .run(&format!("-plain -lines 1 {limit} a"))
            .is(0, "1\n", "");
    }
}

#[test]
fn a_result_is_that_of_its_interval() {
    let query = "select count($line),$line group by $line interval 1";
    let mut tail = Running::start(
        &["-output=csv", "-lines=2", query, "a.log"],
        &[("a.log", "a\nb\n")],
    );
    tail.prints("count($line),$line\n1,a\n1,b\n");
    tail.append("a.log", "a\n");
    tail.prints("count($line),$line\n1,a\n");
    tail.append("a.log", "c\n");
    tail.append("a.log", "c\n");
    tail.prints_something_with(",c");
    tail.signal("TERM");
    assert_eq!(tail.ends().0.signal(), Some(15));
}

#[test]
fn an_outfile_has_everything_and_the_columns_are_known_from_the_header() {
    let query = "select sum(n),k group by k interval 1 logformat csv outfile out.csv";
    let tail = Running::start(
        &["-lines=1", query, "a.csv"],
        &[("a.csv", "k,n\nx,1\ny,2\n")],
    );
    let shows = |expected: &str| {
        while fs::read_to_string(tail.path("out.csv")).unwrap_or_default() != expected {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    shows("sum(n),k\n2.000000,y\n");
    tail.append("a.csv", "y,5\n");
    shows("sum(n),k\n7.000000,y\n");
    tail.append("a.csv", "x,8\n");
    tail.rename("a.csv", "b.csv");
    tail.append("a.csv", "n,k\n100,x\n");
    shows("sum(n),k\n108.000000,x\n7.000000,y\n");
    tail.signal("TERM");
    let (status, rest, directory) = tail.ends();
    assert_eq!((status.signal(), rest.as_str()), (Some(15), ""));
    let left = fs::read_dir(&directory).expect("it is there").flatten();
    let mut left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    left.sort_unstable();
    assert_eq!(
        left,
        ["a.csv", "b.csv", "out.csv", "out.csv.query", "stderr"]
    );
}

#[test]
fn it_ends_quietly_when_nobody_reads_any_more() {
    let mut tail = Running::start(&["-plain", "-lines=1", "a.log"], &[("a.log", "1\n")]);
    tail.prints("1\n");
    let (mut child, directory) = tail.close_output();
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let stderr = fs::read_to_string(directory.path().join("stderr"));
    assert_eq!(stderr.expect("it is there"), "");
}

#[test]
fn its_own_output_is_not_followed() {
    let harness = dtail().file("a.log", "1\n");
    let out = fs::File::create(harness.path().join("out.log")).expect("a file");
    let mut command = harness.command("-plain -lines 1 -shutdownAfter 1 *.log");
    let status = command.stdout(out).output().expect("it runs");
    assert_eq!(
        String::from_utf8_lossy(&status.stderr),
        "dtail: out.log: is also the output\n"
    );
    let printed = fs::read_to_string(harness.path().join("out.log")).expect("a file");
    assert_eq!((status.status.code(), printed.as_str()), (Some(1), "1\n"));
}

#[test]
fn a_signal_leaves_complete_profiles_with_their_labels() {
    let args = [
        "-plain",
        "-quiet",
        "-profile",
        "-profiledir",
        "p",
        "-memprofilerate",
        "1",
        "-lines=1",
        "a.log",
    ];
    let mut tail = Running::start(&args, &[("a.log", "1\n")]);
    tail.prints("1\n");
    tail.signal("TERM");
    let (status, _, directory) = tail.ends();
    assert_eq!(status.signal(), Some(15));
    let profiles: Vec<Profile> = fs::read_dir(directory.path().join("p"))
        .expect("the profiles have a directory")
        .map(|entry| fs::read(entry.expect("an entry").path()).expect("a profile"))
        .map(|bytes| Profile::decode(&bytes).expect("complete"))
        .collect();
    assert_eq!(profiles.len(), 4);
    for profile in &profiles {
        let comments = profile
            .comments
            .iter()
            .map(|comment| profile.text(*comment));
        let comments = comments.collect::<Vec<_>>().join("\n");
        assert!(
            comments.contains("# dtail.files=1\n# dtail.bytes=2\n# dtail.lines=1"),
            "{comments}"
        );
    }
}

#[test]
fn samples_carry_the_file_and_the_stage() {
    let lines = "a line of some length, so that there is something to look at\n".repeat(400_000);
    let args = [
        "-lines=1000000",
        "-grep=l[o]+k",
        "-noColor",
        "-quiet",
        "-cpuprofile",
        "-profiledir=p",
        "-max=400000",
        "a.log",
    ];
    let harness = dtail().file("a.log", lines);
    let outcome = harness.run(&args.join(" "));
    outcome.holds(
        outcome.stdout_text().lines().count() == 400_000,
        "all lines",
    );
    let mut profiles = fs::read_dir(harness.path().join("p")).expect("the profiles");
    let profile = profiles.next().expect("one").expect("an entry").path();
    let profile = Profile::decode(&fs::read(profile).expect("a profile")).expect("complete");
    assert!(has_label(&profile, "file", "a.log"));
    assert!(has_label(&profile, "stage", "search") && has_label(&profile, "stage", "write"));
}

fn has_label(profile: &Profile, key: &str, text: &str) -> bool {
    let mut labels = profile.samples.iter().flat_map(|sample| sample.labels);
    labels.any(|label| profile.text(label.key) == key && profile.text(label.text) == text)
}

#[test]
fn colours_can_be_looked_at() {
    let table = dtail().run("-colorTable").stdout_text();
    let first = "\u{1b}[30m\u{1b}[41m\u{1b}[1m Foreground:     Black  |  Background:       Red  |  Attribute:      Bold \u{1b}[0m\u{1b}[49m\u{1b}[39m";
    assert_eq!(
        (table.lines().count(), table.lines().next()),
        (576, Some(first))
    );
    let wide = dtail().run("-wideColorTable").stdout_text();
    assert_eq!(wide.lines().count(), 1152);
}

#[test]
fn help_manual_and_completions_know_the_flags() {
    documentation::check(&dtail(), "dtail");
}
