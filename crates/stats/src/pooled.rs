//! Student's t-test of two sides that scatter alike.

use crate::mean::mean;
use crate::student::student_upper_tail;

/// How often two sides with the same mean differ as much as these, in either direction: the variance is
/// that of both together ("Student", "The probable error of a mean", 1908), and at least `variance_floor`.
/// 1 when nothing scatters and nothing differs, or a side is empty.
pub fn pooled_t_test(left: &[f64], right: &[f64], variance_floor: f64) -> f64 {
    let freedom = (left.len() + right.len()).saturating_sub(2).max(1) as f64;
    let variance = ((squares(left) + squares(right)) / freedom).max(variance_floor);
    let error = (variance * (1.0 / left.len() as f64 + 1.0 / right.len() as f64)).sqrt();
    let score = (mean(left) - mean(right)).abs() / error;
    if score.is_nan() {
        1.0
    } else {
        2.0 * student_upper_tail(score, freedom)
    }
}

/// The sum of the squared deviations from the mean.
pub(crate) fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &[f64], right: &[f64], floor: f64, expected: f64) {
        let p = pooled_t_test(left, right, floor);
        assert!((p - expected).abs() < 1e-12, "{p}");
    }

    #[test]
    fn sides_are_told_apart_by_what_they_scatter() {
        // Means 2 and 4, pooled variance 1, four degrees of freedom: t = 2 / √(2/3) = √6.
        let (left, right) = ([1.0, 2.0, 3.0], [3.0, 4.0, 5.0]);
        let expected = 2.0 * student_upper_tail(6f64.sqrt(), 4.0);
        check(&left, &right, 0.0, expected);
        check(&right, &left, 0.5, expected);
        let wide = 2.0 * student_upper_tail(6f64.sqrt() / 2.0, 4.0);
        check(&left, &right, 4.0, wide);
    }

    #[test]
    fn what_cannot_differ() {
        check(&[1.0, 1.0], &[1.0, 1.0], 0.0, 1.0);
        check(&[], &[1.0], 0.0, 1.0);
        check(&[1.0, 1.0], &[2.0, 2.0], 0.0, 0.0);
    }
}
