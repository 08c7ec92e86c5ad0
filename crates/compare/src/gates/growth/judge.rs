//! What the figures of each row amount to, and which of those that grew are to blame.

use super::cost::RowCosts;
use super::measured::Measured;
use super::{Allowed, Judged, NamedRow};
use crate::gates::cause::Flows;
use crate::gates::measure::{Measure, Scale};
use crate::gates::verdict::{Growth, Verdict};
use crate::rows::{self, Metric, Sides};
use crate::run::{NameId, Names};

/// The rows of one comparison.
pub(super) struct Judge<'a> {
    pub(super) sides: Sides<'a>,
    pub(super) names: &'a Names,
    pub(super) rows: &'a [NamedRow<'a>],
    pub(super) scale: &'a Scale,
    pub(super) allowed: Allowed,
    pub(super) measured: &'a [Measured],
}

impl Judge<'_> {
    /// The judgement of each row.
    pub(super) fn all(&self) -> Vec<Judged> {
        let mut judged: Vec<Judged> = (0..self.rows.len()).map(|index| self.one(index)).collect();
        if !failing(&judged).is_empty() {
            self.excuse(&mut judged);
            self.trace(&mut judged);
        }
        if self.allowed.must_see {
            self.doubt(&mut judged);
        }
        let few = self.sides.old.len().min(self.sides.new.len()) < self.allowed.runs_least;
        for row in judged
            .iter_mut()
            .filter(|row| few && row.verdict == Verdict::Fail)
        {
            row.verdict = Verdict::Warn;
            row.why += &format!("; a failure needs {} runs a side", self.allowed.runs_least);
        }
        judged
    }

    /// What the figures of a row say by themselves.
    fn one(&self, index: usize) -> Judged {
        let row = &self.measured[index];
        let (allowed, scale) = (self.allowed, self.scale);
        let (old, new) = (scale.text(row.old), scale.text(row.new));
        let [had, has] = [&self.rows[index].1.old, &self.rows[index].1.new]
            .map(|costs| costs.iter().any(|cost| allowed.metric.of(*cost) != 0));
        let is_large = |figure: f64| figure >= allowed.delta && figure > 0.0;
        let grew = row.new > row.old * (1.0 + allowed.increase) && is_large(row.new - row.old);
        let (verdict, why) = if !had && has && is_large(row.new) && row.is_shown(allowed.fdr) {
            (Verdict::New, format!("not in the baseline, {new} now"))
        } else if had && !has && is_large(row.old) && row.is_shown_gone(allowed.fdr) {
            (Verdict::Gone, format!("{old} in the baseline, nothing now"))
        } else if had && grew && row.q <= allowed.fdr && self.is_certain(row) {
            (
                Verdict::Fail,
                format!("grew from {old} to {new}{}", row.times()),
            )
        } else if had && grew && row.q <= allowed.fdr {
            let why = format!(
                "{old} -> {new}{}, perhaps by less than allowed",
                row.times()
            );
            (Verdict::Pass, why)
        } else if had && grew {
            let why = format!("{old} -> {new}{}, which chance explains", row.times());
            (Verdict::Pass, why)
        } else {
            (Verdict::Pass, format!("{old} -> {new}{}", row.times()))
        };
        Judged {
            verdict,
            old: row.old,
            new: row.new,
            growth: Growth {
                ratio: row.ratio,
                interval: row.interval,
                p: Some(row.p),
                q: Some(row.q),
            },
            why,
        }
    }

    /// Takes back what passed though it may have grown too far to be left unseen.
    fn doubt(&self, judged: &mut [Judged]) {
        let whole = match self.scale.measure {
            Measure::Share => 1.0,
            Measure::Value | Measure::PerUnit => {
                let costs = RowCosts::new(self.sides, self.allowed.metric, self.scale);
                costs.of(&rows::of_total(self.sides)).0
            }
        };
        for (row, one) in self.measured.iter().zip(judged) {
            if one.verdict != Verdict::Pass {
                continue;
            }
            let Some(reach) = row.reach(self.scale) else {
                continue;
            };
            if row.is_too_wide(self.scale, self.allowed, whole) {
                one.verdict = Verdict::Unknown;
                one.why +=
                    &format!(", but it may be {reach}, so that more samples or runs are needed");
            } else {
                one.why += &format!(", {reach} at most");
            }
        }
    }

    /// Whether the growth of a share is by more than `delta` for certain. Small functions trade
    /// samples with their neighbours from run to run, more than their own runs can tell.
    fn is_certain(&self, row: &Measured) -> bool {
        let bound = row.interval.map_or(f64::INFINITY, |(low, _)| low);
        self.scale.measure != Measure::Share || bound > self.allowed.delta
    }

    /// Tells callers from causes, and names the call that a growth came through.
    fn trace(&self, judged: &mut [Judged]) {
        let flows = Flows::new(self.sides, |run, value| {
            self.scale.of(run, value).unwrap_or(0.0)
        });
        let failing = failing(judged);
        let named: Vec<NameId> = failing.iter().filter_map(|i| self.rows[*i].0).collect();
        for index in failing {
            let Some(name) = self.rows[index].0 else {
                continue;
            };
            let growth = judged[index].new - judged[index].old;
            if self.allowed.metric == Metric::Flat {
                if let Some(caller) = flows.through(name, growth) {
                    judged[index].why += &format!("; called by {}", self.names.text(caller));
                }
                continue;
            }
            let cause = flows.below(name, growth);
            if cause != name {
                judged[index].why += &format!("; the cause is {}", self.names.text(cause));
                if named.contains(&cause) {
                    judged[index].verdict = Verdict::Warn;
                }
            }
        }
    }
}

/// The rows that fail so far.
pub(super) fn failing(judged: &[Judged]) -> Vec<usize> {
    let fails = |index: &usize| judged[*index].verdict == Verdict::Fail;
    (0..judged.len()).filter(fails).collect()
}
