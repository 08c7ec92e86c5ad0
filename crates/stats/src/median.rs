//! The middle of values, and how far they lie from it: location and scale that a few wild values do
//! not move.

/// What makes the median absolute deviation of a normal variable its standard deviation: 1 / Φ⁻¹(3/4).
const NORMAL: f64 = 1.482_602_218_505_602;

/// The median: the mean of the two in the middle where there is no one; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        length if length % 2 == 1 => sorted[middle],
        _ => 0.5 * (sorted[middle - 1] + sorted[middle]),
    }
}

/// A standard deviation from the median absolute deviation from the median, right for normal values
/// and finite for up to half of them wild (F. R. Hampel, "The influence curve and its role in robust
/// estimation", 1974); 0 of nothing.
pub fn robust_deviation(values: &[f64]) -> f64 {
    let middle = median(values);
    let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    NORMAL * median(&distances)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_few_values() {
        for (values, expected) in [
            (&[][..], 0.0),
            (&[3.0][..], 3.0),
            (&[5.0, 1.0][..], 3.0),
            (&[9.0, 1.0, 4.0][..], 4.0),
            (&[9.0, 1.0, 4.0, 2.0][..], 3.0),
        ] {
            assert_eq!(median(values), expected, "{values:?}");
        }
    }

    #[test]
    fn wild_values_do_not_widen_the_scale() {
        let calm = [-2.0, -1.0, 0.0, 1.0, 2.0];
        let wild = [-2.0, -1.0, 0.0, 1.0, 2000.0];
        assert_eq!(robust_deviation(&calm), NORMAL);
        assert_eq!(robust_deviation(&wild), NORMAL);
        assert_eq!(robust_deviation(&[]), 0.0);
    }
}
