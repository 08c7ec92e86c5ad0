//! Growths that are no regression: a share that grew because others shrank, and a cost that a neighbour
//! gave away.

use super::Judged;
use super::cost::RowCosts;
use super::judge::{Judge, failing};
use crate::gates::cause::{Flows, cancels};
use crate::gates::measure::Measure;
use crate::gates::verdict::Verdict;
use crate::rows::{self, Metric};
use crate::run::NameId;

impl Judge<'_> {
    /// Turns failures that are no regression into warnings.
    pub(super) fn excuse(&self, judged: &mut [Judged]) {
        let cost = RowCosts::new(self.sides, self.allowed.metric, self.scale);
        let figure = |run: &_, value| cost.scale.of(run, value).unwrap_or(0.0);
        let flows = Flows::new(self.sides, figure);
        for index in failing(judged) {
            let why = if self.scale.measure == Measure::Share && self.only_share(&cost, index) {
                let (before, after) = cost.of(self.rows[index].1);
                let [before, after] = [before, after].map(|figure| cost.scale.text(figure));
                format!("; the share moved, the cost did not ({before} -> {after})")
            } else if let Some(giver) = self.giver(&cost, &flows, index) {
                format!("; the cost moved here from {}", self.names.text(giver))
            } else {
                continue;
            };
            judged[index].verdict = Verdict::Warn;
            judged[index].why += &why;
        }
    }

    /// The caller or callee that lost what a function itself gained.
    fn giver(&self, cost: &RowCosts<'_>, flows: &Flows, index: usize) -> Option<NameId> {
        let (name, row) = self.rows[index];
        let name = name.filter(|_| self.allowed.metric == Metric::Flat)?;
        let (before, after) = cost.of(row);
        let grown = &self.measured[index];
        flows.neighbours(name).find(|other| {
            let mut rows = self.rows.iter();
            let Some(other) = rows.position(|(name, _)| *name == Some(*other)) else {
                return false;
            };
            let (had, has) = cost.of(self.rows[other].1);
            let shrunk = &self.measured[other];
            other != index
                && cancels(after - before, has - had)
                && cancels(grown.new - grown.old, shrunk.new - shrunk.old)
                && shrunk.is_shown_less(self.allowed.fdr)
        })
    }

    /// Whether a share grew and the cost did not: by less than allowed, or by no more than chance
    /// explains while the whole became cheaper. Where the whole became cheaper all shares but one
    /// grow, so that chance has as many tries as there are rows.
    fn only_share(&self, cost: &RowCosts<'_>, index: usize) -> bool {
        let row = self.rows[index].1;
        let (before, after) = cost.of(row);
        if after <= before * (1.0 + self.allowed.increase) {
            return true;
        }
        let (whole_before, whole_after) = cost.of(&rows::of_total(self.sides));
        let tries = self
            .measured
            .iter()
            .filter(|row| row.share.is_some())
            .count();
        let is_chance = |p: f64| p * tries as f64 > self.allowed.fdr;
        whole_after <= whole_before && cost.p_greater(row).is_some_and(is_chance)
    }
}
