//! Verdicts as Markdown: a step summary, or a comment on a change.

use super::{headline, title};
use crate::gates::verdict::Verdicts;
use crate::markdown;

/// What a program finds its earlier comment by.
const MARKER: &str = "<!-- dtail profile check -->";

/// GitHub refuses a step summary of more than a mebibyte; half of it leaves room for others.
const BYTES_MAX: usize = 512 << 10;

impl Verdicts {
    /// The verdicts as Markdown, at most half a mebibyte. The first line is a hidden mark by which
    /// a program finds its own comment, to replace it.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "{MARKER}\n### Profile gates: {}\n\n",
            markdown::cell(&headline(self))
        );
        text += &markdown::row(&[
            "verdict", "gate", "function", "baseline", "now", "limit", "why",
        ]);
        text += "|:---|:---|:---|---:|---:|:---|:---|\n";
        let mut left_out = 0;
        for outcome in &self.outcomes {
            for judgement in &outcome.judgements {
                let row = markdown::row(&[
                    format!("**{}**", judgement.verdict.text()),
                    markdown::cell(&title(outcome)),
                    markdown::code(&judgement.function),
                    markdown::cell(&outcome.figure(judgement.old)),
                    markdown::cell(&outcome.figure(judgement.new)),
                    markdown::cell(&judgement.limit),
                    markdown::cell(&judgement.why),
                ]);
                if text.len() + row.len() > BYTES_MAX {
                    left_out += 1;
                } else {
                    text += &row;
                }
            }
        }
        if left_out > 0 {
            text += &format!("\n{left_out} more lines did not fit.\n");
        }
        text
    }
}
