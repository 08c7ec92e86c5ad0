//! What every program says about itself: help, manual page and completions, which know the same flags.

use super::Harness;

/// Sections of every manual page, in their order; others may stand between them.
const SECTIONS: [&str; 7] = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "FLAGS",
    "EXAMPLES",
    "EXIT STATUS",
    "SEE ALSO",
];

/// Checks the help, the manual page and the completions of the program called `name`.
#[track_caller]
pub(crate) fn check(harness: &Harness, name: &str) {
    let [short, full, man] =
        ["-h", "--help", "-man"].map(|flag| harness.run(flag).is_printed(flag));
    let head = format!("Examples:\n  {name} ");
    assert!(
        short.starts_with(&head) && full.starts_with(&head),
        "{short}"
    );
    let examples = short.split("\n\n").next().unwrap_or_default();
    assert_eq!(
        examples.matches(&format!("\n  {name} ")).count(),
        3,
        "{short}"
    );
    assert!(short.len() < full.len());
    for line in short.lines().chain(full.lines()) {
        assert!(line.chars().count() <= 100, "{line}");
    }
    check_page(&man);
    for flag in flags(&full) {
        let term = flag.replace('-', "\\-");
        assert!(
            man.contains(&format!("\\fB{term}\\fR")),
            "{flag} is not in the page"
        );
        // At the letter, those too that the short help leaves out.
        let proposed = harness.run_words(&["--__complete", "fish", &flag], "");
        let found = proposed.stdout_text().contains(&format!("\n{flag}\t"));
        proposed.holds(found, &flag);
    }
}

/// The names of the flags in a help, with their dashes.
fn flags(help: &str) -> Vec<String> {
    let terms = help.lines().filter_map(|line| line.strip_prefix("  -"));
    let names = terms.filter_map(|term| term.split_whitespace().next());
    let flags: Vec<String> = names
        .filter(|name| *name != "h,")
        .map(|name| format!("-{name}"))
        .collect();
    assert!(flags.len() > 20, "the flags are not recognised: {flags:?}");
    flags
}

/// Every line is a known macro or text, and all sections are there.
#[track_caller]
fn check_page(page: &str) {
    let mut sections = SECTIONS.iter().peekable();
    for line in page.lines() {
        let macro_name = line
            .strip_prefix('.')
            .and_then(|line| line.split(' ').next());
        let is_known = macro_name
            .is_none_or(|name| ["TH", "SH", "TP", "IP", "PP", "nf", "fi", "br"].contains(&name));
        assert!(is_known && !line.starts_with('\''), "{line}");
        let title = line
            .strip_prefix(".SH ")
            .map(|title| title.trim_matches('"'));
        sections.next_if(|expected| title == Some(**expected));
    }
    assert_eq!(sections.next(), None, "{page}");
}
