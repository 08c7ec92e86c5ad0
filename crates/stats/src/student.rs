//! Student's t distribution: tails and quantiles.

use crate::beta::regularised_beta;
use crate::bisect::where_falling;
use crate::normal::{normal_quantile, normal_upper_tail};

/// Beyond this a tail of one degree of freedom is below 1e-12.
const FAR: f64 = 1e12;

/// From here on the distribution is the normal one to seven digits, and the beta function loses
/// more than that.
const FREEDOM_LARGE: f64 = 1e7;

/// The probability that a variable of Student's distribution with `freedom` degrees of freedom
/// (above 0, not necessarily whole, infinite for the normal distribution) is above `t` (Abramowitz and Stegun, 26.7.1).
pub fn student_upper_tail(t: f64, freedom: f64) -> f64 {
    if freedom > FREEDOM_LARGE {
        return normal_upper_tail(t);
    }
    let tails = regularised_beta(freedom / (freedom + t * t), 0.5 * freedom, 0.5);
    if t < 0.0 {
        1.0 - 0.5 * tails
    } else {
        0.5 * tails
    }
}

/// The value that such a variable stays below with `probability`, which is between 0 and 1 and
/// neither of them.
pub fn student_quantile(probability: f64, freedom: f64) -> f64 {
    if freedom > FREEDOM_LARGE {
        return normal_quantile(probability);
    }
    if probability < 0.5 {
        return -student_quantile(1.0 - probability, freedom);
    }
    let tail = |t: f64| student_upper_tail(t, freedom);
    where_falling(tail, 1.0 - probability, 0.0, FAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tails() {
        for (t, freedom, expected) in [
            (0.0, 3.0, 0.5),
            (1.0, 1.0, 0.25),
            (-1.0, 1.0, 0.75),
            // Two degrees of freedom have a closed form: 1/2 - t / (2 √(2 + t²)).
            (2.0, 2.0, 0.5 - 2.0 / (2.0 * 6f64.sqrt())),
            (2.228_138_851_986_273_5, 10.0, 0.025),
        ] {
            let tail = student_upper_tail(t, freedom);
            assert!((tail - expected).abs() < 1e-12, "{t} {freedom}: {tail}");
        }
    }

    #[test]
    fn known_quantiles() {
        for (probability, freedom, expected) in [
            (0.975, 1.0, 12.706_204_736_174_698),
            (0.975, 4.0, 2.776_445_105_197_793_4),
            (0.95, 8.0, 1.859_548_037_530_898),
            (0.05, 8.0, -1.859_548_037_530_898),
            (0.975, 1e6, 1.959_966_357),
            (0.975, f64::INFINITY, 1.959_963_984_540_054),
        ] {
            let quantile = student_quantile(probability, freedom);
            let error = (quantile - expected).abs();
            assert!(error < 1e-8, "{probability} {freedom}: {quantile}");
        }
    }
}
