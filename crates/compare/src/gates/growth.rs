//! Limits of growth against a baseline: a figure fails when it grew by more than it may, when
//! chance does not explain that, and when the cost grew, not only its share.

use stats::{benjamini_hochberg, compare_means, pool};

use super::cause::{Flows, cancels};
use super::measure::{Measure, Scale, work};
use super::verdict::{Growth, Verdict};
use crate::rows::{self, Metric, Row, Sides, tallies};
use crate::run::{Cost, NameId, Names, Run};
use crate::share_test::{Asked, ShareTest, test_shares};

/// Of intervals that nobody looks at.
const CONFIDENCE: f64 = 0.95;

/// What a gate allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    pub(crate) metric: Metric,
    /// As a fraction of the baseline.
    pub(crate) increase: f64,
    /// In the figures of the scale.
    pub(crate) delta: f64,
    pub(crate) confidence: f64,
    pub(crate) fdr: f64,
    /// Runs a side below which nothing fails.
    pub(crate) runs_least: usize,
}

/// A row, and the name it is of where it is one function.
pub(crate) type NamedRow<'a> = (Option<NameId>, &'a Row);

/// What is said of one row.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) old: f64,
    pub(crate) new: f64,
    pub(crate) growth: Growth,
    pub(crate) why: String,
}

/// The judgements of all rows.
pub(crate) struct Grown {
    pub(crate) rows: Vec<Judged>,
    pub(crate) dispersion: Option<f64>,
}

/// One row with its figures and what chance has to do with them.
struct Measured {
    old: f64,
    new: f64,
    ratio: Option<f64>,
    interval: Option<(f64, f64)>,
    p: f64,
    q: f64,
    /// The same by counts, where there are any.
    share: Option<ShareTest>,
}

/// Judges the growth of `rows`. `None` when a run does not state its work.
pub(crate) fn judge(
    sides: Sides<'_>,
    names: &Names,
    rows: &[NamedRow<'_>],
    scale: &Scale,
    allowed: Allowed,
) -> Option<Grown> {
    let costs: Vec<&Row> = rows.iter().map(|(_, row)| *row).collect();
    let asked = Asked {
        metric: allowed.metric,
        // Its lower end is a bound with the confidence that is asked for.
        confidence: 2.0 * allowed.confidence - 1.0,
        one_sided: true,
        share_least: if scale.measure == Measure::Share {
            0.5 * allowed.delta
        } else {
            0.0
        },
    };
    let (tests, dispersion) = test_shares(sides, &costs, asked);
    let measured = match scale.measure {
        Measure::Share => by_share(sides, &costs, tests, allowed),
        Measure::Value | Measure::PerUnit => by_value(sides, &costs, tests, scale, allowed)?,
    };
    let judge = Judge {
        sides,
        names,
        rows,
        scale,
        allowed,
        measured: &measured,
    };
    Some(Grown {
        rows: judge.all(),
        dispersion: dispersion.freedom.is_finite().then_some(dispersion.factor),
    })
}

fn by_share(
    sides: Sides<'_>,
    rows: &[&Row],
    tests: Vec<Option<ShareTest>>,
    allowed: Allowed,
) -> Vec<Measured> {
    let share = |runs: &[&Run], costs: &[Cost]| {
        let pooled = tallies(runs, costs, allowed.metric).map(|tallies| pool(&tallies));
        pooled.unwrap_or_default().share()
    };
    let measured = rows.iter().zip(tests).map(|(row, share_test)| {
        let (old, new) = (share(sides.old, &row.old), share(sides.new, &row.new));
        Measured {
            old,
            new,
            ratio: (old > 0.0).then(|| new / old),
            interval: share_test.map(|test| test.count.interval),
            p: share_test.map_or(1.0, |test| test.p),
            q: share_test.map_or(1.0, |test| test.q),
            share: share_test,
        }
    });
    measured.collect()
}

fn by_value(
    sides: Sides<'_>,
    rows: &[&Row],
    tests: Vec<Option<ShareTest>>,
    scale: &Scale,
    allowed: Allowed,
) -> Option<Vec<Measured>> {
    let mut measured: Vec<Measured> = rows
        .iter()
        .zip(tests)
        .map(|(row, share)| one_value(sides, row, share, scale, allowed))
        .collect::<Option<_>>()?;
    let p_values: Vec<f64> = measured.iter().map(|row| row.p).collect();
    for (row, q) in measured.iter_mut().zip(benjamini_hochberg(&p_values)) {
        row.q = q;
    }
    Some(measured)
}

fn one_value(
    sides: Sides<'_>,
    row: &Row,
    share: Option<ShareTest>,
    scale: &Scale,
    allowed: Allowed,
) -> Option<Measured> {
    let old = figures(sides.old, &row.old, allowed.metric, scale)?;
    let new = figures(sides.new, &row.new, allowed.metric, scale)?;
    // A count of n has a relative variance of 1 / n at least, however well runs agree.
    let hits = |runs: &[&Run], costs: &[Cost]| {
        let tallies = tallies(runs, costs, allowed.metric).unwrap_or_default();
        pool(&tallies).hits / runs.len() as f64
    };
    let fewest = hits(sides.old, &row.old).min(hits(sides.new, &row.new));
    let floor = if fewest > 0.0 { 1.0 / fewest } else { 0.0 };
    let test = compare_means(&old, &new, allowed.confidence, floor);
    let (old, new) = (stats::mean(&old), stats::mean(&new));
    // Without any scatter nothing is chance: exact counts of allocations, for one.
    let plain = || {
        if new > old && sides.old.len().min(sides.new.len()) > 1 {
            0.0
        } else {
            1.0
        }
    };
    Some(Measured {
        old,
        new,
        ratio: (old > 0.0).then(|| new / old),
        interval: test.map(|test| test.interval),
        p: test.map_or_else(plain, |test| test.p_greater),
        q: 1.0,
        share,
    })
}

/// What each run measures. Where samples are counted, nothing is less than half a sample.
fn figures(runs: &[&Run], costs: &[Cost], metric: Metric, scale: &Scale) -> Option<Vec<f64>> {
    let figure = |(run, cost): (&&Run, &Cost)| {
        let sample = run.evidence.samples.filter(|n| *n > 0.0);
        let sample = sample.map_or(0.0, |samples| run.gross as f64 / samples);
        let value = (metric.of(*cost) as f64).max(0.5 * sample);
        scale.of(run, value.round() as i64)
    };
    runs.iter().zip(costs).map(figure).collect()
}

struct Judge<'a> {
    sides: Sides<'a>,
    names: &'a Names,
    rows: &'a [NamedRow<'a>],
    scale: &'a Scale,
    allowed: Allowed,
    measured: &'a [Measured],
}

impl Judge<'_> {
    fn all(&self) -> Vec<Judged> {
        let mut judged: Vec<Judged> = (0..self.rows.len()).map(|index| self.one(index)).collect();
        let failing = |judged: &[Judged]| -> Vec<usize> {
            let fails = |index: &usize| judged[*index].verdict == Verdict::Fail;
            (0..judged.len()).filter(fails).collect()
        };
        if !failing(&judged).is_empty() {
            self.excuse_shares(&mut judged, &failing);
            self.trace(&mut judged, &failing);
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

    /// Whether the growth of a share is by more than `delta` for certain. Small functions trade
    /// samples with their neighbours from run to run, more than their own runs can tell.
    fn is_certain(&self, row: &Measured) -> bool {
        let bound = row.interval.map_or(f64::INFINITY, |(low, _)| low);
        self.scale.measure != Measure::Share || bound > self.allowed.delta
    }

    /// A share that grew because others shrank is no regression, and neither is a cost that a
    /// neighbour gave away.
    fn excuse_shares(&self, judged: &mut [Judged], failing: &dyn Fn(&[Judged]) -> Vec<usize>) {
        let cost = RowCosts {
            sides: self.sides,
            metric: self.allowed.metric,
            scale: self.cost_scale(),
        };
        let by_name = |name: NameId| {
            let mut rows = self.rows.iter();
            rows.position(|(other, _)| *other == Some(name))
        };
        let flows = Flows::new(self.sides, |run, value| {
            cost.scale.of(run, value).unwrap_or(0.0)
        });
        for index in failing(judged) {
            let (before, after) = cost.of(self.rows[index].1);
            if self.scale.measure == Measure::Share && self.only_share(&cost, index) {
                judged[index].verdict = Verdict::Warn;
                judged[index].why += &format!(
                    "; the share moved, the cost did not ({} -> {})",
                    cost.scale.text(before),
                    cost.scale.text(after)
                );
                continue;
            }
            let Some(name) = self.rows[index]
                .0
                .filter(|_| self.allowed.metric == Metric::Flat)
            else {
                continue;
            };
            let share_grew = judged[index].new - judged[index].old;
            let giver = flows.neighbours(name).find(|other| {
                let Some(other) = by_name(*other) else {
                    return false;
                };
                let (had, has) = cost.of(self.rows[other].1);
                let row = &self.measured[other];
                other != index
                    && cancels(after - before, has - had)
                    && cancels(share_grew, row.new - row.old)
                    && row.is_shown_less(self.allowed.fdr)
            });
            if let Some(giver) = giver {
                judged[index].verdict = Verdict::Warn;
                judged[index].why +=
                    &format!("; the cost moved here from {}", self.names.text(giver));
            }
        }
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

    /// Tells callers from causes, and names the call that a growth came through.
    fn trace(&self, judged: &mut [Judged], failing: &dyn Fn(&[Judged]) -> Vec<usize>) {
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

    /// The scale of what shares are of: by work where all runs state it.
    fn cost_scale(&self) -> Scale {
        let mut runs = self.sides.old.iter().chain(self.sides.new);
        let measure = if runs.all(|run| work(run, &self.scale.work).is_some()) {
            Measure::PerUnit
        } else {
            Measure::Value
        };
        Scale {
            measure,
            ..self.scale.clone()
        }
    }
}

/// What a row costs on both sides, as mean over the runs.
struct RowCosts<'a> {
    sides: Sides<'a>,
    metric: Metric,
    scale: Scale,
}

impl RowCosts<'_> {
    /// How often chance alone explains that a row costs more.
    fn p_greater(&self, row: &Row) -> Option<f64> {
        let old = figures(self.sides.old, &row.old, self.metric, &self.scale)?;
        let new = figures(self.sides.new, &row.new, self.metric, &self.scale)?;
        compare_means(&old, &new, CONFIDENCE, 0.0).map(|test| test.p_greater)
    }

    fn of(&self, row: &Row) -> (f64, f64) {
        let mean = |runs: &[&Run], costs: &[Cost]| {
            let figures = runs.iter().zip(costs);
            let figure = |(run, cost): (&&Run, &Cost)| self.scale.of(run, self.metric.of(*cost));
            stats::mean(&figures.filter_map(figure).collect::<Vec<f64>>())
        };
        (
            mean(self.sides.old, &row.old),
            mean(self.sides.new, &row.new),
        )
    }
}

impl Measured {
    /// Whether chance explains badly that there is something now.
    fn is_shown(&self, fdr: f64) -> bool {
        self.share.map_or(self.q <= fdr, |test| test.q <= fdr)
    }

    /// Whether chance explains badly that nothing is left.
    fn is_shown_gone(&self, fdr: f64) -> bool {
        self.is_shown_less(fdr) || self.share.is_none()
    }

    /// Whether chance explains badly that the share is smaller.
    fn is_shown_less(&self, fdr: f64) -> bool {
        self.share
            .is_some_and(|test| 1.0 - test.count.p_greater <= fdr)
    }

    fn times(&self) -> String {
        self.ratio
            .map_or(String::new(), |ratio| format!(" (x{ratio:.2})"))
    }
}
