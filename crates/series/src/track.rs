//! One row of values on a scale on which noise is equally wide everywhere.
//!
//! A share scatters by √(p(1-p)/n), more where it is larger: on the scale asin √p by 1/(2√n), whatever p is
//! (F. J. Anscombe, "The transformation of Poisson, binomial and negative-binomial data", 1948). Then one
//! test serves for small and large shares, and a level that changes does not change the noise.

use stats::{median, robust_deviation};

use crate::reading::Reading;
use crate::table::Table;

/// Shares that tell how far runs scatter beyond their samples.
const TELLING: std::ops::Range<f64> = 0.01..0.99;

/// An amount scatters as if it were so many samples at least: fewer scatter less evenly than a normal
/// variable does.
const SAMPLES_LEAST: f64 = 4.0;

/// Steps beyond so many deviations are no noise.
const REJECTED: f64 = 3.0;

/// The variance of a normal variable that is cut off there, by that of a whole one.
const KEPT_VARIANCE: f64 = 0.9733;

/// What the values of a track are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Parts of the total.
    Share,
    /// Memory in use.
    Amount,
    /// The total for each byte worked on.
    Rate,
}

/// One value for each profile of a series.
#[derive(Clone, Debug)]
pub(crate) struct Track {
    pub(crate) scale: Scale,
    /// As they are shown.
    pub(crate) shown: Vec<f64>,
    /// On the scale of equal noise.
    pub(crate) even: Vec<f64>,
    /// Variance of each that its samples explain.
    pub(crate) floor: Vec<f64>,
    /// Standard deviation by what neighbours differ by.
    noise: f64,
}

impl Track {
    /// Shares of `totals`, of which each rests on so many samples, in runs that scatter by `dispersion`.
    pub(crate) fn share(values: &[f64], totals: &[f64], samples: &[f64], dispersion: f64) -> Track {
        let shares = values.iter().zip(totals);
        let shown: Vec<f64> = shares
            .map(|(value, total)| {
                if *total > 0.0 {
                    (value / total).clamp(0.0, 1.0)
                } else {
                    0.0
                }
            })
            .collect();
        let even = shown.iter().map(|share| share.sqrt().asin()).collect();
        let floor = samples
            .iter()
            .map(|n| dispersion / (4.0 * n.max(1.0)))
            .collect();
        Track::new(Scale::Share, shown, even, floor)
    }

    /// Amounts, of which one sample stands for `each` on average. What a level scatters by is told by the
    /// level and not by the value: a function that was not sampled once has not become free of noise.
    pub(crate) fn amount(values: &[f64], each: f64) -> Track {
        let level = median(values).max(SAMPLES_LEAST * each);
        let floor = values.iter().map(|value| value.max(level) * each).collect();
        Track::new(Scale::Amount, values.to_vec(), values.to_vec(), floor)
    }

    /// What a byte of work cost. CPU time is sampled at even distances, so that its total is known to a
    /// sample; any other total scatters as its samples do.
    pub(crate) fn rate(totals: &[f64], work: &[f64], samples: &[f64], is_cpu: bool) -> Track {
        let shown: Vec<f64> = totals
            .iter()
            .zip(work)
            .map(|(total, work)| total / work)
            .collect();
        let even = shown
            .iter()
            .map(|rate| rate.max(f64::MIN_POSITIVE).ln())
            .collect();
        let power = if is_cpu { -2 } else { -1 };
        let floor = samples
            .iter()
            .map(|samples| samples.max(1.0).powi(power))
            .collect();
        Track::new(Scale::Rate, shown, even, floor)
    }

    fn new(scale: Scale, shown: Vec<f64>, even: Vec<f64>, floor: Vec<f64>) -> Track {
        Track {
            scale,
            shown,
            noise: between_neighbours(&even),
            even,
            floor,
        }
    }

    /// The standard deviation of profile `index`: what neighbours differ by, or what samples explain where
    /// that is more.
    pub(crate) fn deviation(&self, index: usize) -> f64 {
        self.noise.max(self.floor[index].sqrt())
    }

    /// The mean of the values shown at `places`.
    pub(crate) fn level(&self, places: &[usize]) -> f64 {
        let values: Vec<f64> = places.iter().map(|place| self.shown[*place]).collect();
        stats::mean(&values)
    }
}

/// The standard deviation that differences between neighbours tell, whatever the levels are: a first one
/// from the median, a second one without what three of the first rule out (F. R. Hampel's rejection rule),
/// which is a third more exact.
fn between_neighbours(values: &[f64]) -> f64 {
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let both_ways: Vec<f64> = steps.iter().flat_map(|step| [*step, -step]).collect();
    let bound = REJECTED * robust_deviation(&both_ways);
    let squares: Vec<f64> = steps
        .iter()
        .filter(|step| step.abs() <= bound)
        .map(|step| step * step)
        .collect();
    (stats::mean(&squares) / KEPT_VARIANCE / 2.0).sqrt()
}

/// How much more runs scatter than their samples explain: the middle of all functions that tell.
pub(crate) fn dispersion(table: &Table, readings: &[Reading]) -> f64 {
    let samples: Vec<f64> = readings.iter().map(Reading::samples).collect();
    let expected = stats::mean(
        &samples
            .iter()
            .map(|n| 1.0 / (4.0 * n.max(1.0)))
            .collect::<Vec<_>>(),
    );
    let factors: Vec<f64> = table
        .flat
        .values()
        .map(|row| Track::share(row, &table.totals, &samples, 1.0))
        .filter(|track| TELLING.contains(&median(&track.shown)))
        .map(|track| track.noise.powi(2) / expected)
        .collect();
    median(&factors).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_evens_out_the_noise_of_shares() {
        // One standard deviation of 1000 samples is the same step anywhere.
        for share in [0.05, 0.3, 0.8f64] {
            let deviation = (share * (1.0 - share) / 1000.0).sqrt();
            let track = Track::share(&[share, share + deviation], &[1.0; 2], &[1000.0; 2], 1.0);
            let step = (track.even[1] - track.even[0]) / track.floor[0].sqrt();
            assert!((step - 1.0).abs() < 0.05, "{share}: {step}");
        }
    }

    #[test]
    fn nothing_has_a_share_of_nothing() {
        let track = Track::share(&[0.0], &[0.0], &[0.0], 1.0);
        assert_eq!((track.shown[0], track.even[0]), (0.0, 0.0));
    }

    #[test]
    fn an_amount_of_few_samples_scatters_even_where_it_is_nothing() {
        let track = Track::amount(&[2.0, 0.0, 2.0, 1.0, 2.0], 1.0);
        assert_eq!(track.floor, [4.0; 5]);
        let track = Track::amount(&[900.0, 0.0, 1600.0], 1.0);
        assert_eq!(track.floor, [900.0, 900.0, 1600.0]);
    }

    #[test]
    fn a_change_of_level_does_not_widen_the_noise() {
        let noise = [0.0, 1.0, 0.5, 0.2, 0.9, 0.4, 0.1, 0.8, 0.3, 0.6];
        let calm: Vec<f64> = noise.iter().map(|noise| 100.0 + noise).collect();
        let mut shifted = calm.clone();
        shifted[5..].iter_mut().for_each(|value| *value += 50.0);
        let of = |values: &[f64]| Track::amount(values, 0.0).deviation(0);
        assert!(of(&shifted) < 1.5 * of(&calm));
    }
}
