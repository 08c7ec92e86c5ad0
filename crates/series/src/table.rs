//! What each function cost in each profile of a series.

use std::collections::BTreeMap;

use compare::{Metric, NameId};
use foldhash::{HashMap, HashSet};

use crate::reading::Reading;

/// A function and which part of its cost.
pub(crate) type Row = (NameId, Metric);

/// Values of all functions, one for each profile.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// What each profile holds.
    pub(crate) totals: Vec<f64>,
    /// By name, so that nothing depends on the order of a hash.
    pub(crate) flat: BTreeMap<NameId, Vec<f64>>,
    pub(crate) cum: BTreeMap<NameId, Vec<f64>>,
}

impl Table {
    /// The values of `readings`, samples through one of the functions in `without` left out.
    pub(crate) fn new(readings: &[Reading], without: &HashSet<NameId>) -> Table {
        let mut table = Table {
            totals: vec![0.0; readings.len()],
            ..Table::default()
        };
        let mut flat: HashMap<NameId, Vec<f64>> = HashMap::default();
        let mut cum: HashMap<NameId, Vec<f64>> = HashMap::default();
        let empty = || vec![0.0; readings.len()];
        let mut seen: HashSet<NameId> = HashSet::default();
        for (index, reading) in readings.iter().enumerate() {
            for (stack, value) in reading.run.stacks() {
                if !without.is_empty() && stack.iter().any(|name| without.contains(name)) {
                    continue;
                }
                let value = value as f64;
                table.totals[index] += value;
                seen.clear();
                for name in stack.iter().filter(|name| seen.insert(**name)) {
                    cum.entry(*name).or_insert_with(empty)[index] += value;
                }
                if let Some(leaf) = stack.last() {
                    flat.entry(*leaf).or_insert_with(empty)[index] += value;
                }
            }
        }
        table.flat = flat.into_iter().collect();
        table.cum = cum.into_iter().collect();
        table
    }

    /// The values of a row; `None` for a function that costs nothing anywhere.
    pub(crate) fn row(&self, (name, metric): Row) -> Option<&[f64]> {
        let rows = match metric {
            Metric::Flat => &self.flat,
            Metric::Cum => &self.cum,
        };
        rows.get(&name).map(Vec::as_slice)
    }

    /// All rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (Row, &[f64])> {
        let flat = self
            .flat
            .iter()
            .map(|(name, row)| ((*name, Metric::Flat), row.as_slice()));
        let cum = self
            .cum
            .iter()
            .map(|(name, row)| ((*name, Metric::Cum), row.as_slice()));
        flat.chain(cum)
    }
}
