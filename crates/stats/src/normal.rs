//! The normal distribution: tails and quantiles.

use std::f64::consts::{FRAC_2_SQRT_PI, SQRT_2};

use crate::bisect::where_falling;

/// Beyond this many standard deviations a tail is 0 in doubles.
const FAR: f64 = 40.0;

/// The probability that a standard normal variable is above `z`. Small tails keep their relative
/// precision. The series and the continued fraction are those of Abramowitz and Stegun, 7.1.6
/// and 7.1.14.
pub fn normal_upper_tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - normal_upper_tail(-z);
    }
    let x = z / SQRT_2;
    if x < 2.0 {
        return 0.5 - 0.5 * error_function(x);
    }
    // erfc(x) = exp(-x²) / (√π (x + 1/2/(x + 1/(x + 3/2/(x + ...)))))
    let fraction = (1..=120)
        .rev()
        .fold(x, |below, k| x + 0.5 * f64::from(k) / below);
    0.25 * FRAC_2_SQRT_PI * (-x * x).exp() / fraction
}

/// erf(x) for 0 ≤ x < 2.
fn error_function(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (x, x, 0.0);
    while term > f64::EPSILON * sum {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
    }
    FRAC_2_SQRT_PI * (-x * x).exp() * sum
}

/// The value that a standard normal variable stays below with `probability`, which is between 0
/// and 1 and neither of them.
pub fn normal_quantile(probability: f64) -> f64 {
    if probability > 0.5 {
        return -normal_quantile(1.0 - probability);
    }
    // The lower tail at -z is the upper one at z.
    -where_falling(normal_upper_tail, probability, 0.0, FAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tails() {
        for (z, expected) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457_05),
            (-1.0, 0.841_344_746_068_542_9),
            (1.959_963_984_540_054, 0.025),
            (3.0, 1.349_898_031_630_094_6e-3),
            (6.0, 9.865_876_450_376_98e-10),
            (20.0, 2.753_624_118_606_233_7e-89),
        ] {
            let tail = normal_upper_tail(z);
            assert!((tail / expected - 1.0).abs() < 1e-12, "{z}: {tail}");
        }
    }

    #[test]
    fn known_quantiles() {
        for (probability, expected) in [
            (0.5, 0.0),
            (0.95, 1.644_853_626_951_472_7),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_813_5),
        ] {
            let quantile = normal_quantile(probability);
            assert!(
                (quantile - expected).abs() < 1e-12,
                "{probability}: {quantile}"
            );
        }
    }
}
