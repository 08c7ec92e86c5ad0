//! Limits that need no baseline: a figure fails when its lower bound is above the limit.

use stats::{Dispersion, pool, student_quantile, wilson_bound_below};

use super::measure::{Measure, Scale};
use super::verdict::Verdict;
use crate::rows::{Metric, tallies};
use crate::run::{Cost, Run};

/// What is said of a figure, and why.
pub(crate) struct Judged {
    pub(crate) figure: f64,
    pub(crate) verdict: Verdict,
    pub(crate) why: String,
}

/// Judges one row of the new runs against `max`. `None` when the runs do not tell what is needed.
pub(crate) fn judge(
    runs: &[&Run],
    costs: &[Cost],
    metric: Metric,
    scale: &Scale,
    max: f64,
    confidence: f64,
) -> Option<Judged> {
    let (figure, bound) = match scale.measure {
        Measure::Share => share(runs, costs, metric, confidence)?,
        Measure::Value | Measure::PerUnit => mean(runs, costs, metric, scale, confidence)?,
    };
    let (text, limit) = (scale.text(figure), scale.text(max));
    let (verdict, why) = if bound > max {
        let why = format!(
            "{text} is above {limit}; at least {} for certain",
            scale.text(bound)
        );
        (Verdict::Fail, why)
    } else if figure > max {
        let why = format!(
            "{text} is above {limit}, but only {} is certain with so few samples",
            scale.text(bound)
        );
        (Verdict::Warn, why)
    } else {
        (Verdict::Pass, format!("{text} is within {limit}"))
    };
    Some(Judged {
        figure,
        verdict,
        why,
    })
}

/// The share of all runs together, and what it is above with `confidence`.
fn share(runs: &[&Run], costs: &[Cost], metric: Metric, confidence: f64) -> Option<(f64, f64)> {
    let tallies = tallies(runs, costs, metric)?;
    let own = Dispersion::within(&[&tallies]);
    let factor = own.map_or(1.0, |own| own.factor.max(1.0));
    let all = pool(&tallies);
    let bound = wilson_bound_below(all.hits / factor, all.samples / factor, confidence);
    Some((all.share(), bound))
}

/// The mean over the runs, and what the true one is above with `confidence`. The scatter is that of
/// the runs, and at least that of the samples behind them.
fn mean(
    runs: &[&Run],
    costs: &[Cost],
    metric: Metric,
    scale: &Scale,
    confidence: f64,
) -> Option<(f64, f64)> {
    let figure = |(run, cost): (&&Run, &Cost)| scale.of(run, metric.of(*cost));
    let figures: Vec<f64> = runs.iter().zip(costs).map(figure).collect::<Option<_>>()?;
    let hits = |(run, cost): (&&Run, &Cost)| run.hits(metric.of(*cost).abs());
    let hits: Option<f64> = runs.iter().zip(costs).map(hits).sum();
    let mean = stats::mean(&figures);
    let of_samples = match hits {
        Some(hits) if hits > 0.0 => mean * mean / hits,
        _ => 0.0,
    };
    let count = figures.len() as f64;
    let of_runs = stats::variance(&figures) / count;
    let freedom = if figures.len() > 1 {
        count - 1.0
    } else {
        f64::INFINITY
    };
    let error = of_runs.max(of_samples).sqrt();
    Some((mean, mean - student_quantile(confidence, freedom) * error))
}
