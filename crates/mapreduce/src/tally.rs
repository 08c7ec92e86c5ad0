//! How often each group has each value of a field: for `distinct`, `median` and `p95`.
//!
//! A tally is a table of its own, keyed by the values of the group and of the field. Its results
//! are exact; its memory grows with the number of different values, not with the number of lines.

use std::collections::HashMap;

use crate::group::{GroupId, Groups};
use crate::key::Keys;
use crate::number;

/// The tally of one field.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    /// One word each: how often.
    table: Groups,
    /// Values that are not counted yet.
    batch: Keys,
    found: Vec<GroupId>,
    /// Values in the key of a group.
    group_values: usize,
}

/// The values of one field in one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Spread {
    /// How many different texts there are.
    pub(crate) distinct: u64,
    /// The numbers among them, ascending, and how often each occurs.
    numbers: Vec<(f64, u64)>,
}

impl Tally {
    /// A tally for groups whose keys have `group_values` values.
    pub(crate) fn new(group_values: usize) -> Self {
        Self {
            table: Groups::new(group_values + 1, vec![0]),
            batch: Keys::default(),
            found: Vec::new(),
            group_values,
        }
    }

    /// Notes that the group with these values has `value`; counted by [`Tally::add_batch`].
    pub(crate) fn push<'v>(&mut self, group: impl Iterator<Item = &'v [u8]>, value: &'v [u8]) {
        let values = group.chain(std::iter::once(value));
        self.batch.push(self.group_values + 1, values);
    }

    /// Counts what was pushed.
    pub(crate) fn add_batch(&mut self) {
        self.table.locate(&mut self.batch, &mut self.found);
        for id in &self.found {
            self.table.accumulators_mut(*id)[0] += 1;
        }
        self.batch.clear();
    }

    /// Adds the counts of other lines.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.table
            .merge(&other.table, |ours, theirs| ours[0] += theirs[0]);
    }

    /// The values of each of `groups` that has any.
    pub(crate) fn spreads(&self, groups: &Groups) -> HashMap<GroupId, Spread> {
        let mut spreads: HashMap<GroupId, Spread> = HashMap::new();
        let mut values = vec![Vec::new(); self.group_values + 1];
        for id in self.table.ids() {
            for (index, value) in values.iter_mut().enumerate() {
                value.clear();
                self.table.write_key_value(id, index, value);
            }
            let (value, group) = values.split_last().expect("a group has at least one value");
            let Some(group) = groups.find(group.iter().map(Vec::as_slice)) else {
                continue;
            };
            let spread = spreads.entry(group).or_default();
            spread.distinct += 1;
            let number = number::parse(value).filter(|number| !number.is_nan());
            let count = self.table.accumulators_of(id)[0];
            spread.numbers.extend(number.map(|number| (number, count)));
        }
        for spread in spreads.values_mut() {
            spread
                .numbers
                .sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
        }
        spreads
    }
}

impl Spread {
    /// The number below which `fraction` of the numbers lie, between two of them in proportion; 0
    /// when there is none.
    pub(crate) fn quantile(&self, fraction: f64) -> f64 {
        let count: u64 = self.numbers.iter().map(|(_, count)| count).sum();
        let place = fraction * count.saturating_sub(1) as f64;
        let (below, above) = (self.at(place.floor() as u64), self.at(place.ceil() as u64));
        match below == above {
            true => below,
            false => below + (above - below) * place.fract(),
        }
    }

    /// Number `index` in ascending order.
    fn at(&self, index: u64) -> f64 {
        let mut passed = 0;
        let number = self.numbers.iter().find(|(_, count)| {
            passed += count;
            passed > index
        });
        number.map_or(0.0, |(number, _)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_the_numbers_in_proportion() {
        let spread = |numbers: &[(f64, u64)]| Spread {
            distinct: 0,
            numbers: numbers.to_vec(),
        };
        let check = |numbers: &[(f64, u64)], fraction: f64, expected: f64| {
            assert_eq!(
                spread(numbers).quantile(fraction),
                expected,
                "{numbers:?} {fraction}"
            );
        };
        check(&[], 0.5, 0.0);
        check(&[(7.0, 1)], 0.5, 7.0);
        check(&[(1.0, 1), (2.0, 1)], 0.5, 1.5);
        check(&[(1.0, 3), (2.0, 1)], 0.5, 1.0);
        check(&[(1.0, 1), (2.0, 1), (4.0, 1)], 0.75, 3.0);
        check(&[(1.0, 50), (9.0, 50)], 0.0, 1.0);
        check(&[(1.0, 50), (9.0, 50)], 1.0, 9.0);
        check(&[(1.0, 1), (f64::INFINITY, 3)], 0.5, f64::INFINITY);
    }
}
