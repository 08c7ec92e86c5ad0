//! Rows of a comparison: what one name cost in each run of both sides.

use foldhash::HashMap;
use stats::Tally;

use crate::run::{Cost, NameId, Names, Run};

/// Which part of a cost is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// Spent in the function itself.
    #[default]
    Flat,
    /// Spent in the function and in all it calls.
    Cum,
}

impl Metric {
    /// As users write it.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Flat => "flat",
            Metric::Cum => "cum",
        }
    }

    pub(crate) fn of(self, cost: Cost) -> i64 {
        match self {
            Metric::Flat => cost.flat,
            Metric::Cum => cost.cum,
        }
    }
}

/// The runs of both sides; `old` is empty where there is nothing to compare with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides<'a> {
    pub(crate) old: &'a [&'a Run],
    pub(crate) new: &'a [&'a Run],
}

/// What one name, or a group of them, cost in each run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) old: Vec<Cost>,
    pub(crate) new: Vec<Cost>,
}

/// The rows of all names that occur in any run, by their number.
pub(crate) fn by_name(sides: Sides<'_>, names: &Names) -> Vec<(NameId, Row)> {
    let empty = Row {
        old: vec![Cost::default(); sides.old.len()],
        new: vec![Cost::default(); sides.new.len()],
    };
    let mut rows: HashMap<NameId, Row> = HashMap::default();
    for (index, run) in sides.old.iter().enumerate() {
        for (name, cost) in run.costs() {
            rows.entry(name).or_insert_with(|| empty.clone()).old[index] = cost;
        }
    }
    for (index, run) in sides.new.iter().enumerate() {
        for (name, cost) in run.costs() {
            rows.entry(name).or_insert_with(|| empty.clone()).new[index] = cost;
        }
    }
    let mut rows: Vec<(NameId, Row)> = rows.into_iter().collect();
    rows.sort_by(|(first, _), (second, _)| names.text(*first).cmp(names.text(*second)));
    rows
}

/// The row of all names that `belongs` lets through, each sample counted once.
pub(crate) fn of_group(sides: Sides<'_>, belongs: impl Fn(NameId) -> bool) -> Row {
    let cost = |run: &&Run| {
        let mut cost = Cost::default();
        for (stack, value) in run.stacks() {
            if stack.iter().any(|name| belongs(*name)) {
                cost.cum += value;
            }
            if stack.last().is_some_and(|leaf| belongs(*leaf)) {
                cost.flat += value;
            }
        }
        cost
    };
    Row {
        old: sides.old.iter().map(cost).collect(),
        new: sides.new.iter().map(cost).collect(),
    }
}

/// The row of everything.
pub(crate) fn of_total(sides: Sides<'_>) -> Row {
    let cost = |run: &&Run| Cost {
        flat: run.total,
        cum: run.total,
    };
    Row {
        old: sides.old.iter().map(cost).collect(),
        new: sides.new.iter().map(cost).collect(),
    }
}

/// The counts behind the values of one side; `None` when a run does not tell its samples.
pub(crate) fn tallies(runs: &[&Run], costs: &[Cost], metric: Metric) -> Option<Vec<Tally>> {
    let tally = |(run, cost): (&&Run, &Cost)| {
        Some(Tally {
            hits: run.hits(metric.of(*cost).abs())?,
            samples: run.evidence.samples?,
        })
    };
    runs.iter().zip(costs).map(tally).collect()
}
