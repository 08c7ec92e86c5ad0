//! Where a growth comes from: which call brought it, whether it only moved, and whether cost grew
//! at all.

use foldhash::{HashMap, HashSet};

use crate::rows::Sides;
use crate::run::{NameId, Run};

/// A part of a growth from which on it explains the growth.
const EXPLAINS: f64 = 0.7;

/// Steps down from a caller to the cause; more would be a cycle.
const DEPTH_MAX: usize = 100;

/// Growth of every call and of every function itself, as mean over the runs of a side, in the
/// figures of one scale.
pub(crate) struct Flows {
    calls: HashMap<(NameId, NameId), f64>,
    callees: HashMap<NameId, Vec<NameId>>,
    callers: HashMap<NameId, Vec<NameId>>,
}

impl Flows {
    /// The growth of all calls; `figure` says what a value of a run measures.
    pub(crate) fn new(sides: Sides<'_>, figure: impl Fn(&Run, i64) -> f64) -> Flows {
        let mut calls: HashMap<(NameId, NameId), f64> = HashMap::default();
        for (runs, sign) in [(sides.old, -1.0), (sides.new, 1.0)] {
            for run in runs {
                for (call, value) in run.calls() {
                    let mean = sign * figure(run, value) / runs.len() as f64;
                    *calls.entry(call).or_default() += mean;
                }
            }
        }
        let mut callees: HashMap<NameId, Vec<NameId>> = HashMap::default();
        let mut callers: HashMap<NameId, Vec<NameId>> = HashMap::default();
        for (caller, callee) in calls.keys() {
            callees.entry(*caller).or_default().push(*callee);
            callers.entry(*callee).or_default().push(*caller);
        }
        Flows {
            calls,
            callees,
            callers,
        }
    }

    /// The function below `name` that a growth of `growth` in `name` comes from: down the calls as
    /// long as one of them brings most of it. `name` itself when none does.
    pub(crate) fn below(&self, name: NameId, growth: f64) -> NameId {
        let mut seen = HashSet::from_iter([name]);
        let mut at = name;
        while seen.len() < DEPTH_MAX {
            let next = heaviest(&self.callees, at, |callee| self.growth(at, callee));
            match next {
                Some((callee, brought)) if brought >= EXPLAINS * growth && seen.insert(callee) => {
                    at = callee;
                }
                _ => break,
            }
        }
        at
    }

    /// The one of several callers of `name` that brings most of its growth.
    pub(crate) fn through(&self, name: NameId, growth: f64) -> Option<NameId> {
        let several = self
            .callers
            .get(&name)
            .is_some_and(|callers| callers.len() > 1);
        let heaviest = heaviest(&self.callers, name, |caller| self.growth(caller, name));
        let (caller, brought) = heaviest.filter(|_| several)?;
        (brought >= EXPLAINS * growth).then_some(caller)
    }

    /// Those that call `name` or are called by it.
    pub(crate) fn neighbours(&self, name: NameId) -> impl Iterator<Item = NameId> {
        let callers = self.callers.get(&name).into_iter().flatten();
        let callees = self.callees.get(&name).into_iter().flatten();
        callers.chain(callees).copied()
    }

    fn growth(&self, caller: NameId, callee: NameId) -> f64 {
        self.calls.get(&(caller, callee)).copied().unwrap_or(0.0)
    }
}

/// Of the functions beside `name`, the one with the largest growth; of equals, the first.
fn heaviest(
    beside: &HashMap<NameId, Vec<NameId>>,
    name: NameId,
    growth: impl Fn(NameId) -> f64,
) -> Option<(NameId, f64)> {
    let all = beside
        .get(&name)?
        .iter()
        .map(|other| (*other, growth(*other)));
    all.max_by(|first, second| first.1.total_cmp(&second.1).then(second.0.cmp(&first.0)))
}

/// Whether a fall of `fall` takes up a growth of `growth`: what one lost, the other gained.
pub(crate) fn cancels(growth: f64, fall: f64) -> bool {
    let part = -fall / growth;
    growth > 0.0 && (EXPLAINS..=1.0 / EXPLAINS).contains(&part)
}
