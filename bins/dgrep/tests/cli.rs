//! dgrep from outside.

#[path = "../../dcat/tests/harness/mod.rs"]
mod harness;

use harness::{Harness, changing, documentation};

fn dgrep() -> Harness {
    let lines: String = (1..=20).map(|number| format!("line {number}\n")).collect();
    Harness::new(env!("CARGO_BIN_EXE_dgrep")).file("a", lines)
}

/// The numbers of the lines printed with `args` from a file of twenty lines.
#[track_caller]
fn check(args: &str, expected: &[u32]) {
    let lines: String = expected
        .iter()
        .map(|number| format!("line {number}\n"))
        .collect();
    let status = i32::from(expected.is_empty());
    dgrep()
        .run(&format!("-plain {args} a"))
        .is(status, lines, "");
}

#[test]
fn the_pattern_is_found_anywhere_in_a_line() {
    check("-regex 9", &[9, 19]);
    check("-grep e.1$", &[1]);
    check("-grep ^line.2$|3", &[2, 3, 13]);
    check("-regex x", &[]);
    check("-grep 20 -regex 1", &[20]);
}

#[test]
fn invert_gives_the_other_lines() {
    check("-invert -grep 1", &[2, 3, 4, 5, 6, 7, 8, 9, 20]);
    check("-regex . -invert -max 2", &[1, 2]);
}

#[test]
fn windows_as_specified() {
    check("-grep 10 --before 2 --after 1", &[8, 9, 10, 11]);
    check("-regex e.1$ --max 1 --after 3", &[1, 2, 3, 4]);
    check("-regex e.[25]$ --max 1 --after 3", &[2, 3, 4]);
    check("-grep 9 -before=-1 -max 0x1", &[9]);
}

#[test]
fn headers_keep_the_numbers_of_the_lines() {
    let expected = "REMOTE|host|100|18|a|line 18\nREMOTE|host|100|19|a|line 19\n";
    dgrep().run("a -grep 19 -before 1").is(0, expected, "");
}

#[test]
fn the_status_says_whether_anything_matched() {
    dgrep().run("-plain -grep 20 a").is(0, "line 20\n", "");
    dgrep().run("-plain -grep nothing a").is(1, "", "");
    dgrep()
        .run("-plain -grep 20 gone a")
        .is(2, "line 20\n", "dgrep: gone: no such file\n");
    dgrep()
        .run("-plain -grep nothing gone")
        .is(2, "", "dgrep: gone: no such file\n");
}

#[test]
fn a_bad_pattern_is_wrong_usage() {
    dgrep()
        .run("-regex (a a")
        .is(2, "", "dgrep: -regex (a: missing closing )\n");
    dgrep()
        .run("-grep [ a")
        .is(2, "", "dgrep: -grep [: missing closing ]\n");
    let expected = "dgrep: -regex: no regular expression given\n";
    dgrep().run("-regex= a").is(2, "", expected);
}

#[test]
fn flags_of_grep_are_answered_with_what_they_are_called_here() {
    let check = |flag: &str, answer: &str| {
        let expected = format!("dgrep: unknown flag {flag}, {answer}\n");
        dgrep().run_words(&[flag, "x"], "").is(2, "", &expected);
    };
    check("-i", "did you mean -regex '(?i)...'?");
    check("-v", "did you mean -invert?");
    check("-A", "did you mean -after?");
    check("-n", "-h lists the flags");
}

#[test]
fn standard_input_is_searched() {
    dgrep()
        .run_with("-plain -grep b", "ab\ncd\nb")
        .is(0, "ab\nb\n", "");
    dgrep().run_with("-plain -grep b -", "").is(1, "", "");
}

#[test]
fn files_that_change_are_searched_as_they_are_then() {
    changing::check(&dgrep(), "dgrep", "-plain -regex [1-9b]|and|line", 2);
}

#[test]
fn bytes_that_are_no_text_are_found_and_kept() {
    let harness = dgrep().file("b", b"a\xff\0b\r\nc\n");
    harness.run("-plain -grep b b").is(0, b"a\xff\0b\r\n", "");
}

#[test]
fn help_manual_and_completions_know_the_flags() {
    documentation::check(&dgrep(), "dgrep");
}
