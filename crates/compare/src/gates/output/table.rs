//! Verdicts as a table for people.

use std::fmt::Write;

use super::{headline, title};
use crate::gates::verdict::{Judgement, Outcome, Verdict, Verdicts};

impl Verdicts {
    /// The verdicts as a table: a line for each gate, and for each function worth one. `fit` makes
    /// a text fit to be printed behind so many columns.
    pub fn table(&self, fit: impl Fn(&str, usize) -> String) -> String {
        let mut text = String::new();
        for outcome in &self.outcomes {
            let head = format!("{:<8}", outcome.verdict().text());
            let title = fit(&title(outcome), head.len());
            let _ = writeln!(text, "{head}{title}{}", evidence(outcome));
            for judgement in &outcome.judgements {
                write_judgement(&mut text, judgement, outcome, &fit);
            }
        }
        text + &headline(self) + "\n"
    }
}

fn write_judgement(
    text: &mut String,
    judgement: &Judgement,
    outcome: &Outcome,
    fit: &impl Fn(&str, usize) -> String,
) {
    let head = format!("  {:<8}", judgement.verdict.text());
    let function = fit(&judgement.function, head.len());
    let _ = writeln!(text, "{head}{function}");
    let more = match outcome.unremarkable {
        0 => String::new(),
        n if judgement.verdict == Verdict::Pass => format!("; {n} more pass"),
        _ => String::new(),
    };
    let _ = writeln!(
        text,
        "          {}{more} [{}]",
        judgement.why, judgement.limit
    );
}

/// What the outcome rests on.
fn evidence(outcome: &Outcome) -> String {
    let samples = outcome
        .samples
        .map(|samples| format!("{samples:.0} samples"));
    let runs = match outcome.runs {
        (0, 0) => None,
        (0, 1) => Some("1 run".to_owned()),
        (0, new) => Some(format!("{new} runs")),
        (old, new) => Some(format!("{new} runs against {old}")),
    };
    let parts: Vec<String> = runs.into_iter().chain(samples).collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    }
}
