//! What one row seems to do, before it is asked what follows from what.

use crate::finding::Kind;
use crate::level::matters;
use crate::presence;
use crate::rules::Rules;
use crate::spike::{self, Spike};
use crate::table::Row;
use crate::track::{Scale, Track};
use crate::{growth, growth::Growth};

/// A change that one row shows.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// The row; `None` for the total.
    pub(crate) row: Option<Row>,
    pub(crate) kind: Kind,
    /// The first profile that shows it.
    pub(crate) at: usize,
    /// The first and the last profile that it may have begun with.
    pub(crate) range: (usize, usize),
    /// The profiles without it, and those with it.
    pub(crate) without: Vec<usize>,
    pub(crate) with: Vec<usize>,
    /// The values without and with it, as shown.
    pub(crate) before: f64,
    pub(crate) after: f64,
    /// Probability that chance alone does this to one row; 0 where none is computed.
    pub(crate) p: f64,
}

impl Candidate {
    /// The change, as shown.
    pub(crate) fn change(&self) -> f64 {
        self.after - self.before
    }

    /// Whether two candidates may be the same event.
    pub(crate) fn coincides(&self, other: &Candidate) -> bool {
        let (first, last) = self.range;
        let near = other.range.0 <= last + 1 && first <= other.range.1 + 1;
        match (self.kind, other.kind) {
            (Kind::Growth, Kind::Growth) | (Kind::Decline, Kind::Decline) => true,
            (Kind::Growth | Kind::Decline, _) | (_, Kind::Growth | Kind::Decline) => false,
            (Kind::Spike, Kind::Spike) => near,
            (Kind::Spike, _) | (_, Kind::Spike) => false,
            _ => near,
        }
    }
}

/// How unlikely what a row shows must be, with so many rows in the series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Levels {
    /// For a change of level.
    pub(crate) shift: f64,
    /// For a trend.
    pub(crate) growth: f64,
    /// Deviations of a spike.
    pub(crate) spike: f64,
}

impl Levels {
    /// Those of one row of `rows`, each of so many `profiles`: the probability of a false alarm is shared
    /// out among all that could give one (C. E. Bonferroni).
    pub(crate) fn new(rules: &Rules, rows: usize, profiles: usize) -> Levels {
        let (rows, places) = (rows.max(1) as f64, profiles.max(1) as f64);
        let each = rules.false_alarms / (rows * places);
        Levels {
            shift: each,
            growth: rules.false_alarms / rows,
            spike: stats::normal_quantile(1.0 - 0.5 * each).max(rules.spike_deviations),
        }
    }
}

/// What `track` shows. `times` are the places of its profiles in time, `scale_of_all` the middle of the
/// total for amounts.
pub(crate) fn candidates(
    track: &Track,
    times: &[f64],
    scale_of_all: f64,
    rules: &Rules,
    levels: Levels,
) -> Vec<Candidate> {
    let spikes = spike::spikes(track, rules, levels.spike);
    let kept: Vec<usize> = (0..track.even.len())
        .filter(|place| !spikes.iter().any(|spike| spike.places.contains(place)))
        .collect();
    let mut found = shifts(track, &kept, scale_of_all, rules, levels.shift);
    if track.scale == Scale::Amount
        && let Some(growth) = growth::growth(track, times, scale_of_all, rules, levels.growth)
        && growth.fits_better_than(track, times, &found)
    {
        found = vec![grown(growth)];
    }
    let recent = presence::recent(track, rules);
    let settled = recent.as_ref().map_or(usize::MAX, |recent| recent.at);
    found.retain(|candidate| candidate.at < settled);
    let spikes = spikes
        .into_iter()
        .filter(|spike| spike.places.end <= settled);
    found.extend(spikes.filter_map(|spike| spiked(track, &spike, scale_of_all, rules)));
    found.extend(recent);
    found
}

/// The changes of level among the profiles `kept`.
fn shifts(
    track: &Track,
    kept: &[usize],
    scale_of_all: f64,
    rules: &Rules,
    level: f64,
) -> Vec<Candidate> {
    let even: Vec<f64> = kept.iter().map(|place| track.even[*place]).collect();
    let floor: Vec<f64> = kept.iter().map(|place| track.floor[*place]).collect();
    let rule = stats::ShiftRule {
        least_points: rules.side_least,
        level,
        variance_floor: stats::mean(&floor),
    };
    let shifts = stats::shifts(&even, &rule);
    let mut found: Vec<Candidate> = shifts
        .iter()
        .map(|shift| {
            let (without, with) = (&kept[shift.from..shift.at], &kept[shift.at..shift.to]);
            let (before, after) = (track.level(without), track.level(with));
            Candidate {
                row: None,
                kind: kind_of(track, without, with, rules),
                at: kept[shift.at],
                range: (kept[shift.range.0], kept[shift.range.1]),
                without: without.to_vec(),
                with: with.to_vec(),
                before,
                after,
                p: shift.p,
            }
        })
        .collect();
    mark_transient(&mut found, track);
    found.retain(|candidate| {
        matters(
            track.scale,
            candidate.before,
            candidate.after,
            scale_of_all,
            rules.shift_share,
            rules,
        )
    });
    found
}

fn kind_of(track: &Track, without: &[usize], with: &[usize], rules: &Rules) -> Kind {
    let is_absent = |places: &[usize]| places.iter().all(|place| track.shown[*place] == 0.0);
    let is_present = |places: &[usize]| track.level(places) >= rules.presence_share;
    match track.scale {
        Scale::Share if is_absent(without) && is_present(with) => Kind::Appeared,
        Scale::Share if is_absent(with) && is_present(without) => Kind::Vanished,
        _ => Kind::Shift,
    }
}

/// Deviations from the old level that the last profiles may have to be back.
const BACK: f64 = 3.0;

/// Profiles at the end that must be back.
const BACK_PROFILES: usize = 3;

/// A change that the next one takes back, or the last profiles do, went away. The one that took it back is
/// no change of its own.
fn mark_transient(found: &mut Vec<Candidate>, track: &Track) {
    let mut index = 0;
    while index < found.len() {
        let is_back = |places: &[usize]| {
            let base: Vec<f64> = found[index]
                .without
                .iter()
                .map(|p| track.even[*p])
                .collect();
            let base = stats::mean(&base);
            places
                .iter()
                .all(|place| (track.even[*place] - base).abs() < BACK * track.deviation(*place))
        };
        let next = found.get(index + 1).filter(|next| {
            let half = 0.5 * found[index].change();
            let returned = next.after - found[index].before;
            returned.abs() < half.abs() && next.change() * half < 0.0
        });
        if next.is_some() {
            found[index].kind = Kind::Transient;
            found.remove(index + 1);
        } else if found.len() == index + 1 {
            let with = &found[index].with;
            let end = with.len().saturating_sub(BACK_PROFILES);
            if end >= BACK_PROFILES && is_back(&with[end..]) {
                found[index].kind = Kind::Transient;
                found[index].with.truncate(end);
            }
        }
        index += 1;
    }
}

fn spiked(track: &Track, spike: &Spike, scale_of_all: f64, rules: &Rules) -> Option<Candidate> {
    let with: Vec<usize> = spike.places.clone().collect();
    let before = track.level(&spike.around);
    let distance = |place: &&usize| (track.shown[**place] - before).abs();
    let top = with
        .iter()
        .max_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let after = track.shown[*top];
    matters(
        track.scale,
        before,
        after,
        scale_of_all,
        rules.spike_share,
        rules,
    )
    .then(|| Candidate {
        row: None,
        kind: Kind::Spike,
        at: spike.places.start,
        range: (spike.places.start, spike.places.end - 1),
        without: spike.around.clone(),
        with,
        before,
        after,
        p: 2.0 * stats::normal_upper_tail(spike.deviations),
    })
}

fn grown(growth: Growth) -> Candidate {
    Candidate {
        row: None,
        kind: match growth.change() > 0.0 {
            true => Kind::Growth,
            false => Kind::Decline,
        },
        at: growth.at,
        range: (growth.at, growth.at),
        without: Vec::new(),
        with: Vec::new(),
        before: growth.before,
        after: growth.after,
        p: growth.p,
    }
}
