//! A diff as Markdown, for a comment on a change.

use super::{Diff, Finding};
use crate::markdown;
use crate::rows::Metric;

impl Diff {
    /// The diff as Markdown, the largest differences of `metric` first, `limit` rows at most.
    pub fn markdown(&self, metric: Metric, limit: usize) -> String {
        let lines = self.summary().into_iter();
        let mut text: String = lines
            .map(|line| format!("- {}\n", markdown::cell(&line)))
            .collect();
        if self.finding() == Finding::Same {
            return text;
        }
        let titles = [
            "old",
            "new",
            "diff",
            "points",
            "",
            "95% interval",
            "ratio",
            "function",
        ];
        text += "\n";
        text += &markdown::row(&titles);
        text += "|---:|---:|---:|---:|:---:|---:|---:|:---|\n";
        let rows = self.ranked(metric);
        for row in rows.iter().take(limit) {
            let cells = self.cells(row, metric);
            let mut cells = cells.all().map(markdown::cell).to_vec();
            cells.push(markdown::code(&row.name));
            text += &markdown::row(&cells);
        }
        match self.left_out(&rows, metric, limit) {
            none if none.is_empty() => text,
            more => text + "\n" + &more,
        }
    }
}
