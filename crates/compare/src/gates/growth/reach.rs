//! How far a growth may reach that was not shown: a gate passes only when it can exclude the growth that
//! it is there to see.

use super::Allowed;
use super::measured::Measured;
use crate::gates::measure::{Measure, Scale};
use crate::signed;

/// The growth that a gate is to exclude at least, unless it allows half of it: half as much again.
const MUST_SEE: f64 = 0.5;

/// From this share on a function is large enough for that; its share then moves by 3.5 points.
const SHARE_LARGE: f64 = 0.08;

impl Measured {
    /// The growth that these runs do not exclude, as text; `None` where nothing was tested.
    pub(super) fn reach(&self, scale: &Scale) -> Option<String> {
        let (_, end) = self.interval?;
        Some(match scale.measure {
            Measure::Share => format!("{} points", signed::points(end)),
            Measure::Value | Measure::PerUnit => format!("x{end:.2}"),
        })
    }

    /// Whether this row, which costs `whole` with all others, may have grown by half or by twice what is
    /// allowed. Rows whose share would hardly move by that, small ones and callers of nearly everything, are
    /// not asked.
    pub(super) fn is_too_wide(&self, scale: &Scale, allowed: Allowed, whole: f64) -> bool {
        let Some((_, end)) = self.interval else {
            return false;
        };
        let factor = 1.0 + MUST_SEE.max(2.0 * allowed.increase);
        let share = if whole > 0.0 { self.old / whole } else { 0.0 };
        // What costs so many times as much makes the whole larger, too.
        let moved = |share: f64| share * factor / (1.0 + share * (factor - 1.0)) - share;
        match scale.measure {
            Measure::Share => {
                moved(share) >= moved(SHARE_LARGE) && end > moved(share).max(2.0 * allowed.delta)
            }
            Measure::Value | Measure::PerUnit => {
                share >= SHARE_LARGE && end > factor && self.old * (end - 1.0) > 2.0 * allowed.delta
            }
        }
    }
}
