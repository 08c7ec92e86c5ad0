//! Profiles that stand out from those on both sides of them.
//!
//! Compared with neighbours and not with the whole series, a spike is seen at any level, and a change of
//! level is none: its first profile is like those behind it.

use std::ops::Range;

use stats::median;

use crate::rules::Rules;
use crate::track::Track;

/// Neighbours on each side: three of them may stand out as well.
const NEIGHBOURS: usize = 7;

/// Neighbours at the end of the series, where there is one side only; the beginning of a change of level
/// is in the middle of them soon.
const NEAREST: usize = 3;

/// Profiles next to each other that stand out in the same direction.
#[derive(Clone, Debug)]
pub(crate) struct Spike {
    pub(crate) places: Range<usize>,
    /// The neighbours that they stand out from.
    pub(crate) around: Vec<usize>,
    /// How far the farthest is from the nearer side.
    pub(crate) deviations: f64,
}

/// The spikes of at least so many `deviations`. As many profiles as a level takes are none.
pub(crate) fn spikes(track: &Track, rules: &Rules, deviations: f64) -> Vec<Spike> {
    let profiles = track.even.len();
    if profiles < rules.spike_profiles_least {
        return Vec::new();
    }
    let mut spikes: Vec<Spike> = Vec::new();
    let mut last_is_above = false;
    for place in 0..profiles {
        let distance = distance(&track.even, place) / track.deviation(place);
        if distance.is_nan() || distance.abs() <= deviations {
            continue;
        }
        let is_above = distance > 0.0;
        match spikes.last_mut() {
            Some(last) if last.places.end == place && last_is_above == is_above => {
                last.places.end += 1;
                last.deviations = last.deviations.max(distance.abs());
            }
            _ => spikes.push(Spike {
                places: place..place + 1,
                around: Vec::new(),
                deviations: distance.abs(),
            }),
        }
        last_is_above = is_above;
    }
    spikes.retain(|spike| spike.places.len() < rules.side_least);
    let all: Vec<Range<usize>> = spikes.iter().map(|spike| spike.places.clone()).collect();
    for spike in &mut spikes {
        let near = spike.places.start.saturating_sub(NEIGHBOURS)..spike.places.end + NEIGHBOURS;
        let near = near.filter(|place| *place < profiles);
        spike.around = near
            .filter(|place| !all.iter().any(|spike| spike.contains(place)))
            .collect();
    }
    spikes
}

/// How far a value is from the nearer side, if it is on the same side of both.
fn distance(values: &[f64], place: usize) -> f64 {
    let value = values[place];
    let left = &values[place.saturating_sub(NEIGHBOURS)..place];
    let right = &values[place + 1..values.len().min(place + 1 + NEIGHBOURS)];
    let sides = match (left, right) {
        ([], right) => [median(right), median(&right[..right.len().min(NEAREST)])],
        (left, []) => [
            median(left),
            median(&left[left.len().saturating_sub(NEAREST)..]),
        ],
        _ => [median(left), median(right)],
    };
    let [first, second] = sides.map(|side| value - side);
    if first * second <= 0.0 {
        return 0.0;
    }
    first.signum() * first.abs().min(second.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A level of 100 with a disturbance below 1, and `changes` added from one place up to another.
    fn track(changes: &[(usize, usize, f64)]) -> Track {
        let mut values: Vec<f64> = (0..40)
            .map(|n| 100.0 + ((n * 37) % 11) as f64 / 11.0)
            .collect();
        for (from, to, change) in changes {
            values[*from..*to]
                .iter_mut()
                .for_each(|value| *value += change);
        }
        Track::amount(&values, 0.0)
    }

    #[track_caller]
    fn check(changes: &[(usize, usize, f64)], expected: &[(usize, usize)]) {
        let spikes = spikes(&track(changes), &Rules::default(), 5.0);
        let places = spikes
            .into_iter()
            .map(|spike| (spike.places.start, spike.places.end));
        let places: Vec<(usize, usize)> = places.collect();
        assert_eq!(places, expected);
    }

    #[test]
    fn a_spike_stands_out_from_both_sides() {
        check(&[], &[]);
        check(&[(20, 21, 9.0)], &[(20, 21)]);
        check(&[(20, 21, -9.0)], &[(20, 21)]);
        check(&[(20, 23, 9.0)], &[(20, 23)]);
        check(&[(10, 11, 9.0), (30, 31, -9.0)], &[(10, 11), (30, 31)]);
        check(&[(10, 11, 9.0), (11, 12, -9.0)], &[(10, 11), (11, 12)]);
        check(&[(0, 1, 9.0)], &[(0, 1)]);
        check(&[(39, 40, 9.0)], &[(39, 40)]);
    }

    #[test]
    fn a_change_of_level_is_no_spike_wherever_it_is() {
        for place in 1..40 {
            // One or two profiles at an end: one cannot tell yet.
            let expected: &[(usize, usize)] = match place {
                1 | 2 => &[(0, 1)],
                38 | 39 => &[(39, 40)],
                _ => &[],
            };
            check(&[(place, 40, 9.0)], expected);
        }
        check(&[(20, 24, 9.0)], &[]);
    }

    #[test]
    fn a_spike_on_another_level_is_measured_from_there() {
        check(&[(15, 40, 50.0), (30, 31, 9.0)], &[(30, 31)]);
    }

    #[test]
    fn short_series_have_no_spikes() {
        let values = [1.0, 1.1, 1.0, 1.2, 9.0, 1.0, 1.1, 1.0, 1.1, 1.2];
        assert!(spikes(&Track::amount(&values, 0.0), &Rules::default(), 5.0).is_empty());
    }
}
