//! Verdicts as text for people, for programs, and for the services that run builds.

mod github;
mod json;
mod junit;
mod markdown;
mod table;

use super::verdict::{Outcome, Verdict, Verdicts};

/// The line that says what it all amounts to.
fn headline(verdicts: &Verdicts) -> String {
    let count = |verdict: Verdict| {
        let outcomes = verdicts.outcomes.iter();
        outcomes
            .filter(|outcome| outcome.verdict() == verdict)
            .count()
    };
    let kinds = [
        Verdict::Fail,
        Verdict::Unknown,
        Verdict::Warn,
        Verdict::New,
        Verdict::Gone,
        Verdict::Pass,
    ];
    let counts = kinds.map(|verdict| (verdict, count(verdict)));
    let texts = counts.iter().filter(|(_, count)| *count > 0);
    let texts: Vec<String> = texts
        .map(|(verdict, count)| format!("{count} {}", verdict.text()))
        .collect();
    let status = match verdicts.exit_status() {
        0 => "pass",
        1 => "fail",
        _ => "not judged",
    };
    format!("{status}: {}", texts.join(", "))
}

/// Gate and program.
fn title(outcome: &Outcome) -> String {
    match outcome.subject.as_str() {
        "" => outcome.gate.clone(),
        subject => format!("{} ({subject})", outcome.gate),
    }
}
