//! Verdicts as annotations of GitHub Actions.

use super::title;
use crate::gates::verdict::{Judgement, Outcome, Verdicts};

/// GitHub shows ten annotations of a kind for each step; the last one says how many there are more.
const SHOWN: usize = 9;

impl Verdicts {
    /// The verdicts as workflow commands: what stops the build is an error, what is worth a look a
    /// warning, at most ten of each.
    pub fn github(&self) -> String {
        let stops = |outcome: &Outcome, judgement: &Judgement| outcome.stops(judgement);
        let warns = |outcome: &Outcome, judgement: &Judgement| outcome.warns(judgement);
        self.annotations("error", stops) + &self.annotations("warning", warns)
    }

    fn annotations(&self, kind: &str, is_one: impl Fn(&Outcome, &Judgement) -> bool) -> String {
        let mut lines = Vec::new();
        for outcome in &self.outcomes {
            for judgement in outcome.judgements.iter().filter(|j| is_one(outcome, j)) {
                let verdict = judgement.verdict.text();
                let head = property(&format!("{verdict} {}", title(outcome)));
                let (function, why) = (&judgement.function, &judgement.why);
                let said = data(&format!("{function}: {why} [{}]", judgement.limit));
                lines.push(format!("::{kind} title={head}::{said}\n"));
            }
        }
        let more = lines.len().saturating_sub(SHOWN);
        if more > 1 {
            lines.truncate(SHOWN);
            lines.push(format!("::{kind} title=profile gates::and {more} more\n"));
        }
        lines.concat()
    }
}

/// Text behind the second `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text of a property, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
