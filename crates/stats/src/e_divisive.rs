//! Change points: where the level of a series changes for good.
//!
//! Segments are halved where the energy distance between the two sides is largest (D. S. Matteson and
//! N. A. James, "A nonparametric approach for multiple change point analysis of multivariate data", 2014).
//! A t-test in place of the permutations of that paper decides, so that the answer is the same every time:
//! splits are made on weak evidence at first, because one change hides another, and those that their
//! neighbours leave without strong evidence are taken back, the weakest first.

use crate::mean::mean;
use crate::pooled::{pooled_t_test, squares};

/// Evidence on which a segment is split for the time being.
const WEAK: f64 = 0.05;

/// How much worse than the best place, in variances, a place may fit the change: the likelihood ratio
/// that holds the true place in 95 of 100 cases (B. E. Hansen, "Sample splitting and threshold
/// estimation", 2000, table 1).
const PLACE_RATIO: f64 = 7.35;

/// What counts as a change.
#[derive(Clone, Copy, Debug)]
pub struct ShiftRule {
    /// Least points on each side, at least 2.
    pub least_points: usize,
    /// A change is one that chance alone gives with less than this probability, both directions taken
    /// together.
    pub level: f64,
    /// Least variance of a point that is believed.
    pub variance_floor: f64,
}

/// A change of level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The first point of the new level.
    pub at: usize,
    /// The first and the last point that it may be, with a confidence of 95 %.
    pub range: (usize, usize),
    /// The first point of the level before.
    pub from: usize,
    /// The first point behind the new level.
    pub to: usize,
    /// Mean before, back to the change before.
    pub before: f64,
    /// Mean from then on, up to the next change.
    pub after: f64,
    /// Two-sided probability of such a difference between two sides without one.
    pub p: f64,
}

/// The changes of level of `values`, in their order.
pub fn shifts(values: &[f64], rule: &ShiftRule) -> Vec<Shift> {
    let mut bounds = vec![0, values.len()];
    split(values, 0, values.len(), rule, &mut bounds);
    bounds.sort_unstable();
    loop {
        let found: Vec<Shift> = bounds
            .windows(3)
            .map(|part| shift(values, part[0], part[1], part[2], rule))
            .collect();
        let weakest = found.iter().enumerate();
        let weakest = weakest.max_by(|(_, a), (_, b)| a.p.total_cmp(&b.p));
        match weakest {
            Some((index, weakest)) if weakest.p >= rule.level => drop(bounds.remove(index + 1)),
            _ => return placed(values, found, rule),
        }
    }
}

fn split(values: &[f64], from: usize, to: usize, rule: &ShiftRule, bounds: &mut Vec<usize>) {
    let Some(at) = best_split(&values[from..to], rule.least_points.max(2)) else {
        return;
    };
    let at = from + at;
    if shift(values, from, at, to, rule).p >= WEAK {
        return;
    }
    bounds.push(at);
    split(values, from, at, rule, bounds);
    split(values, at, to, rule, bounds);
}

/// Where the energy distance between the two sides, each of at least `least` points, is largest.
///
/// Each point that changes sides moves its distances from one sum to another, so that all places
/// together take the square of the number of points.
fn best_split(values: &[f64], least: usize) -> Option<usize> {
    let distance =
        |point: f64, side: &[f64]| -> f64 { side.iter().map(|other| (point - other).abs()).sum() };
    let (mut within_left, mut between) = (0.0, 0.0);
    let pairs = values.iter().enumerate();
    let mut within_right: f64 = pairs
        .map(|(index, point)| distance(*point, &values[index + 1..]))
        .sum();
    let mut best: Option<(f64, usize)> = None;
    for index in 0..values.len().saturating_sub(least) {
        let to_left = distance(values[index], &values[..index]);
        let to_right = distance(values[index], &values[index + 1..]);
        within_left += to_left;
        within_right -= to_right;
        between += to_right - to_left;
        let (left, right) = ((index + 1) as f64, (values.len() - index - 1) as f64);
        if index + 1 < least {
            continue;
        }
        let energy = 2.0 * between / (left * right)
            - within_left / (0.5 * left * (left - 1.0))
            - within_right / (0.5 * right * (right - 1.0));
        let statistic = left * right / (left + right) * energy;
        if best.is_none_or(|(most, _)| statistic > most) {
            best = Some((statistic, index + 1));
        }
    }
    best.map(|(_, at)| at)
}

/// The change at `at` between the levels on both sides.
fn shift(values: &[f64], from: usize, at: usize, to: usize, rule: &ShiftRule) -> Shift {
    let (left, right) = (&values[from..at], &values[at..to]);
    Shift {
        at,
        range: (at, at),
        from,
        to,
        before: mean(left),
        after: mean(right),
        p: pooled_t_test(left, right, rule.variance_floor),
    }
}

/// The changes, each at the place that leaves the least squares between its neighbours.
fn placed(values: &[f64], found: Vec<Shift>, rule: &ShiftRule) -> Vec<Shift> {
    let place = |found: Shift| {
        let (from, to) = (found.from, found.to);
        let rest = |at: usize| squares(&values[from..at]) + squares(&values[at..to]);
        let least = rule.least_points.max(2);
        let places = from + least..=to - least;
        let at = places.min_by(|a, b| rest(*a).total_cmp(&rest(*b)));
        let at = at.unwrap_or(found.at);
        let best = rest(at);
        let freedom = (to - from).saturating_sub(2).max(1) as f64;
        let variance = (best / freedom).max(rule.variance_floor);
        let fits = |at: &usize| rest(*at) - best <= PLACE_RATIO * variance;
        let first = (from + 1..at).find(fits).unwrap_or(at);
        let last = (at + 1..to).rev().find(fits).unwrap_or(at);
        Shift {
            range: (first, last),
            ..shift(values, from, at, to, rule)
        }
    };
    found.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULE: ShiftRule = ShiftRule {
        least_points: 4,
        level: 1e-4,
        variance_floor: 0.0,
    };

    /// Values of these levels with a small fixed disturbance.
    fn series(levels: &[(usize, f64)]) -> Vec<f64> {
        let levels = levels.iter();
        let values = levels.flat_map(|(points, level)| std::iter::repeat_n(*level, *points));
        let disturbed = |(index, level): (usize, f64)| level + ((index * 37) % 11) as f64 / 11.0;
        values.enumerate().map(disturbed).collect()
    }

    #[track_caller]
    fn check(levels: &[(usize, f64)], expected: &[usize]) {
        let found = shifts(&series(levels), &RULE);
        let places: Vec<usize> = found.iter().map(|shift| shift.at).collect();
        assert_eq!(places, expected, "{found:?}");
    }

    #[test]
    fn levels_are_told_apart() {
        check(&[(30, 5.0)], &[]);
        check(&[(20, 5.0), (10, 8.0)], &[20]);
        check(&[(26, 5.0), (4, 9.0)], &[26]);
        check(&[(20, 5.0), (8, 8.0), (22, 5.0)], &[20, 28]);
        check(&[(15, 1.0), (15, 4.0), (15, 9.0), (15, 2.0)], &[15, 30, 45]);
        check(&[(20, 5.0), (3, 5.1)], &[]);
        check(&[(10, 5.0), (10, 5.4)], &[]);
    }

    #[test]
    fn short_series_have_no_levels() {
        for points in 0..8 {
            assert_eq!(shifts(&vec![1.0; points], &RULE), []);
        }
        check(&[(4, 0.0), (4, 90.0)], &[4]);
    }

    #[test]
    fn equal_values_have_no_shift_and_a_floor_hides_small_ones() {
        assert_eq!(shifts(&[3.0; 40], &RULE), []);
        let steps = series(&[(20, 5.0), (20, 6.5)]);
        assert_eq!(shifts(&steps, &RULE).len(), 1);
        let rule = ShiftRule {
            variance_floor: 9.0,
            ..RULE
        };
        assert_eq!(shifts(&steps, &rule), []);
    }

    #[test]
    fn the_place_is_as_certain_as_the_step_is_high() {
        let high = shifts(&series(&[(20, 5.0), (20, 15.0)]), &RULE)[0];
        assert_eq!(high.range, (20, 20));
        let low = shifts(&series(&[(20, 5.0), (20, 5.8)]), &RULE)[0];
        assert!(low.range.0 <= 20 && low.range.1 >= 20 && low.range.0 < low.range.1);
        assert!((high.after - high.before - 10.0).abs() < 0.2, "{high:?}");
    }

    /// The definition, word for word.
    fn slow_best_split(values: &[f64], least: usize) -> Option<usize> {
        let mean_distance = |a: &[f64], b: &[f64]| {
            let sum: f64 = a
                .iter()
                .flat_map(|x| b.iter().map(move |y| (x - y).abs()))
                .sum();
            sum / (a.len() * b.len()) as f64
        };
        // Within a side the pairs of a point with itself are left out.
        let within = |a: &[f64]| mean_distance(a, a) * a.len() as f64 / (a.len() - 1) as f64;
        let energy = |at: usize| {
            let (left, right) = values.split_at(at);
            let weight = (left.len() * right.len()) as f64 / values.len() as f64;
            weight * (2.0 * mean_distance(left, right) - within(left) - within(right))
        };
        (least..=values.len().checked_sub(least)?).max_by(|a, b| energy(*a).total_cmp(&energy(*b)))
    }

    proptest! {
        #[test]
        fn the_best_split_is_that_of_the_definition(values in prop::collection::vec(0.0..100.0f64, 0..40)) {
            prop_assert_eq!(best_split(&values, 4), slow_best_split(&values, 4));
        }
    }
}
