//! The middle of paired differences with an interval that makes no assumption on how they scatter but
//! that they scatter to both sides alike.
//!
//! J. L. Hodges and E. L. Lehmann, "Estimates of location based on rank tests", 1963: the median of the
//! means of all pairs of values; the interval is the set of middles that F. Wilcoxon's signed-rank test
//! does not refuse (M. Hollander and D. A. Wolfe, "Nonparametric statistical methods", 3.3), with its
//! exact distribution. One wild value in ten moves neither far, where a mean follows it.

use crate::median::median;
use crate::normal::normal_quantile;

/// From here on the distribution of ranks is normal to three digits.
const EXACT_MAX: usize = 60;

/// More values than this are thinned out evenly: pairs grow with their square.
const VALUES_MAX: usize = 2000;

/// A middle and the interval that holds the true one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    /// The median of the means of all pairs.
    pub estimate: f64,
    /// Its interval. `None` when there are too few values for the confidence: fewer than 6 for 95 %.
    pub interval: Option<(f64, f64)>,
}

/// The middle of `values` with an interval of at least this confidence; `None` of nothing.
pub fn hodges_lehmann(values: &[f64], confidence: f64) -> Option<Middle> {
    let stride = values.len().div_ceil(VALUES_MAX).max(1);
    let values: Vec<f64> = values.iter().copied().step_by(stride).collect();
    let mut means = Vec::with_capacity(values.len() * (values.len() + 1) / 2);
    for (index, value) in values.iter().enumerate() {
        means.extend(values[index..].iter().map(|other| 0.5 * (value + other)));
    }
    if means.is_empty() {
        return None;
    }
    means.sort_by(f64::total_cmp);
    let left_out = left_out(values.len(), 0.5 * (1.0 - confidence));
    Some(Middle {
        estimate: median(&means),
        interval: left_out.map(|count| (means[count], means[means.len() - 1 - count])),
    })
}

/// How many of the sorted means lie outside on each side: the largest rank sum that has, with all below
/// it, at most this probability. `None` when even a rank sum of 0 is more probable.
fn left_out(values: usize, tail: f64) -> Option<usize> {
    let pairs = values * (values + 1) / 2;
    if values > EXACT_MAX {
        let variance = (pairs * (2 * values + 1)) as f64 / 12.0;
        let score = normal_quantile(1.0 - tail);
        return Some((0.5 * pairs as f64 - score * variance.sqrt()).floor() as usize);
    }
    let probabilities = rank_sum_probabilities(values);
    let sums = probabilities.iter().scan(0.0, |sum, probability| {
        *sum += probability;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= tail).count().checked_sub(1)
}

/// The probability of each sum of ranks 1 to `values` of which each is in it or not with even odds.
fn rank_sum_probabilities(values: usize) -> Vec<f64> {
    let mut probabilities = vec![0.0; values * (values + 1) / 2 + 1];
    probabilities[0] = 1.0;
    for rank in 1..=values {
        for sum in (0..probabilities.len()).rev() {
            let without = if sum < rank {
                0.0
            } else {
                probabilities[sum - rank]
            };
            probabilities[sum] = 0.5 * (probabilities[sum] + without);
        }
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worked_example() {
        // Ten values: 8 of the 55 means are left out on each side for 95 % (critical value T = 8).
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 100.0];
        assert_eq!(left_out(10, 0.025), Some(8));
        let middle = hodges_lehmann(&values, 0.95).unwrap();
        assert_eq!(middle.estimate, 5.5);
        assert_eq!(middle.interval, Some((3.0, 51.0)));
    }

    #[test]
    fn critical_values_of_the_tables() {
        for (values, tail, expected) in [
            (5, 0.025, None),
            (6, 0.025, Some(0)),
            (7, 0.025, Some(2)),
            (8, 0.025, Some(3)),
            (15, 0.025, Some(25)),
            (20, 0.005, Some(37)),
            (50, 0.025, Some(434)),
        ] {
            assert_eq!(left_out(values, tail), expected, "{values} {tail}");
        }
    }

    #[test]
    fn the_normal_limit_continues_the_exact_distribution() {
        let exact = rank_sum_probabilities(80);
        let mut sum = 0.0;
        let below = exact.iter().take_while(|probability| {
            sum += **probability;
            sum <= 0.025
        });
        let exact = below.count() - 1;
        let normal = left_out(80, 0.025).unwrap();
        assert!(exact.abs_diff(normal) <= 3, "{exact} {normal}");
    }

    #[test]
    fn few_values_have_no_interval() {
        assert_eq!(hodges_lehmann(&[], 0.95), None);
        let single = hodges_lehmann(&[4.0], 0.95).unwrap();
        assert_eq!((single.estimate, single.interval), (4.0, None));
    }
}
