//! The words and flags of `dtail-tools`: what is taken, what is refused.

use crate::tools::Tools;

/// Checks that `line` is refused with status 2 and one line that begins so.
#[track_caller]
fn check_refused(line: &str, expected: &str) {
    let run = Tools::new().run(line);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(run.stderr.starts_with(expected), "{run:?}");
}

#[track_caller]
fn check_printed(line: &str, expected: &str) {
    let run = Tools::new().run(line);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.starts_with(expected), "{run:?}");
}

#[test]
fn unknown_words_are_refused_with_a_suggestion() {
    check_refused("", "dtail-tools: no command given");
    check_refused(
        "porfile",
        "dtail-tools: unknown command 'porfile'; did you mean 'profile'?",
    );
    check_refused(
        "list",
        "dtail-tools: unknown command 'list'; did you mean 'profile list'?",
    );
    check_refused(
        "server",
        "dtail-tools: unknown command 'server' (`dtail-tools help`",
    );
    check_refused(
        "profile lst",
        "dtail-tools profile: unknown mode 'lst'; did you mean 'list'?",
    );
    check_refused(
        "profile -mode lst",
        "dtail-tools profile: unknown mode 'lst'; did you mean",
    );
    check_refused(
        "profile list -dri p",
        "dtail-tools profile: unknown flag -dri",
    );
}

#[test]
fn modes_to_come_are_refused() {
    for mode in ["live", "collect"] {
        let refusal = format!("dtail-tools profile: mode '{mode}' is not built yet\n");
        check_refused(&format!("profile -mode {mode}"), &refusal);
        check_refused(&format!("profile {mode} a.prof"), &refusal);
    }
}

#[test]
fn no_flag_is_taken_and_ignored() {
    check_refused(
        "profile list -runs 3",
        "dtail-tools profile: -runs has no use in mode list",
    );
    check_refused(
        "profile list a.prof",
        "dtail-tools profile: mode list takes no file",
    );
    check_refused(
        "profile analyze a.prof -dir p",
        "dtail-tools profile: -dir has no use when",
    );
}

#[test]
fn help_begins_with_examples() {
    for line in [
        "help",
        "-h",
        "--help",
        "profile -h",
        "profile --help",
        "profile list -h",
    ] {
        check_printed(line, "Examples:\n  dtail-tools profile  ");
    }
}

#[test]
fn the_version_is_printed() {
    for line in ["-version", "--version", "version", "profile -version"] {
        check_printed(line, "DTail ");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    for (line, title) in [
        ("-man", ".TH DTAIL-TOOLS 1 "),
        ("profile -man", ".TH DTAIL-TOOLS-PROFILE 1 "),
        ("pprof -man", ".TH DTAIL-TOOLS-PPROF 1 "),
    ] {
        check_printed(line, title);
        let page = Tools::new().run(line).stdout;
        check_page(line, &page);
        for section in [
            "SYNOPSIS",
            "DESCRIPTION",
            "EXAMPLES",
            "EXIT STATUS",
            "SEE ALSO",
        ] {
            assert!(
                page.contains(&format!("\n.SH \"{section}\"\n")),
                "{line}: {section}"
            );
        }
    }
}

/// Every line is a known macro or text; no macro lacks its argument or its text, as `mandoc -T lint`
/// would say; and every flag of the full help is in the page.
#[track_caller]
fn check_page(line: &str, page: &str) {
    const MACROS: [&str; 8] = ["TH", "SH", "TP", "IP", "PP", "nf", "fi", "br"];
    let (mut before, mut is_verbatim) = ("", false);
    for text in page.lines() {
        let name = text
            .strip_prefix('.')
            .and_then(|rest| rest.split(' ').next());
        assert!(
            name.is_none_or(|name| MACROS.contains(&name)),
            "{line}: {text}"
        );
        assert!(
            !text.starts_with('\'') && text == text.trim_end(),
            "{line}: {text}"
        );
        is_verbatim = (is_verbatim || text == ".nf") && text != ".fi";
        assert!(
            is_verbatim || !text.is_empty(),
            "{line}: an empty line behind {before}"
        );
        assert!(text.len() <= 1000 && !text.contains('\t'), "{line}: {text}");
        let needs_text = [".TP", ".IP", ".PP"].contains(&before) || before.starts_with(".SH");
        let is_text = !text.starts_with('.') || text.starts_with(".TP") || text == ".nf";
        assert!(!needs_text || is_text, "{line}: nothing behind {before}");
        assert!(
            !(before == ".TP" && text.starts_with('.')),
            "{line}: .TP {text}"
        );
        before = text;
    }
    assert!(
        !before.starts_with('.') || before == ".fi",
        "{line}: {before}"
    );
    let fonts = page.matches("\\fB").count() + page.matches("\\fI").count();
    assert_eq!(fonts, page.matches("\\fR").count(), "{line}");
    let help = Tools::new().run(&line.replace("-man", "--help")).stdout;
    let terms = help.lines().filter_map(|text| text.strip_prefix("  -"));
    for term in terms.filter_map(|text| text.split([' ', ',', '=']).next()) {
        let flag = format!("-{term}").replace('-', "\\-");
        assert!(page.contains(&flag), "{line}: -{term}");
    }
}

#[test]
fn help_is_short_or_full() {
    for command in ["", "profile ", "pprof "] {
        let [short, full] =
            ["-h", "--help"].map(|flag| Tools::new().run(&format!("{command}{flag}")).stdout);
        let examples = short.split("\n\n").next().unwrap_or_default();
        assert_eq!(examples.matches("\n  dtail-tools ").count(), 3, "{short}");
        assert!(
            short.len() < full.len() && full.contains("\nExit status:\n"),
            "{full}"
        );
    }
}
