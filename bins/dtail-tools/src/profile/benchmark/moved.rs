//! Which functions moved between two builds, by their profiles.

use ::compare::{Selection, diff};
use anyhow::{Result, anyhow};
use dtail_profile::Profile;

use super::record::Moved;

const NANOS: f64 = 1e9;

/// The functions whose own CPU time has another share, beyond what chance explains: the one that moved
/// farthest first.
pub(super) fn moved(old: Vec<Profile>, new: Vec<Profile>) -> Result<Vec<Moved>> {
    let diff = diff(old, new, &Selection::default()).map_err(|error| anyhow!("{error}"))?;
    let share = |sum: i128, gross: i128| {
        if gross == 0 {
            0.0
        } else {
            sum as f64 / gross as f64
        }
    };
    let mut moved: Vec<Moved> = diff
        .rows
        .iter()
        .filter_map(|row| {
            let odds = row.flat.odds.filter(|odds| odds.is_shown())?;
            Some(Moved {
                function: row.name.clone(),
                old: share(row.flat.old, diff.old.gross),
                new: share(row.flat.new, diff.new.gross),
                old_seconds: diff.old.mean(row.flat.old) / NANOS,
                new_seconds: diff.new.mean(row.flat.new) / NANOS,
                q: odds.q,
            })
        })
        .collect();
    let distance = |moved: &Moved| (moved.new - moved.old).abs();
    moved.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
    Ok(moved)
}
