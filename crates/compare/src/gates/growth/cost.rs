//! What rows cost, whatever a gate measures: by work where all runs state it.

use stats::compare_means;

use super::measured::figures;
use crate::gates::measure::{Measure, Scale, work};
use crate::rows::{Metric, Row, Sides};
use crate::run::{Cost, Run};

/// Of intervals that nobody looks at.
const CONFIDENCE: f64 = 0.95;

/// What rows cost on both sides, as means over the runs.
pub(super) struct RowCosts<'a> {
    sides: Sides<'a>,
    metric: Metric,
    pub(super) scale: Scale,
}

impl<'a> RowCosts<'a> {
    /// The costs behind the figures of `scale`.
    pub(super) fn new(sides: Sides<'a>, metric: Metric, scale: &Scale) -> RowCosts<'a> {
        let mut runs = sides.old.iter().chain(sides.new);
        let measure = if runs.all(|run| work(run, &scale.work).is_some()) {
            Measure::PerUnit
        } else {
            Measure::Value
        };
        RowCosts {
            sides,
            metric,
            scale: Scale {
                measure,
                ..scale.clone()
            },
        }
    }

    /// The cost of a row before and now.
    pub(super) fn of(&self, row: &Row) -> (f64, f64) {
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

    /// How often chance alone explains that a row costs more.
    pub(super) fn p_greater(&self, row: &Row) -> Option<f64> {
        let old = figures(self.sides.old, &row.old, self.metric, &self.scale)?;
        let new = figures(self.sides.new, &row.new, self.metric, &self.scale)?;
        compare_means(&old, &new, CONFIDENCE, 0.0).map(|test| test.p_greater)
    }
}
