//! Which profiles belong to one series, and their order.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::reading::Reading;
use crate::rules::Rules;

/// What the profiles of a series have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Key {
    /// The program; empty when unknown.
    pub tool: String,
    /// The kind of profile: `cpu`, `mem`.
    pub kind: String,
    /// What is measured, and its unit: `cpu/nanoseconds`.
    pub measured: String,
    /// The command line, without profiling flags; empty when unknown.
    pub workload: String,
    /// The model of the processor; empty when unknown.
    pub machine: String,
}

impl Key {
    /// Whether the values are memory in use, which is a state and not a cost.
    pub(crate) fn is_state(&self) -> bool {
        self.measured.starts_with("inuse_")
    }
}

/// The series among `readings`, each in the order of time; and those that rest on too few samples.
pub(crate) fn series(
    readings: Vec<(Key, Reading)>,
    rules: &Rules,
) -> (BTreeMap<Key, Vec<Reading>>, Vec<Reading>) {
    let mut groups: BTreeMap<Key, Vec<Reading>> = BTreeMap::new();
    let mut left_out = Vec::new();
    for (key, reading) in readings {
        // Memory in use has no least: nothing in use is a figure, too.
        if key.is_state() || reading.samples() >= rules.samples_least {
            groups.entry(key).or_default().push(reading);
        } else {
            left_out.push(reading);
        }
    }
    for group in groups.values_mut() {
        group.sort_by(|a, b| (a.time_nanos, &a.source).cmp(&(b.time_nanos, &b.source)));
    }
    (groups, left_out)
}
