//! What follows from what: of all functions that show an event, the one that it happened in.
//!
//! A function that costs more makes all its callers cost more, all other functions have smaller shares,
//! and the total larger. So the candidates of an event are taken apart: the strongest is traced to the
//! function that explains it and is in the fewest samples otherwise; then the samples through that
//! function are left out, and whoever shows no change any more has only followed. What is left is another
//! cause. A rise and a fall that make up for one another are no change of cost: it moved.

use compare::{Metric, NameId, Names};
use foldhash::{HashMap, HashSet};

use crate::candidate::Candidate;
use crate::finding::Kind;
use crate::group::Key;
use crate::growth;
use crate::level::matters;
use crate::reading::Reading;
use crate::rules::Rules;
use crate::table::{Row, Table};
use crate::track::Track;

/// A function explains an event when it shows so much of the strongest change.
const EXPLAINS: f64 = 0.9;

/// Functions whose costs differ by less are equally close to an event.
const AS_CLOSE: f64 = 1.1;

/// Chance below which what is left without a cause is another cause.
const LEFT_LEVEL: f64 = 1e-3;

/// A rise and a fall make up for one another when what is left is below this part of them.
const CANCELS: f64 = 0.1;

/// An event and where it happened.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) candidate: Candidate,
    /// What followed from it.
    pub(crate) also: Vec<Candidate>,
    /// The function that the cost moved away from, if it did.
    pub(crate) moved_from: Option<Row>,
}

/// The profiles of a series, and how their values become tracks.
#[derive(Debug)]
pub(crate) struct Ground<'a> {
    pub(crate) key: &'a Key,
    pub(crate) readings: &'a [Reading],
    pub(crate) names: &'a Names,
    pub(crate) rules: &'a Rules,
    pub(crate) table: Table,
    pub(crate) times: Vec<f64>,
    pub(crate) samples: Vec<f64>,
    /// Bytes worked on in each profile, if all profiles say.
    pub(crate) work: Option<Vec<f64>>,
    pub(crate) dispersion: f64,
    /// What one sample of memory stands for on average.
    pub(crate) each: f64,
    /// The middle of the totals.
    pub(crate) scale_of_all: f64,
}

impl Ground<'_> {
    /// The track of a row of `table`, or of its total.
    pub(crate) fn track(&self, table: &Table, row: Option<Row>) -> Option<Track> {
        let values = match row {
            Some(row) => table.row(row)?,
            None => &table.totals,
        };
        if self.key.is_state() {
            return Some(Track::amount(values, self.each));
        }
        match row {
            Some(_) => Some(Track::share(
                values,
                &table.totals,
                &self.samples,
                self.dispersion,
            )),
            None => {
                let is_cpu = self
                    .readings
                    .iter()
                    .all(|reading| reading.run.evidence.is_cpu);
                Some(Track::rate(
                    values,
                    self.work.as_ref()?,
                    &self.samples,
                    is_cpu,
                ))
            }
        }
    }

    /// Whether `candidate` shows its change in `table`, too.
    fn shows(&self, table: &Table, candidate: &Candidate) -> bool {
        let Some(track) = self.track(table, candidate.row) else {
            return false;
        };
        if matches!(candidate.kind, Kind::Growth | Kind::Decline) {
            let growth = growth::growth(
                &track,
                &self.times,
                self.scale_of_all,
                self.rules,
                LEFT_LEVEL,
            );
            return growth.is_some_and(|growth| growth.change() * candidate.change() > 0.0);
        }
        let values =
            |places: &[usize]| -> Vec<f64> { places.iter().map(|p| track.even[*p]).collect() };
        let (without, with) = (&candidate.without, &candidate.with);
        let floor = stats::mean(&track.floor);
        let least = match candidate.kind {
            Kind::Spike => self.rules.spike_share,
            _ => self.rules.shift_share,
        };
        stats::pooled_t_test(&values(without), &values(with), floor) < LEFT_LEVEL
            && matters(
                track.scale,
                track.level(without),
                track.level(with),
                self.scale_of_all,
                least,
                self.rules,
            )
    }
}

/// The causes of all `candidates`.
pub(crate) fn causes(mut candidates: Vec<Candidate>, ground: &Ground<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    candidates.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
    while let Some(strongest) = candidates.first().cloned() {
        let (event, others) = candidates
            .into_iter()
            .partition(|other| strongest.coincides(other));
        causes.extend(causes_of_event(event, ground));
        candidates = others;
    }
    causes
}

/// Functions come before the total, whose change is on another scale.
fn strength(candidate: &Candidate) -> f64 {
    candidate.row.map_or(0.0, |_| candidate.change().abs())
}

fn causes_of_event(mut event: Vec<Candidate>, ground: &Ground<'_>) -> Vec<Cause> {
    let mut without: HashSet<NameId> = HashSet::default();
    let mut causes: Vec<Cause> = Vec::new();
    while !event.is_empty() {
        let root = event.remove(closest(&event, ground));
        let Some((name, _)) = root.row else {
            causes.push(Cause {
                candidate: root,
                also: Vec::new(),
                moved_from: None,
            });
            continue;
        };
        without.insert(name);
        let rest = Table::new(ground.readings, &without);
        let (left, followed) = event
            .into_iter()
            .partition(|other| ground.shows(&rest, other));
        event = left;
        let same_direction = |other: &Candidate| other.change() * root.change() > 0.0;
        let is_other = |other: &Candidate| other.row.is_none_or(|(other, _)| other != name);
        let followed: Vec<Candidate> = followed;
        let also = followed
            .into_iter()
            .filter(|other| same_direction(other) && is_other(other));
        causes.push(Cause {
            also: also.collect(),
            candidate: root,
            moved_from: None,
        });
    }
    join_moved(&mut causes, ground.rules);
    causes
}

/// The position of the candidate that is closest to where the strongest happened.
fn closest(event: &[Candidate], ground: &Ground<'_>) -> usize {
    let strongest = &event[0];
    let Some((name, _)) = strongest.row else {
        return 0;
    };
    let near = Near::new(name, ground);
    let explains = |candidate: &&Candidate| {
        let part = candidate.change() / strongest.change();
        part >= EXPLAINS
            && candidate
                .row
                .is_some_and(|(name, _)| near.depths.contains_key(&name))
    };
    let cost = |candidate: &Candidate| -> f64 {
        let row = candidate
            .row
            .and_then(|(name, _)| ground.table.row((name, Metric::Cum)));
        row.map_or(f64::INFINITY, |row| row.iter().sum())
    };
    let explaining: Vec<&Candidate> = event.iter().filter(explains).collect();
    let least = explaining
        .iter()
        .map(|candidate| cost(candidate))
        .fold(f64::INFINITY, f64::min);
    // Of those as close: none of the standard library, then the innermost, then the function itself.
    let rank = |candidate: &Candidate| {
        let (name, metric) = candidate.row.expect("only functions explain an event");
        let depth = near.depths.get(&name).copied().unwrap_or_default();
        (
            !is_library(ground.names.text(name)),
            depth,
            metric == Metric::Flat,
        )
    };
    let close = explaining
        .into_iter()
        .filter(|candidate| cost(candidate) <= AS_CLOSE * least);
    let best = close.max_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2))
    });
    let found = best.and_then(|best| event.iter().position(|candidate| candidate.row == best.row));
    found.unwrap_or(0)
}

/// The functions that share samples with one, and how deep they are on the stack on average.
struct Near {
    depths: HashMap<NameId, f64>,
}

impl Near {
    fn new(name: NameId, ground: &Ground<'_>) -> Near {
        let mut sums: HashMap<NameId, (f64, f64)> = HashMap::default();
        for reading in ground.readings {
            for (stack, value) in reading
                .run
                .stacks()
                .filter(|(stack, _)| stack.contains(&name))
            {
                for (depth, name) in stack.iter().enumerate() {
                    let sum = sums.entry(*name).or_default();
                    sum.0 += depth as f64 * value as f64;
                    sum.1 += value as f64;
                }
            }
        }
        let depths = sums
            .into_iter()
            .map(|(name, (depths, weight))| (name, depths / weight));
        Near {
            depths: depths.collect(),
        }
    }
}

/// Whether a function belongs to the standard library, which works on behalf of its callers.
fn is_library(name: &str) -> bool {
    let path = name.trim_start_matches(['<', '&', '[', '*']);
    ["alloc::", "core::", "std::", "hashbrown::"]
        .iter()
        .any(|start| path.starts_with(start))
}

/// Turns a rise and a fall that make up for one another into one cost that moved.
fn join_moved(causes: &mut Vec<Cause>, rules: &Rules) {
    let is_lasting = |cause: &Cause| {
        matches!(
            cause.candidate.kind,
            Kind::Shift | Kind::Appeared | Kind::Vanished
        ) && cause.candidate.row.is_some()
    };
    let mut index = 0;
    while index < causes.len() {
        let rise = causes[index].candidate.change();
        let partner = causes.iter().position(|fall| {
            let fall_change = fall.candidate.change();
            let left = (rise + fall_change).abs();
            let bound = rules.shift_share.max(CANCELS * rise.abs());
            rise > 0.0 && fall_change < 0.0 && left < bound && is_lasting(fall)
        });
        if let Some(partner) = partner.filter(|_| is_lasting(&causes[index])) {
            causes[index].moved_from = causes[partner].candidate.row;
            causes.remove(partner);
            index -= usize::from(partner < index);
        }
        index += 1;
    }
}
