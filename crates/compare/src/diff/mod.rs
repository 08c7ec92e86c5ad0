//! What differs between two profiles, or between two sets of runs.
//!
//! Values are means over the runs of a side, so that sides of unlike size compare. Every difference
//! has its sign: more is positive. Points are differences of shares, each of its own side's total.

mod folded;
mod json;
mod markdown;
mod text;

use dtail_profile::Profile;
use foldhash::HashMap;
use stats::Dispersion;

use crate::error::Error;
use crate::rows::{self, Metric, Row, Sides};
use crate::run::{Cost, Measured, NameId, Names, Run, Selection};
use crate::share_test::{Asked, ShareTest, test_shares};

/// A difference is believed when chance explains as many of those found at most.
const FALSE_DISCOVERIES: f64 = 0.05;

/// Of the intervals.
const CONFIDENCE: f64 = 0.95;

/// Rows whose mean share is below are too small to be tested.
const SHARE_LEAST: f64 = 0.001;

/// The difference of two sides.
#[derive(Debug)]
pub struct Diff {
    /// What the values are.
    pub measured: Measured,
    /// The first side.
    pub old: Side,
    /// The second side.
    pub new: Side,
    /// One row for each name, in the order of names.
    pub rows: Vec<DiffRow>,
    /// How much more runs scatter than their samples explain; `None` when that was not tested.
    pub dispersion: Option<Dispersion>,
    names: Names,
    /// Value of each stack on both sides, summed over the runs.
    stacks: Vec<(Vec<NameId>, [i128; 2])>,
}

/// The runs of one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// How many runs.
    pub runs: usize,
    /// The sum of all values over all runs.
    pub total: i128,
    /// The sum of all values without their signs: what shares refer to.
    pub gross: i128,
    /// Samples of all runs; `None` when the files do not tell.
    pub samples: Option<f64>,
}

/// One name on both sides.
#[derive(Clone, Debug)]
pub struct DiffRow {
    /// The name.
    pub name: String,
    /// Spent in it.
    pub flat: Change,
    /// Spent in it and all it calls.
    pub cum: Change,
}

/// One value on both sides, summed over the runs of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The sum of the first side.
    pub old: i128,
    /// The sum of the second side.
    pub new: i128,
    /// What chance has to do with it, where there are samples enough to ask.
    pub odds: Option<Odds>,
}

/// What chance has to do with a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odds {
    /// The interval of the difference of shares, as fractions, with a confidence of 95 %.
    pub interval: (f64, f64),
    /// How often chance alone gives a difference as large.
    pub p: f64,
    /// The rate of false discoveries at which this is one.
    pub q: f64,
}

/// What a diff amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Every row is the same on both sides.
    Same,
    /// There are differences, each of which chance explains.
    WithinChance,
    /// There are differences that chance does not explain, or nothing tells what chance does.
    Different,
}

impl Finding {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Finding::Same => "no difference",
            Finding::WithinChance => "no difference that these samples can show",
            Finding::Different => "different",
        }
    }
}

/// Compares `old` with `new`.
///
/// # Errors
///
/// When a side is empty, a profile lacks the sample type, or the units do not convert.
pub fn diff(old: Vec<Profile>, new: Vec<Profile>, selection: &Selection) -> Result<Diff, Error> {
    let mut names = Names::default();
    let mut reduce = |profiles: Vec<Profile>| -> Result<Vec<Run>, Error> {
        let runs = profiles.into_iter();
        runs.map(|profile| Ok(Run::new(profile, selection, &mut names)?))
            .collect()
    };
    let (mut old, mut new) = (reduce(old)?, reduce(new)?);
    let measured = unify(old.iter_mut().chain(&mut new))?;
    if old.is_empty() || new.is_empty() {
        return Err(Error::Nothing);
    }
    let (old, new): (Vec<&Run>, Vec<&Run>) = (old.iter().collect(), new.iter().collect());
    let sides = Sides {
        old: &old,
        new: &new,
    };
    let rows = rows::by_name(sides, &names);
    let (flat, dispersion) = changes(sides, &rows, Metric::Flat);
    let (cum, _) = changes(sides, &rows, Metric::Cum);
    let values = flat.into_iter().zip(cum);
    let rows = rows
        .iter()
        .zip(values)
        .map(|((name, _), (flat, cum))| DiffRow {
            name: names.text(*name).to_owned(),
            flat,
            cum,
        });
    Ok(Diff {
        measured,
        old: Side::of(&old),
        new: Side::of(&new),
        rows: rows.collect(),
        dispersion,
        stacks: stacks(sides),
        names,
    })
}

/// Brings all runs to the finest of their units.
pub(crate) fn unify<'a>(runs: impl Iterator<Item = &'a mut Run>) -> Result<Measured, Error> {
    let mut runs: Vec<&mut Run> = runs.collect();
    let Some(first) = runs.first() else {
        return Err(Error::Nothing);
    };
    let mut measured = first.measured.clone();
    for run in &runs {
        let unit = &run.measured.unit;
        if run.measured.kind != measured.kind || !report::convertible(unit, &measured.unit) {
            return Err(Error::Unlike(measured, run.measured.clone()));
        }
        if report::scale(1, unit, &measured.unit).value < 1.0 {
            measured.unit.clone_from(unit);
        }
    }
    for run in &mut runs {
        run.convert(&measured.unit);
    }
    Ok(measured)
}

fn changes(
    sides: Sides<'_>,
    rows: &[(NameId, Row)],
    metric: Metric,
) -> (Vec<Change>, Option<Dispersion>) {
    let rows: Vec<&Row> = rows.iter().map(|(_, row)| row).collect();
    let asked = Asked {
        metric,
        confidence: CONFIDENCE,
        one_sided: false,
        share_least: SHARE_LEAST,
    };
    let (tests, dispersion) = test_shares(sides, &rows, asked);
    let is_tested = tests.iter().any(Option::is_some);
    let sum = |costs: &[Cost]| costs.iter().map(|cost| i128::from(metric.of(*cost))).sum();
    let changes = rows.iter().zip(tests).map(|(row, test)| Change {
        old: sum(&row.old),
        new: sum(&row.new),
        odds: test.map(Odds::of),
    });
    (changes.collect(), is_tested.then_some(dispersion))
}

fn stacks(sides: Sides<'_>) -> Vec<(Vec<NameId>, [i128; 2])> {
    let mut sums: HashMap<&[NameId], [i128; 2]> = HashMap::default();
    for (side, runs) in [sides.old, sides.new].into_iter().enumerate() {
        for (stack, value) in runs.iter().flat_map(|run| run.stacks()) {
            sums.entry(stack).or_default()[side] += i128::from(value);
        }
    }
    let sums = sums.into_iter();
    sums.map(|(stack, values)| (stack.to_vec(), values))
        .collect()
}

impl Odds {
    fn of(test: ShareTest) -> Odds {
        Odds {
            interval: test.count.interval,
            p: test.p,
            q: test.q,
        }
    }

    /// Whether chance explains the change badly.
    pub fn is_shown(self) -> bool {
        self.q <= FALSE_DISCOVERIES
    }
}

impl Side {
    fn of(runs: &[&Run]) -> Side {
        let samples = runs.iter().map(|run| run.evidence.samples);
        Side {
            runs: runs.len(),
            total: runs.iter().map(|run| i128::from(run.total)).sum(),
            gross: runs.iter().map(|run| i128::from(run.gross)).sum(),
            samples: samples.sum(),
        }
    }

    /// The mean over the runs of what adds up to `sum`.
    pub fn mean(&self, sum: i128) -> f64 {
        sum as f64 / self.runs as f64
    }

    fn share(&self, sum: i128) -> f64 {
        if self.gross == 0 {
            0.0
        } else {
            sum as f64 / self.gross as f64
        }
    }
}

impl DiffRow {
    /// The change of one metric.
    pub fn change(&self, metric: Metric) -> &Change {
        match metric {
            Metric::Flat => &self.flat,
            Metric::Cum => &self.cum,
        }
    }
}

impl Diff {
    /// How much more the second side has, in the unit of the profile, as mean over the runs.
    pub fn difference(&self, change: &Change) -> f64 {
        self.new.mean(change.new) - self.old.mean(change.old)
    }

    /// How much more of its total the second side has, as a fraction.
    pub fn points(&self, change: &Change) -> f64 {
        self.new.share(change.new) - self.old.share(change.old)
    }

    /// How many times as much the second side has; `None` where one of the sides has nothing.
    pub fn ratio(&self, change: &Change) -> Option<f64> {
        let (old, new) = (self.old.mean(change.old), self.new.mean(change.new));
        (old != 0.0 && new != 0.0).then(|| new / old)
    }

    /// What all of it amounts to.
    pub fn finding(&self) -> Finding {
        let changes = || self.rows.iter().flat_map(|row| [&row.flat, &row.cum]);
        if changes().all(|change| self.difference(change) == 0.0) {
            return Finding::Same;
        }
        let is_explained = |change: &Change| change.odds.is_none_or(|odds| !odds.is_shown());
        if self.dispersion.is_some() && changes().all(is_explained) {
            Finding::WithinChance
        } else {
            Finding::Different
        }
    }

    /// The rows that differ, the largest difference of `metric` first.
    fn ranked(&self, metric: Metric) -> Vec<&DiffRow> {
        let size = |row: &DiffRow| self.difference(row.change(metric)).abs();
        let mut rows: Vec<&DiffRow> = self.rows.iter().filter(|row| size(row) > 0.0).collect();
        rows.sort_by(|first, second| {
            let by_size = size(second).total_cmp(&size(first));
            by_size.then_with(|| first.name.cmp(&second.name))
        });
        rows
    }

    /// The whole as a change.
    fn total(&self) -> Change {
        Change {
            old: self.old.total,
            new: self.new.total,
            odds: None,
        }
    }
}
