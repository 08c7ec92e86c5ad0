//! The logarithm of the gamma function, for the distributions that are built on it.

/// From here on Stirling's series is good to the last digit of a double.
const LARGE: f64 = 10.0;

/// ln Γ(x) for x > 0, by Stirling's series behind a shift to large arguments (Abramowitz and
/// Stegun, 6.1.41 and 6.1.15).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < LARGE {
        shift += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = (1.0 / 12.0
        - inverse
            * (1.0 / 360.0
                - inverse * (1.0 / 1260.0 - inverse * (1.0 / 1680.0 - inverse / 1188.0))))
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::ln_gamma;

    #[test]
    fn it_is_the_logarithm_of_factorials() {
        let mut factorial = 1.0f64;
        for n in 1..20 {
            let n = f64::from(n);
            assert!((ln_gamma(n) - factorial.ln()).abs() < 1e-12, "{n}");
            factorial *= n;
        }
        // Γ(1/2) is the square root of π.
        assert!((ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-13);
    }
}
