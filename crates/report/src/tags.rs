//! The values by label: `tags`.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use crate::columns;
use crate::graph::magnitude;
use crate::labels;
use crate::measurement::{percentage, scaled_label};
use crate::prepare::Report;

/// The sum of all samples with a label, and the sum for each of its values.
#[derive(Default)]
pub(crate) struct Tag {
    pub(crate) total: i64,
    values: HashMap<String, i64>,
}

impl Tag {
    fn add(&mut self, text: String, value: i64) {
        self.total = self.total.wrapping_add(value);
        let sum = self.values.entry(text).or_default();
        *sum = sum.wrapping_add(value);
    }

    /// The values of the label with their sums, heaviest first.
    pub(crate) fn sorted(&self) -> Vec<(&str, i64)> {
        let values = self.values.iter();
        let mut values: Vec<(&str, i64)> =
            values.map(|(text, sum)| (text.as_str(), *sum)).collect();
        values.sort_by(|(left, left_sum), (right, right_sum)| {
            let by_sum = magnitude(*right_sum).cmp(&magnitude(*left_sum));
            by_sum.then_with(|| left.cmp(right))
        });
        values
    }
}

impl Report {
    /// Writes for every label key the values it has, heaviest first.
    pub(crate) fn write_tags(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = String::new();
        for (key, tag) in self.tags() {
            let share = self.share(tag.total);
            let (sum, total) = (self.format(tag.total), self.format(self.total));
            lines.push_str(&format!("{key}:\t Total {sum} of {total}{share}\n"));
            for (text, sum) in tag.sorted() {
                let share = self.share(sum);
                lines.push_str(&format!(" \t{}{share}:\t {text}\n", self.format(sum)));
            }
            lines.push('\n');
        }
        out.write_all(columns::align_right(&lines).as_bytes())
    }

    /// The share of a sum in the total, in parentheses, where there is a total.
    fn share(&self, sum: i64) -> String {
        if self.total > 0 {
            format!(" ({})", percentage(sum, self.total))
        } else {
            String::new()
        }
    }

    /// What samples with each label key spent.
    pub(crate) fn tags(&self) -> BTreeMap<&str, Tag> {
        let mut tags: BTreeMap<&str, Tag> = BTreeMap::new();
        for sample in self
            .profile
            .samples
            .iter()
            .filter(|sample| !sample.labels.is_empty())
        {
            let (value, _) = self.weights.of(sample.values);
            for (key, texts) in labels::texts(&self.profile, sample.labels) {
                let tag = tags.entry(key).or_default();
                texts
                    .into_iter()
                    .for_each(|text| tag.add(text.to_owned(), value));
            }
            for (key, group) in labels::numbers(&self.profile, sample.labels) {
                let (tag, unit) = (
                    tags.entry(key).or_default(),
                    self.label_units.get(group.key),
                );
                for number in group.numbers {
                    tag.add(scaled_label(number, unit, &self.output_unit), value);
                }
            }
        }
        tags
    }
}
