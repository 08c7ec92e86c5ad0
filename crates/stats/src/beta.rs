//! The regularised incomplete beta function, from which Student's distribution follows.

use crate::gamma::ln_gamma;

/// Terms of the continued fraction; it needs about the square root of the larger parameter.
const TERMS_MAX: u32 = 10_000;

/// I_x(a, b) for 0 ≤ x ≤ 1 and positive parameters, by the continued fraction of Abramowitz and
/// Stegun, 26.5.8, evaluated with Lentz' algorithm on the side where it converges quickly.
pub(crate) fn regularised_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - regularised_beta(1.0 - x, b, a);
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    front.exp() / (a * fraction(x, a, b))
}

/// The continued fraction 1 + d1/(1 + d2/(1 + ...)).
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut value, mut numerator, mut denominator) = (1.0, 1.0, 0.0);
    for term in 1..TERMS_MAX {
        let m = f64::from(term / 2);
        let d = if term % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        denominator = 1.0 / nonzero(1.0 + d * denominator);
        numerator = nonzero(1.0 + d / numerator);
        let change = numerator * denominator;
        value *= change;
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::regularised_beta;

    #[track_caller]
    fn check(x: f64, a: f64, b: f64, expected: f64) {
        let value = regularised_beta(x, a, b);
        assert!((value - expected).abs() < 1e-12, "{value} for {expected}");
    }

    #[test]
    fn closed_forms() {
        check(0.3, 1.0, 1.0, 0.3);
        check(0.3, 2.0, 1.0, 0.09);
        check(0.3, 1.0, 3.0, 1.0 - 0.7f64.powi(3));
        check(0.9, 2.0, 2.0, 0.9 * 0.9 * (3.0 - 2.0 * 0.9));
        check(0.5, 40.0, 40.0, 0.5);
        check(0.0, 2.0, 2.0, 0.0);
        check(1.0, 2.0, 2.0, 1.0);
    }
}
