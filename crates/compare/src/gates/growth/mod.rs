//! Limits of growth against a baseline: a figure fails when it grew by more than it may, when
//! chance does not explain that, and when the cost grew, not only its share.

mod cost;
mod excuse;
mod judge;
mod measured;
mod reach;

use super::measure::{Measure, Scale};
use super::verdict::{Growth, Verdict};
use crate::rows::{Metric, Row, Sides};
use crate::run::{NameId, Names};
use crate::share_test::{Asked, test_shares};
use judge::Judge;

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
    /// Whether a growth that cannot be excluded is UNKNOWN rather than passed.
    pub(crate) must_see: bool,
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
        Measure::Share => measured::by_share(sides, &costs, tests, allowed),
        Measure::Value | Measure::PerUnit => {
            measured::by_value(sides, &costs, tests, scale, allowed)?
        }
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
