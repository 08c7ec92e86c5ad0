//! Verdicts as JUnit XML: a suite for each gate, a case for each function.

use std::fmt::Write;

use super::title;
use crate::gates::verdict::{Outcome, Verdict, Verdicts};

impl Verdicts {
    /// The verdicts as JUnit XML. What stops the build is a failure, what could not be judged is
    /// skipped unless it stops the build, and the rest are passed cases; the numbers are their
    /// output.
    pub fn junit(&self) -> String {
        let mut cases = String::new();
        let (mut tests, mut failures, mut skipped) = (0, 0, 0);
        for outcome in &self.outcomes {
            let suite = Suite::of(outcome);
            tests += suite.tests;
            failures += suite.failures;
            skipped += suite.skipped;
            cases += &suite.text;
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"profile gates\" tests=\"{tests}\" failures=\"{failures}\" \
             errors=\"0\" skipped=\"{skipped}\">\n{cases}</testsuites>\n"
        )
    }
}

struct Suite {
    text: String,
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Suite {
    fn of(outcome: &Outcome) -> Suite {
        let name = escaped(&title(outcome));
        let (mut cases, mut failures, mut skipped) = (String::new(), 0, 0);
        for judgement in &outcome.judgements {
            let function = escaped(&judgement.function);
            let said = format!(
                "{}: {} [{}]",
                judgement.verdict.text(),
                judgement.why,
                judgement.limit
            );
            let said = escaped(&said);
            let inner = if outcome.stops(judgement) {
                failures += 1;
                let kind = judgement.verdict.text();
                format!("<failure message=\"{said}\" type=\"{kind}\">{said}</failure>")
            } else if judgement.verdict == Verdict::Unknown {
                skipped += 1;
                format!("<skipped message=\"{said}\"/>")
            } else {
                format!("<system-out>{said}</system-out>")
            };
            let _ = writeln!(
                cases,
                "    <testcase classname=\"{name}\" name=\"{function}\">{inner}</testcase>"
            );
        }
        let tests = outcome.judgements.len();
        Suite {
            text: format!(
                "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" \
                 errors=\"0\" skipped=\"{skipped}\">\n{cases}  </testsuite>\n"
            ),
            tests,
            failures,
            skipped,
        }
    }
}

/// `text` within XML, attributes included. Characters that XML cannot hold become a question mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(out, "&#{};", character as u32);
            }
            '\u{fffe}' | '\u{ffff}' => out.push('?'),
            control if control < ' ' => out.push('?'),
            other => out.push(other),
        }
    }
    out
}
