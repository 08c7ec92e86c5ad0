//! Trends: the slope that half of all pairs of points exceed, and whether there is one at all.
//!
//! P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", 1968; H. B. Mann,
//! "Nonparametric tests against trend", 1945, with the variance for tied values of M. G. Kendall. Up to
//! 29 % of the points may be wild without moving the slope far.

use crate::median::median;
use crate::normal::normal_upper_tail;

/// More points than this are thinned out evenly: pairs grow with their square.
const POINTS_MAX: usize = 2000;

/// A line through points, and what speaks for a slope at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Rise for each unit of the horizontal axis.
    pub slope: f64,
    /// Height at 0.
    pub intercept: f64,
    /// How often values without a trend, in random order, rise as clearly.
    pub p_rising: f64,
    /// How often such values fall as clearly.
    pub p_falling: f64,
}

/// The trend of points given as (horizontal, vertical). `None` when all points have the same horizontal
/// position, or there are none.
pub fn theil_sen(points: &[(f64, f64)]) -> Option<Trend> {
    let stride = points.len().div_ceil(POINTS_MAX).max(1);
    let points: Vec<(f64, f64)> = points.iter().copied().step_by(stride).collect();
    let mut slopes = Vec::with_capacity(points.len() * points.len() / 2);
    for (index, (x, y)) in points.iter().enumerate() {
        let later = points[index + 1..].iter().filter(|(other, _)| other != x);
        slopes.extend(later.map(|(other_x, other_y)| (other_y - y) / (other_x - x)));
    }
    if slopes.is_empty() {
        return None;
    }
    let slope = median(&slopes);
    let heights: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
    let (p_rising, p_falling) = mann_kendall(&slopes, &points);
    Some(Trend {
        slope,
        intercept: median(&heights),
        p_rising,
        p_falling,
    })
}

/// The upper tails of the normal scores of (rising pairs - falling pairs) and of the reverse, corrected for
/// continuity.
fn mann_kendall(slopes: &[f64], points: &[(f64, f64)]) -> (f64, f64) {
    let rising = slopes.iter().filter(|slope| **slope > 0.0).count() as f64;
    let falling = slopes.iter().filter(|slope| **slope < 0.0).count() as f64;
    let variance_of = |count: usize| {
        let count = count as f64;
        count * (count - 1.0) * (2.0 * count + 5.0) / 18.0
    };
    let mut heights: Vec<f64> = points.iter().map(|(_, y)| *y).collect();
    heights.sort_by(f64::total_cmp);
    let ties: f64 = heights
        .chunk_by(|a, b| a == b)
        .map(|tied| variance_of(tied.len()))
        .sum();
    let variance = variance_of(points.len()) - ties;
    if variance <= 0.0 {
        return (0.5, 0.5);
    }
    let tail = |more: f64| normal_upper_tail((more - 1.0) / variance.sqrt());
    (tail(rising - falling), tail(falling - rising))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(heights: &[f64]) -> Vec<(f64, f64)> {
        let points = heights.iter().enumerate();
        points
            .map(|(index, height)| (index as f64, *height))
            .collect()
    }

    #[test]
    fn a_line_is_found_beneath_wild_points() {
        let mut heights: Vec<f64> = (0..20).map(|index| 7.0 + 3.0 * f64::from(index)).collect();
        (heights[3], heights[11], heights[12]) = (900.0, -900.0, 500.0);
        let trend = theil_sen(&line(&heights)).unwrap();
        assert!((trend.slope - 3.0).abs() < 1e-12, "{trend:?}");
        assert!((trend.intercept - 7.0).abs() < 1e-12, "{trend:?}");
        assert!(trend.p_rising < 1e-4, "{trend:?}");
    }

    #[test]
    fn the_score_is_that_of_kendall() {
        // 1 3 2 4: five pairs rise, one falls; (5 - 1 - 1) / √(4 · 3 · 13 / 18).
        let trend = theil_sen(&line(&[1.0, 3.0, 2.0, 4.0])).unwrap();
        let score = 3.0 / (156.0 / 18.0f64).sqrt();
        assert!((trend.p_rising - normal_upper_tail(score)).abs() < 1e-12);
        // 1 1 2: two rise; the tied pair takes 2 · 1 · 9 / 18 = 1 off the variance 66 / 18.
        let tied = theil_sen(&line(&[1.0, 1.0, 2.0])).unwrap();
        let score = 1.0 / (66.0 / 18.0 - 1.0f64).sqrt();
        assert!((tied.p_rising - normal_upper_tail(score)).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_trend() {
        assert_eq!(theil_sen(&[]), None);
        assert_eq!(theil_sen(&[(1.0, 2.0), (1.0, 3.0)]), None);
        let flat = theil_sen(&line(&[5.0; 10])).unwrap();
        assert_eq!((flat.slope, flat.p_rising, flat.p_falling), (0.0, 0.5, 0.5));
    }

    #[test]
    fn a_fall_is_a_rise_upside_down() {
        let heights = [1.0, 3.0, 2.0, 4.0, 4.0, 6.0];
        let rising = theil_sen(&line(&heights)).unwrap();
        let falling = theil_sen(&line(&heights.map(|height| -height))).unwrap();
        assert!(falling.p_rising > 0.9, "{falling:?}");
        assert_eq!(
            (rising.slope, rising.p_rising, rising.p_falling),
            (-falling.slope, falling.p_falling, falling.p_rising)
        );
    }

    #[test]
    fn many_points_are_thinned_out() {
        let heights: Vec<f64> = (0..9000).map(|index| f64::from(index) * 0.5).collect();
        let trend = theil_sen(&line(&heights)).unwrap();
        assert_eq!((trend.slope, trend.intercept), (0.5, 0.0));
    }
}
