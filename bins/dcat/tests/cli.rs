//! dcat from outside.

mod harness;

use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use harness::{Harness, changing, documentation, listing};

fn dcat() -> Harness {
    Harness::new(env!("CARGO_BIN_EXE_dcat"))
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("memory never fails");
    encoder.finish().expect("memory never fails")
}

#[test]
fn plain_gives_the_bytes_and_the_final_line_end() {
    let bytes = b"one\r\n\n\0two \xff\xfe\n \nthree";
    dcat()
        .file("a", bytes)
        .run("-plain a")
        .is(0, [bytes.as_slice(), b"\n"].concat(), "");
    dcat().file("a", "").run("-plain a").is(0, "", "");
    dcat().file("a", "\n").run("-plain a").is(0, "\n", "");
}

#[test]
fn a_header_says_where_a_line_comes_from() {
    let harness = dcat()
        .file("d/a.log", "one\n\ntwo")
        .file("e/a.log", "three\n");
    let expected =
        "REMOTE|host|100|1|a.log|one\nREMOTE|host|100|2|a.log|\nREMOTE|host|100|3|a.log|two\n";
    harness.run("d/a.log").is(0, expected, "");
    let expected = "REMOTE|host|100|1|d|one\nREMOTE|host|100|2|d|\nREMOTE|host|100|3|d|two\nREMOTE|host|100|1|e|three\n";
    harness.run("*/a.log").is(0, expected, "");
    harness
        .run_with("", "x")
        .is(0, "REMOTE|host|100|1|-|x\n", "");
}

#[test]
fn files_come_in_the_order_of_the_arguments() {
    let harness = dcat().file("a", "1\n").file("b", "2\n").file("c", "3");
    harness.run("b a -plain c").is(0, "2\n1\n3\n", "");
    harness
        .run("-plain --files c,b a a")
        .is(0, "3\n2\n1\n1\n", "");
    harness
        .run_with("-plain a - b", "in\n")
        .is(0, "1\nin\n2\n", "");
    harness.run("--plain [a-b]").is(0, "1\n2\n", "");
}

#[test]
fn a_bad_file_is_reported_and_the_others_are_done() {
    let harness = dcat().file("a", "1\n").file("d/x", "").file("bad.gz", "no");
    let expected = "dcat: gone: no such file\ndcat: d: is a directory\ndcat: z*: no such file\n";
    harness.run("-plain gone d z* a").is(1, "1\n", expected);
    harness
        .run("-plain a /dev/null a")
        .is(1, "1\n1\n", "dcat: /dev/null: is a device or socket\n");
    let cut = gzip(b"one\ntwo\n");
    let harness = harness.file("cut.gz", &cut[..cut.len() - 6]);
    let expected = "dcat: cut.gz: compressed data ends too early\n";
    harness
        .run("-plain cut.gz a")
        .is(1, "one\ntwo\n1\n", expected);
}

#[test]
fn files_that_change_are_read_as_they_are_then() {
    changing::check(&dcat(), "dcat", "-plain", 1);
}

#[test]
fn a_query_is_no_file() {
    let harness = dcat().file("a", "1\n").file("select me", "2\n");
    let refused = "dcat: `Select x from a`: queries are for dmap and dtail\n";
    harness
        .run_words(&["Select x from a", "a"], "")
        .is(2, "", refused);
    harness
        .run_words(&["-plain", "select me"], "")
        .is(0, "2\n", "");
}

#[test]
fn compressed_files_are_shown_as_they_were() {
    let text: String = (0..50_000)
        .map(|number| format!("line {number}\n"))
        .collect();
    let harness = dcat()
        .file("a.gz", gzip(text.as_bytes()))
        .file("b.log.gzip", gzip(b"x\n"));
    harness
        .run("-plain a.gz b.log.gzip")
        .is(0, text + "x\n", "");
}

#[test]
fn lines_over_the_limit_are_split() {
    let line = "x".repeat(2615);
    let text = format!("short\n{line}\nend\n");
    let expected = format!(
        "short\n{0}\n{0}\n{1}\nend\n",
        "x".repeat(1024),
        "x".repeat(567)
    );
    let harness = dcat()
        .environment("DTAIL_INTEGRATION_TEST_RUN_MODE", "yes")
        .file("a", text);
    harness.run("-plain a").is(
        0,
        expected,
        "dcat: a: 1 line was over the limit and split\n",
    );
    let exact = dcat().file("a", "x".repeat(1 << 20) + "\n");
    exact.run("-plain a").is(0, "x".repeat(1 << 20) + "\n", "");
}

#[test]
fn lines_of_a_pipe_are_shown_as_they_come() {
    let harness = dcat();
    let mut command = harness.command("-plain");
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    for line in ["one\n", "two\n"] {
        input.write_all(line.as_bytes()).expect("the program reads");
        let mut got = String::new();
        output.read_line(&mut got).expect("the program writes");
        assert_eq!(got, line);
    }
    drop(input);
    assert!(child.wait().expect("the program ends").success());
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let harness = dcat().file("a", "line\n".repeat(200_000));
    let mut child = harness
        .command("-plain a")
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let outcome = child.wait_with_output().expect("the program ends");
    assert_eq!((outcome.status.code(), outcome.stderr.len()), (Some(0), 0));
}

#[test]
fn colours_come_only_when_asked_for_or_on_a_terminal() {
    let harness = dcat().file("a", "ERROR: x\n");
    harness.run("a").is(0, "REMOTE|host|100|1|a|ERROR: x\n", "");
    harness
        .run("-color always -noColor a")
        .is(0, "REMOTE|host|100|1|a|ERROR: x\n", "");
    harness
        .run("-color=always -plain a")
        .is(0, "ERROR: x\n", "");
    let outcome = harness.run("-color always a");
    let painted = "\u{1b}[37m\u{1b}[41m\u{1b}[1mERROR: x\u{1b}[0m\u{1b}[49m\u{1b}[39m\n";
    outcome.holds(
        outcome.stdout_text().ends_with(painted),
        "the severity has a colour",
    );
}

#[test]
fn a_file_is_not_shown_into_itself() {
    let harness = dcat().file("a", "one\n").file("b", "two\n");
    let b = harness.path().join("b");
    let append = || {
        std::fs::File::options()
            .append(true)
            .open(&b)
            .expect("the file exists")
    };
    let mut command = harness.command("-plain a b -");
    command
        .stdin(std::fs::File::open(&b).expect("the file exists"))
        .stdout(append());
    let outcome = command.output().expect("the program ends");
    let expected = "dcat: b: is also the output\ndcat: -: is also the output\n";
    assert_eq!(String::from_utf8_lossy(&outcome.stderr), expected);
    assert_eq!(
        std::fs::read_to_string(&b).expect("the file exists"),
        "two\none\n"
    );
}

#[test]
fn standard_input_may_be_a_file_read_from_before() {
    let harness = dcat().file("a", "one\ntwo\nthree\n");
    for (skipped, expected) in [(0, "one\ntwo\nthree\n"), (4, "two\nthree\n")] {
        let mut input = std::fs::File::open(harness.path().join("a")).expect("the file exists");
        input
            .seek(SeekFrom::Start(skipped))
            .expect("a regular file");
        let mut command = harness.command("-plain");
        let outcome = command.stdin(input).output().expect("the program ends");
        assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected);
    }
}

#[test]
fn a_full_disk_is_reported() {
    let harness = dcat().file("a", "one\n");
    let mut command = harness.command("-plain a");
    command.stdout(std::fs::File::create("/dev/full").expect("a full device"));
    let outcome = command.output().expect("the program ends");
    let reason = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert!(
        reason == "dcat: standard output: no space left on device\n",
        "{reason}"
    );
    assert_eq!(outcome.status.code(), Some(1));
}

#[test]
fn messages_can_be_dropped() {
    dcat().run("-logger none gone").is(1, "", "");
    dcat().run("-logLevel FATAL gone").is(1, "", "");
}

#[test]
fn wrong_usage_ends_with_one_line_and_2() {
    dcat()
        .run("-nosuch")
        .is(2, "", "dcat: unknown flag -nosuch, -h lists the flags\n");
    dcat()
        .run("-plian x")
        .is(2, "", "dcat: unknown flag -plian, did you mean -plain?\n");
    dcat()
        .run("-servers a:1 x")
        .is(2, "", "dcat: -servers: servers are not built yet\n");
}

#[test]
fn the_version_goes_to_standard_output() {
    let version = format!("DTail {} dcat\n", env!("CARGO_PKG_VERSION"));
    dcat().run("-version").is(0, &version, "");
    dcat().run("x --version").is(0, &version, "");
}

#[test]
fn help_manual_and_completions_know_the_flags() {
    documentation::check(&dcat(), "dcat");
    let (short, full) = (
        dcat().run("-h").stdout_text(),
        dcat().run("--help").stdout_text(),
    );
    assert!(!short.contains("agentKeyIndex") && full.contains("agentKeyIndex"));
}

#[test]
fn there_are_completions_for_three_shells() {
    for (shell, command) in [
        ("bash", "complete -F _dcat dcat"),
        ("zsh", "compdef _dcat dcat"),
        ("fish", "complete -c dcat "),
    ] {
        let script = dcat()
            .run(&format!("-completions {shell}"))
            .is_printed(shell);
        assert!(script.contains(command), "{script}");
    }
    let reason = "invalid value 'tcsh' for '-completions <SHELL>': expected one of bash, zsh, fish";
    dcat()
        .run("-completions tcsh")
        .is(2, "", &format!("dcat: {reason}\n"));
}

#[test]
fn profiling_changes_neither_output_nor_status() {
    let harness = dcat().file("a", "one\ntwo\n");
    for flags in [
        "-profile",
        "-cpuprofile -profiledir p/q",
        "-memprofile -quiet",
    ] {
        let outcome = harness.run(&format!("{flags} -plain a gone"));
        outcome.holds(outcome.stdout_text() == "one\ntwo\n", "the output");
        let quiet = outcome.stderr_text() == "dcat: gone: no such file\n";
        outcome.holds(
            quiet == flags.contains("quiet"),
            "metrics on standard error",
        );
    }
    assert!(!listing(&harness.path().join("p/q")).is_empty());
}

#[test]
fn profiling_that_cannot_start_is_a_warning() {
    let harness = dcat().file("a", "one\n");
    let outcome = harness.run("-profile -profiledir a/b -plain a");
    outcome.holds(outcome.stdout_text() == "one\n", "the output");
    outcome.holds(outcome.stderr_text().starts_with("dcat: "), "a warning");
    outcome.holds(listing(harness.path()).len() == 1, "no further file");
}

#[test]
fn messages_and_output_go_to_the_log_file_when_asked() {
    let is_log = |harness: &Harness, expected: &str| {
        let files = listing(&harness.path().join("logs"));
        assert_eq!(files.len(), 1, "{files:?}");
        let log = std::fs::read_to_string(&files[0]).expect("a log");
        let mut lines: Vec<String> = log.lines().map(str::to_owned).collect();
        for line in &mut lines {
            let parts: Vec<&str> = line.split('|').collect();
            if let [client, host, level, time, text] = parts[..] {
                assert_eq!(time.len(), "1231-235959".len(), "{time}");
                *line = [client, host, level, text].join("|");
            }
        }
        assert_eq!(lines.join("\n"), expected);
    };
    let missing = "CLIENT|host.example.org|ERROR|b: no such file";
    let harness = dcat().file("a", "1\n");
    let on_stderr = "dcat: b: no such file\n";
    harness
        .run("-plain -logger fout -logDir logs a b")
        .is(1, "1\n", on_stderr);
    is_log(&harness, missing);
    let harness = dcat().file("a", "1\n");
    harness
        .run("-plain -logger FILE -logDir logs a b")
        .is(1, "1\n", "");
    is_log(&harness, missing);
    let harness = dcat().file("a", "1\n");
    harness
        .run("-plain -logger file -logDir logs -log-payload a")
        .is(0, "1\n", "");
    is_log(&harness, "1");
    let reason = "dcat: -log-payload: there is no log file, use -logger fout or file\n";
    harness.run("-log-payload a").is(2, "", reason);
    let outcome = harness.run("-logger fout -logDir a a");
    let text = outcome.stderr_text();
    let is_told =
        text.starts_with("dcat: log file a/") && text.ends_with(".log: not a directory\n");
    outcome.holds(is_told, "what is wrong with the log file");
}

#[test]
fn a_configuration_file_holds_unless_flags_say_otherwise() {
    let config = r#"{"Common": {"Logger": "file", "LogDir": "~/logs", "LogRotation": "never"},
        "Server": {"MaxLineLength": 3, "Permissions": {}}}"#;
    let harness = dcat().file("home/.dtail.conf", config).file("a", "12345\n");
    let home = harness.path().join("home");
    let run = |args: &str, test_mode: bool| {
        let mut command = harness.command(args);
        command
            .env("HOME", &home)
            .env("DTAIL_HOSTNAME_OVERRIDE", "h");
        if test_mode {
            command.env("DTAIL_INTEGRATION_TEST_RUN_MODE", "yes");
        }
        let output = command.output().expect("it runs");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    assert_eq!(run("-plain a", false), "123\n45\n");
    let log = std::fs::read_to_string(home.join("logs/dcat.log")).expect("a log");
    assert!(
        log.ends_with("|a: 1 line was over the limit and split\n"),
        "{log}"
    );
    let split = "123\n45\ndcat: a: 1 line was over the limit and split\n";
    assert_eq!(run("-plain -logger stdout a", false), split);
    assert_eq!(run("-plain -logger none a", true), "12345\n");
    assert_eq!(run("-plain -cfg none a", false), "12345\n");
}

#[test]
fn a_configuration_file_that_is_wrong_is_told_with_its_line() {
    let harness = dcat()
        .file("c", "{\"Common\":\n{\"LogDir\": 1}}")
        .file("a", "1\n");
    let reason = "dcat: c:2: Common.LogDir: expected a text, not 1\n";
    harness.run("-cfg c a").is(2, "", reason);
    harness
        .run("-cfg missing a")
        .is(2, "", "dcat: missing: no such file\n");
}

#[test]
fn colours_can_be_chosen() {
    let config = r#"{"Client": {"TermColors": {
        "Remote": {"DelimiterAttr": "None", "DelimiterBg": "Default", "DelimiterFg": "Red"},
        "Common": {"SeverityErrorAttr": "Blink"}}}}"#;
    let harness = dcat().file("c", config).file("a", "ERROR x\n");
    let shown = harness.run("-cfg c -color always a").stdout_text();
    let bar = "\u{1b}[31m\u{1b}[49m|\u{1b}[49m\u{1b}[39m";
    let text = "\u{1b}[37m\u{1b}[41m\u{1b}[5mERROR x\u{1b}[0m\u{1b}[49m\u{1b}[39m\n";
    assert!(shown.contains(&format!("{bar}{text}")), "{shown:?}");
    assert_eq!(shown.matches(bar).count(), 5, "{shown:?}");
}
