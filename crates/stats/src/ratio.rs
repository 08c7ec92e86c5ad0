//! How many times as large: the ratio of two means with its interval, from a few runs a side.

use crate::mean::{mean, variance};
use crate::student::{student_quantile, student_upper_tail};

/// What the runs say about the ratio of the second side's mean to that of the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatioTest {
    /// The ratio of the geometric means.
    pub ratio: f64,
    /// The interval that holds the true ratio with the confidence asked for.
    pub interval: (f64, f64),
    /// How often chance alone gives a ratio as large, if the sides do not differ.
    pub p_greater: f64,
}

/// Compares positive values, those of `old` with those of `new`.
///
/// Costs scatter by factors rather than by amounts, so logarithms are compared: Welch's test (B. L.
/// Welch, "The generalization of Student's problem", 1947) with the degrees of freedom of
/// Satterthwaite. `floor` is the least relative variance of one value that is believed (1 / n for a
/// count of n), so that values that agree by luck do not pass for exact; 0 believes them.
///
/// `None` when a side has fewer than two values, a value is not positive, or nothing scatters at
/// all.
pub fn compare_means(old: &[f64], new: &[f64], confidence: f64, floor: f64) -> Option<RatioTest> {
    let positive = |values: &[f64]| values.len() > 1 && values.iter().all(|value| *value > 0.0);
    if !(positive(old) && positive(new)) {
        return None;
    }
    let [
        (old_mean, old_error, old_freedom),
        (new_mean, new_error, new_freedom),
    ] = [old, new].map(|values| of_logarithms(values, floor));
    let error = old_error + new_error;
    if error <= 0.0 {
        return None;
    }
    let freedom =
        error.powi(2) / (old_error.powi(2) / old_freedom + new_error.powi(2) / new_freedom);
    let (difference, scale) = (new_mean - old_mean, error.sqrt());
    let half = student_quantile(0.5 + 0.5 * confidence, freedom) * scale;
    Some(RatioTest {
        ratio: difference.exp(),
        interval: ((difference - half).exp(), (difference + half).exp()),
        p_greater: student_upper_tail(difference / scale, freedom),
    })
}

/// Mean of the logarithms, the variance of that mean, and its degrees of freedom.
fn of_logarithms(values: &[f64], floor: f64) -> (f64, f64, f64) {
    let logarithms: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let runs = values.len() as f64;
    let error = variance(&logarithms).max(floor) / runs;
    (mean(&logarithms), error, runs - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worked_example() {
        let old = [1.0, 1.1, 0.9, 1.05, 0.95].map(f64::exp);
        let new = [1.3, 1.5, 1.2, 1.4].map(f64::exp);
        let test = compare_means(&old, &new, 0.95, 0.0).unwrap();
        // Means 1 and 1.35, variances 0.00625 and 1/60, so 0.00125 + 1/240 = 0.0054166..., and
        // 4.838... degrees of freedom.
        assert!((test.ratio - 0.35f64.exp()).abs() < 1e-12);
        let t = 0.35 / (0.00125 + 1.0 / 240.0f64).sqrt();
        let freedom = 0.005_416_666_666_666_667f64.powi(2)
            / (0.00125f64.powi(2) / 4.0 + (1.0 / 240.0f64).powi(2) / 3.0);
        assert!((test.p_greater - student_upper_tail(t, freedom)).abs() < 1e-12);
        assert!(test.p_greater > 0.001 && test.p_greater < 0.01, "{test:?}");
        assert!(
            test.interval.0 > 1.0 && test.interval.1 > test.ratio,
            "{test:?}"
        );
    }

    #[test]
    fn sides_change_places() {
        let (old, new) = ([1.0, 2.0, 4.0], [3.0, 5.0]);
        let forward = compare_means(&old, &new, 0.9, 0.0).unwrap();
        let backward = compare_means(&new, &old, 0.9, 0.0).unwrap();
        assert!((forward.ratio * backward.ratio - 1.0).abs() < 1e-12);
        assert!((forward.interval.0 * backward.interval.1 - 1.0).abs() < 1e-12);
        assert!((forward.p_greater + backward.p_greater - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_compared() {
        assert_eq!(compare_means(&[1.0], &[1.0, 2.0], 0.95, 0.0), None);
        assert_eq!(compare_means(&[1.0, 0.0], &[1.0, 2.0], 0.95, 0.0), None);
        assert_eq!(compare_means(&[1.0, 1.0], &[2.0, 2.0], 0.95, 0.0), None);
    }

    #[test]
    fn the_floor_keeps_luck_from_passing_for_certainty() {
        let test = compare_means(&[100.0, 100.0], &[110.0, 110.0], 0.95, 0.01).unwrap();
        assert!(test.interval.0 < 1.0 && test.p_greater > 0.1, "{test:?}");
    }
}
