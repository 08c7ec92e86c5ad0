//! A diff as a table for people.

use std::fmt::Write;

use super::{Diff, DiffRow, Finding, Side};
use crate::rows::Metric;
use crate::signed;

/// One line of the table, all but its name.
pub(super) struct Cells {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) difference: String,
    pub(super) points: String,
    /// The interval of the points; empty where nothing was tested.
    pub(super) interval: String,
    pub(super) ratio: String,
    /// Marks what chance explains badly.
    pub(super) mark: &'static str,
}

impl Cells {
    pub(super) fn all(&self) -> [&str; 7] {
        let Cells {
            old,
            new,
            difference,
            points,
            interval,
            ratio,
            mark,
        } = self;
        [old, new, difference, points, mark, interval, ratio]
    }
}

impl DiffRow {
    /// Whether the name is on `both` sides, `new` or `gone`.
    pub fn state(&self) -> &'static str {
        match (self.cum.old != 0, self.cum.new != 0) {
            (false, true) => "new",
            (true, false) => "gone",
            _ => "both",
        }
    }
}

impl Diff {
    /// The unit in which values are printed: that of the larger total.
    pub(super) fn shown_unit(&self) -> &'static str {
        let larger = self
            .old
            .mean(self.old.gross)
            .max(self.new.mean(self.new.gross));
        match report::scale(larger as i64, &self.measured.unit, "auto").unit {
            "" => "count",
            unit => unit,
        }
    }

    /// The lines above the table: what was compared, and what it amounts to.
    pub(super) fn summary(&self) -> Vec<String> {
        let total = self.total();
        let (unit, shown) = (&self.measured.unit, self.shown_unit());
        let values = [self.old.mean(total.old), self.new.mean(total.new)];
        let [old, new] = values.map(|value| signed::plain(value, unit, shown));
        let ratio = self
            .ratio(&total)
            .map_or(String::new(), |r| format!(", x{r:.3}"));
        let difference = signed::value(self.difference(&total), unit, shown);
        let mut lines = vec![
            format!("Type: {}", self.measured.kind),
            format!("Old: {}", side_text(&self.old)),
            format!("New: {}", side_text(&self.new)),
            format!("Total: {old} -> {new} ({difference}{ratio})"),
        ];
        let finding = self.finding();
        if let Some(dispersion) = self.dispersion.filter(|_| finding != Finding::Same) {
            lines.push(if dispersion.freedom.is_finite() {
                format!(
                    "Runs scatter {:.2} times as much as samples do",
                    dispersion.factor
                )
            } else {
                "Too few runs to tell their scatter; twice that of samples is assumed".to_owned()
            });
        }
        let more = match finding {
            Finding::Different if self.dispersion.is_some() => {
                "; * marks what chance explains badly (5% false discoveries)"
            }
            Finding::Different => {
                "; the files do not tell their samples, so chance is not excluded"
            }
            Finding::WithinChance => ", in the shares of functions",
            Finding::Same => "",
        };
        lines.push(format!("Finding: {}{more}", finding.text()));
        lines
    }

    pub(super) fn cells(&self, row: &DiffRow, metric: Metric) -> Cells {
        let change = row.change(metric);
        let (unit, shown) = (&self.measured.unit, self.shown_unit());
        let interval = |(low, high)| format!("{}..{}", signed::points(low), signed::points(high));
        let ratio = match (change.old, change.new) {
            (0, 0) => String::new(),
            (0, _) => "new".to_owned(),
            (_, 0) => "gone".to_owned(),
            _ => format!("x{:.2}", self.ratio(change).unwrap_or(1.0)),
        };
        Cells {
            old: signed::plain(self.old.mean(change.old), unit, shown),
            new: signed::plain(self.new.mean(change.new), unit, shown),
            difference: signed::value(self.difference(change), unit, shown),
            points: signed::points(self.points(change)),
            interval: change
                .odds
                .map_or(String::new(), |odds| interval(odds.interval)),
            ratio,
            mark: if change.odds.is_some_and(|odds| odds.is_shown()) {
                "*"
            } else {
                ""
            },
        }
    }

    /// The diff as a table, the largest differences of `metric` first, `limit` rows at most. `fit`
    /// makes a name fit to be printed behind so many columns.
    pub fn text(
        &self,
        metric: Metric,
        limit: usize,
        fit: impl Fn(&str, usize) -> String,
    ) -> String {
        let mut text = self.summary().join("\n") + "\n";
        if self.finding() == Finding::Same {
            return text;
        }
        let rows = self.ranked(metric);
        let titles = ["old", "new", "diff", "points", "", "95% interval", "ratio"];
        let _ = writeln!(text, "\n{}  function ({})", figures(titles), metric.name());
        for row in rows.iter().take(limit) {
            let figures = figures(self.cells(row, metric).all());
            let name = fit(&row.name, figures.chars().count() + 2);
            let _ = writeln!(text, "{figures}  {name}");
        }
        text + &self.left_out(&rows, metric, limit)
    }

    /// What the table does not show; what a function spends itself adds up to the total with it.
    pub(super) fn left_out(&self, rows: &[&DiffRow], metric: Metric, limit: usize) -> String {
        let hidden = rows.get(limit..).unwrap_or_default();
        let what = match hidden.len() {
            0 => return String::new(),
            1 => "1 smaller difference is not shown".to_owned(),
            more => format!("{more} smaller differences are not shown"),
        };
        let sum = match metric {
            Metric::Flat => {
                let differences = hidden.iter().map(|row| self.difference(&row.flat));
                let sum = signed::value(differences.sum(), &self.measured.unit, self.shown_unit());
                format!(", together {sum}")
            }
            Metric::Cum => String::new(),
        };
        format!("{what}{sum}\n")
    }
}

fn side_text(side: &Side) -> String {
    let plural = if side.runs == 1 { "" } else { "s" };
    let mean = if side.runs == 1 {
        ""
    } else {
        ", values are means"
    };
    let samples = side
        .samples
        .map_or(String::new(), |n| format!(", {n:.0} samples"));
    format!("{} run{plural}{samples}{mean}", side.runs)
}

fn figures([old, new, difference, points, mark, interval, ratio]: [&str; 7]) -> String {
    format!("{old:>10} {new:>10} {difference:>10} {points:>8} {mark:1} {interval:>15} {ratio:>7}")
}
