//! Bounds of a proportion from a sample.

use crate::normal::normal_quantile;

/// The interval that holds the true proportion with `confidence`, when `hits` of `samples`
/// independent samples were hits. Neither number need be whole: a count that scatters more than
/// independent samples do is divided by its dispersion.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
/// Unlike the textbook's p ± z·√(p(1−p)/n) it stays within 0 and 1 and is right for few samples.
/// Without samples it is (0, 1).
pub fn wilson_interval(hits: f64, samples: f64, confidence: f64) -> (f64, f64) {
    score_interval(hits, samples, normal_quantile(0.5 + 0.5 * confidence))
}

/// The value that the true proportion is above with `confidence`.
pub fn wilson_bound_below(hits: f64, samples: f64, confidence: f64) -> f64 {
    score_interval(hits, samples, normal_quantile(confidence)).0
}

/// The value that the true proportion is below with `confidence`.
pub fn wilson_bound_above(hits: f64, samples: f64, confidence: f64) -> f64 {
    score_interval(hits, samples, normal_quantile(confidence)).1
}

/// The proportions whose score is within `z` standard errors of what was seen.
fn score_interval(hits: f64, samples: f64, z: f64) -> (f64, f64) {
    if samples <= 0.0 {
        return (0.0, 1.0);
    }
    let share = (hits / samples).clamp(0.0, 1.0);
    let weight = z * z / samples;
    let middle = (share + 0.5 * weight) / (1.0 + weight);
    let spread = (share * (1.0 - share) / samples + 0.25 * weight / samples).sqrt();
    let half = z * spread / (1.0 + weight);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hits: f64, samples: f64, expected: (f64, f64)) {
        let (low, high) = wilson_interval(hits, samples, 0.95);
        assert!((low - expected.0).abs() < 5e-4, "{low}");
        assert!((high - expected.1).abs() < 5e-4, "{high}");
    }

    /// Figures of R. G. Newcombe, "Two-sided confidence intervals for the single proportion"
    /// (1998), table I, method 3.
    #[test]
    fn published_intervals() {
        check(81.0, 263.0, (0.2553, 0.3662));
        check(15.0, 148.0, (0.0624, 0.1605));
        check(0.0, 20.0, (0.0, 0.1611));
        check(1.0, 29.0, (0.0061, 0.1718));
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(wilson_interval(0.0, 0.0, 0.95), (0.0, 1.0));
        assert_eq!(wilson_interval(50.0, 50.0, 0.95).1, 1.0);
        let bound = wilson_bound_below(1000.0, 1000.0, 0.95);
        assert!((bound - 1000.0 / (1000.0 + 1.644_853_626_951_472_7f64.powi(2))).abs() < 1e-12);
    }

    #[test]
    fn one_sided_bounds_are_the_ends_of_a_wider_interval() {
        let (low, high) = wilson_interval(30.0, 200.0, 0.9);
        assert_eq!(wilson_bound_below(30.0, 200.0, 0.95), low);
        assert_eq!(wilson_bound_above(30.0, 200.0, 0.95), high);
    }
}
