//! Counts what a query had to leave out, with the first example of each kind.

use std::collections::BTreeMap;

use crate::format::Rejection;
use crate::plan::Plan;

/// An example in a warning is cut to this many characters.
const EXAMPLE_CHARACTERS_MAX: usize = 60;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tally {
    count: u64,
    /// The stamp of the block of the example.
    stamp: u64,
    example: Vec<u8>,
}

/// Lines and values that were left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    lines: BTreeMap<Rejection, Tally>,
    /// By numeric field: values that are no numbers.
    values: Vec<Tally>,
}

impl Skipped {
    pub(crate) fn new(numeric_fields: usize) -> Self {
        Self {
            lines: BTreeMap::new(),
            values: vec![Tally::default(); numeric_fields],
        }
    }

    #[cold]
    pub(crate) fn line(&mut self, reason: Rejection, line: &[u8], stamp: u64) {
        self.lines.entry(reason).or_default().add(line, stamp);
    }

    #[cold]
    pub(crate) fn value(&mut self, field: usize, text: &[u8], stamp: u64) {
        self.values[field].add(text, stamp);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (reason, tally) in &other.lines {
            self.lines.entry(*reason).or_default().merge(tally);
        }
        for (ours, theirs) in self.values.iter_mut().zip(&other.values) {
            ours.merge(theirs);
        }
    }

    /// One line for each kind.
    pub(crate) fn warnings(&self, plan: &Plan) -> Vec<String> {
        let lines = self.lines.iter().map(|(reason, tally)| {
            let what = match reason {
                Rejection::NotARecord => "of another format",
                Rejection::PairWithoutEquals => "with a key-value pair without `=`",
                Rejection::NotAJsonObject => "without a JSON object",
                Rejection::MoreFieldsThanColumns => "with more fields than the header has columns",
            };
            let noun = if tally.count == 1 { "line" } else { "lines" };
            format!(
                "left out {} {noun} {what}, the first: {}",
                tally.count,
                tally.example()
            )
        });
        let values = self
            .values
            .iter()
            .zip(&plan.numeric)
            .filter(|(tally, _)| tally.count > 0);
        let values = values.map(|(tally, field)| {
            let noun = if tally.count == 1 { "value" } else { "values" };
            let (count, name) = (tally.count, &field.name);
            format!(
                "left out {count} {noun} of {name}: not a number, the first: {}",
                tally.example()
            )
        });
        lines.chain(values).collect()
    }
}

impl Tally {
    fn add(&mut self, example: &[u8], stamp: u64) {
        if self.count == 0 {
            self.stamp = stamp;
            let bytes_max = EXAMPLE_CHARACTERS_MAX * 4;
            self.example = example[..example.len().min(bytes_max)].to_vec();
        }
        self.count += 1;
    }

    fn merge(&mut self, other: &Self) {
        let is_earlier = other.stamp < self.stamp;
        if other.count > 0 && (self.count == 0 || is_earlier) {
            self.stamp = other.stamp;
            self.example.clone_from(&other.example);
        }
        self.count += other.count;
    }

    fn example(&self) -> String {
        let text = String::from_utf8_lossy(&self.example);
        let shown: String = text.chars().take(EXAMPLE_CHARACTERS_MAX).collect();
        format!("{shown:?}")
    }
}
