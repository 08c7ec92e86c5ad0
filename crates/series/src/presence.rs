//! Functions that appeared or vanished too recently for a level: in the last profiles.

use crate::candidate::Candidate;
use crate::finding::Kind;
use crate::rules::Rules;
use crate::track::{Scale, Track};

/// Samples that a function must be missed by before it counts as vanished.
const MISSED: f64 = 15.0;

/// The function of `track` is in the last profiles and in none before, or in all before and in none of
/// the last. There are fewer last profiles than a level has.
pub(crate) fn recent(track: &Track, rules: &Rules) -> Option<Candidate> {
    let profiles = track.shown.len();
    let is_there = |place: &usize| track.shown[*place] > 0.0;
    let last_differs = (0..profiles)
        .rev()
        .find(|place| is_there(place) != is_there(&(profiles - 1)))?;
    let at = last_differs + 1;
    if track.scale != Scale::Share || at < rules.side_least || profiles - at >= rules.side_least {
        return None;
    }
    let (without, with): (Vec<usize>, Vec<usize>) = ((0..at).collect(), (at..profiles).collect());
    let (before, after) = (track.level(&without), track.level(&with));
    let missed: f64 = with
        .iter()
        .map(|place| before / (4.0 * track.floor[*place]))
        .sum();
    let kind = if before == 0.0 && after >= rules.presence_share {
        Kind::Appeared
    } else if without.iter().all(is_there) && before >= rules.presence_share && missed >= MISSED {
        Kind::Vanished
    } else {
        return None;
    };
    Some(Candidate {
        row: None,
        kind,
        at,
        range: (at, at),
        without,
        with,
        before,
        after,
        p: 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shares: &[f64], expected: Option<(Kind, usize)>) {
        let profiles = shares.len();
        let track = Track::share(shares, &vec![1.0; profiles], &vec![1000.0; profiles], 1.0);
        let found = recent(&track, &Rules::default());
        assert_eq!(
            found.map(|found| (found.kind, found.at)),
            expected,
            "{shares:?}"
        );
    }

    #[test]
    fn the_last_profiles_differ_from_all_before() {
        check(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.03], Some((Kind::Appeared, 5)));
        check(
            &[0.0, 0.0, 0.0, 0.0, 0.03, 0.04, 0.03],
            Some((Kind::Appeared, 4)),
        );
        check(&[0.03, 0.04, 0.03, 0.03, 0.0], Some((Kind::Vanished, 4)));
    }

    #[test]
    fn too_little_is_nothing() {
        check(&[0.0; 6], None);
        check(&[0.03; 6], None);
        check(&[0.0, 0.0, 0.0, 0.03], None);
        check(&[0.0, 0.0, 0.0, 0.0, 0.01], None);
        check(&[0.01, 0.01, 0.01, 0.01, 0.0], None);
        check(&[0.0, 0.03, 0.0, 0.0, 0.03], None);
        // A level of its own by now.
        check(&[0.0, 0.0, 0.0, 0.0, 0.03, 0.03, 0.03, 0.03], None);
    }
}
