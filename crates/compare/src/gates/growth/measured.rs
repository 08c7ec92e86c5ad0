//! What each row measures on both sides, and what chance has to do with the difference.

use stats::{benjamini_hochberg, compare_means, pool};

use super::Allowed;
use crate::gates::measure::Scale;
use crate::rows::{Metric, Row, Sides, tallies};
use crate::run::{Cost, Run};
use crate::share_test::ShareTest;

/// One row with its figures and what chance has to do with them.
pub(super) struct Measured {
    pub(super) old: f64,
    pub(super) new: f64,
    pub(super) ratio: Option<f64>,
    pub(super) interval: Option<(f64, f64)>,
    pub(super) p: f64,
    pub(super) q: f64,
    /// The same by counts, where there are any.
    pub(super) share: Option<ShareTest>,
}

impl Measured {
    /// Whether chance explains badly that there is something now.
    pub(super) fn is_shown(&self, fdr: f64) -> bool {
        self.share.map_or(self.q <= fdr, |test| test.q <= fdr)
    }

    /// Whether chance explains badly that nothing is left.
    pub(super) fn is_shown_gone(&self, fdr: f64) -> bool {
        self.is_shown_less(fdr) || self.share.is_none()
    }

    /// Whether chance explains badly that the share is smaller.
    pub(super) fn is_shown_less(&self, fdr: f64) -> bool {
        self.share
            .is_some_and(|test| 1.0 - test.count.p_greater <= fdr)
    }

    pub(super) fn times(&self) -> String {
        self.ratio
            .map_or(String::new(), |ratio| format!(" (x{ratio:.2})"))
    }
}

/// The shares of all runs of a side together.
pub(super) fn by_share(
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

/// The means over the runs of a side. `None` when a run does not state its work.
pub(super) fn by_value(
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
pub(super) fn figures(
    runs: &[&Run],
    costs: &[Cost],
    metric: Metric,
    scale: &Scale,
) -> Option<Vec<f64>> {
    let figure = |(run, cost): (&&Run, &Cost)| {
        let sample = run.evidence.samples.filter(|n| *n > 0.0);
        let sample = sample.map_or(0.0, |samples| run.gross as f64 / samples);
        let value = (metric.of(*cost) as f64).max(0.5 * sample);
        scale.of(run, value.round() as i64)
    };
    runs.iter().zip(costs).map(figure).collect()
}
