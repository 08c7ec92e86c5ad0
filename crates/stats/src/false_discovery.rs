//! Many tests at once, and how many of their findings may be false.

/// The q-value of each p-value, in the same order: the least rate of false discoveries at which
/// that finding is one. Those whose q-value is at most 0.05 hold, on average, at most 5 % that are
/// chance.
///
/// Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate" (1995).
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|first, second| p_values[*second].total_cmp(&p_values[*first]));
    let tests = p_values.len() as f64;
    let mut q_values = vec![1.0; p_values.len()];
    let mut least: f64 = 1.0;
    for (place, index) in order.into_iter().enumerate() {
        let rank = tests - place as f64;
        least = least.min(p_values[index] * tests / rank);
        q_values[index] = least;
    }
    q_values
}

#[cfg(test)]
mod tests {
    use super::benjamini_hochberg;
    use proptest::prelude::*;

    /// The fifteen p-values of the paper's example: at 0.05 the four smallest are discoveries.
    #[test]
    fn the_example_of_the_paper() {
        let p_values = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let q_values = benjamini_hochberg(&p_values);
        let found = q_values.iter().filter(|q| **q <= 0.05).count();
        assert_eq!(found, 4);
        assert!((q_values[0] - 0.0015).abs() < 1e-12);
        assert!((q_values[3] - 0.035_625).abs() < 1e-12);
    }

    proptest! {
        /// The definition, word for word: the largest k with p(k) ≤ k q / m, and all up to it.
        #[test]
        fn discoveries_are_those_of_the_definition(
            p_values in proptest::collection::vec(0.0..1.0f64, 0..30),
            rate in 0.01..0.5f64,
        ) {
            let mut sorted = p_values.clone();
            sorted.sort_by(f64::total_cmp);
            let m = sorted.len() as f64;
            let holds = |k: &usize| sorted[k - 1] <= *k as f64 * rate / m;
            let expected = (1..=sorted.len()).filter(holds).max().unwrap_or(0);
            let q_values = benjamini_hochberg(&p_values);
            let found = q_values.iter().filter(|q| **q <= rate).count();
            prop_assert_eq!(found, expected);
        }
    }
}
