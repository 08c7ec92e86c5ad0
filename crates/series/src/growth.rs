//! Memory in use that grows from profile to profile, a leak or something that is kept on purpose; and memory
//! that declines, which is the same upside down.

use stats::theil_sen;

use crate::candidate::Candidate;
use crate::rules::Rules;
use crate::track::Track;

/// Growth or decline, and where it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growth {
    pub(crate) at: usize,
    /// Amount where it began, and at the end: less for a decline.
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) p: f64,
}

/// The growth of `track`, or its decline, if there is one, `times` being where its profiles lie in time and
/// `level` how often chance may give either.
pub(crate) fn growth(
    track: &Track,
    times: &[f64],
    scale_of_all: f64,
    rules: &Rules,
    level: f64,
) -> Option<Growth> {
    let points: Vec<(f64, f64)> = times
        .iter()
        .copied()
        .zip(track.even.iter().copied())
        .collect();
    let trend = theil_sen(&points)?;
    let (p, sign) = if trend.p_rising <= trend.p_falling {
        (trend.p_rising, 1.0)
    } else {
        (trend.p_falling, -1.0)
    };
    if p >= 0.5 * level {
        return None;
    }
    let rising: Vec<(f64, f64)> = points.iter().map(|(x, y)| (*x, sign * y)).collect();
    let (at, before, after) = hinge(&rising)?;
    let is_large = scale_of_all > 0.0 && after - before >= rules.growth * scale_of_all;
    is_large.then_some(Growth {
        at,
        before: sign * before,
        after: sign * after,
        p,
    })
}

impl Growth {
    /// The change.
    pub(crate) fn change(&self) -> f64 {
        self.after - self.before
    }

    /// Whether a line, level up to where the growth began, is nearer to the values than the levels between
    /// `shifts` are.
    pub(crate) fn fits_better_than(
        &self,
        track: &Track,
        times: &[f64],
        shifts: &[Candidate],
    ) -> bool {
        if shifts.is_empty() {
            return true;
        }
        let span = times[times.len() - 1] - times[self.at];
        let slope = self.change() / span;
        let hinge = times.iter().zip(&track.even).map(|(time, value)| {
            let line = self.before + slope * (time - times[self.at]).max(0.0);
            (value - line).powi(2)
        });
        let levels = |place: usize| {
            let after = shifts.iter().rev().find(|shift| place >= shift.at);
            after.map_or(shifts[0].before, |shift| shift.after)
        };
        let values = track.even.iter().enumerate();
        let steps: f64 = values
            .map(|(place, value)| (value - levels(place)).powi(2))
            .sum();
        hinge.sum::<f64>() <= steps
    }
}

/// The line that is level up to one of the points and straight from there on, nearest to all in squares:
/// the place of the bend, and the heights there and at the end. `None` when no such line rises.
fn hinge(points: &[(f64, f64)]) -> Option<(usize, f64, f64)> {
    let end = points.last()?.0;
    let fits = points.iter().enumerate().map(|(at, (bend, _))| {
        let run: Vec<f64> = points.iter().map(|(x, _)| (x - bend).max(0.0)).collect();
        let (mean_run, mean_y) = (
            stats::mean(&run),
            stats::mean(&points.iter().map(|(_, y)| *y).collect::<Vec<_>>()),
        );
        let (mut products, mut squares) = (0.0, 0.0);
        for (run, (_, y)) in run.iter().zip(points) {
            products += (run - mean_run) * (y - mean_y);
            squares += (run - mean_run).powi(2);
        }
        let slope = if squares > 0.0 {
            products / squares
        } else {
            0.0
        };
        let base = mean_y - slope * mean_run;
        // What the line explains of the squares: the more the better.
        (slope * products, at, base, base + slope * (end - bend))
    });
    let (_, at, before, after) = fits.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (after > before).then_some((at, before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(heights: &[f64]) -> Option<Growth> {
        let times: Vec<f64> = (0..heights.len()).map(|n| n as f64).collect();
        let track = Track::amount(heights, 0.0);
        growth(
            &track,
            &times,
            stats::median(heights),
            &Rules::default(),
            1e-3,
        )
    }

    /// `profiles` of 100 with a disturbance below 1, growing by `each` from `at` on.
    fn heights(profiles: usize, at: usize, each: f64) -> Vec<f64> {
        let height =
            |n: usize| 100.0 + ((n * 37) % 11) as f64 / 11.0 + each * n.saturating_sub(at) as f64;
        (0..profiles).map(height).collect()
    }

    #[test]
    fn growth_is_found_with_its_beginning() {
        let whole = grown(&heights(40, 0, 2.0)).unwrap();
        assert!(whole.at <= 1, "{whole:?}");
        assert!((whole.after - whole.before - 78.0).abs() < 3.0, "{whole:?}");
        let half = grown(&heights(40, 20, 2.0)).unwrap();
        assert!(half.at.abs_diff(20) <= 1, "{half:?}");
        assert!((half.after - half.before - 38.0).abs() < 2.0, "{half:?}");
    }

    #[test]
    fn a_decline_is_a_growth_upside_down() {
        let half = grown(&heights(40, 20, -2.0)).unwrap();
        assert!(half.at.abs_diff(20) <= 1, "{half:?}");
        assert!((half.change() + 38.0).abs() < 2.0, "{half:?}");
    }

    #[test]
    fn what_does_not_grow() {
        assert!(grown(&heights(40, 40, 0.0)).is_none());
        assert!(grown(&heights(40, 0, 0.1)).is_none(), "less than a tenth");
        assert!(grown(&heights(40, 0, -0.1)).is_none());
        assert!(grown(&[0.0; 20]).is_none());
    }
}
