//! A row of values as a line of eight heights.

const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// `values` in at most `width` characters, from the least to the greatest of them. Where several values
/// share a character, the one farthest from the middle of all is shown, so that a spike is never lost.
pub fn sparkline(values: &[f64], width: usize) -> String {
    if values.is_empty() || width == 0 {
        return String::new();
    }
    let middle = stats::median(values);
    let cells = width.min(values.len());
    let cell = |index: usize| {
        let part = &values[index * values.len() / cells..(index + 1) * values.len() / cells];
        let farthest = |a: &&f64, b: &&f64| (**a - middle).abs().total_cmp(&(**b - middle).abs());
        part.iter().max_by(farthest).copied().unwrap_or(middle)
    };
    let shown: Vec<f64> = (0..cells).map(cell).collect();
    let low = shown.iter().copied().fold(f64::INFINITY, f64::min);
    let high = shown.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let height = |value: f64| {
        let part = if high > low {
            (value - low) / (high - low)
        } else {
            0.0
        };
        HEIGHTS[((part * 7.0).round() as usize).min(7)]
    };
    shown.into_iter().map(height).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[f64], width: usize, expected: &str) {
        assert_eq!(sparkline(values, width), expected);
    }

    #[test]
    fn heights_go_from_least_to_greatest() {
        check(&[], 10, "");
        check(&[5.0], 10, "▁");
        check(&[3.0, 3.0, 3.0], 10, "▁▁▁");
        check(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8, "▁▂▃▄▅▆▇█");
        check(&[-1.0, 1.0], 2, "▁█");
        check(&[1.0, 2.0], 0, "");
    }

    #[test]
    fn a_spike_among_many_values_is_seen() {
        let mut values = vec![1.0; 60];
        values[31] = 9.0;
        check(&values, 6, "▁▁▁█▁▁");
        values[31] = -9.0;
        check(&values, 6, "███▁██");
    }
}
