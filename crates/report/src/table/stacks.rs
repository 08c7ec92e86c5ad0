//! Samples with their stacks: `traces`.

use std::collections::BTreeMap;

use dtail_profile::Sample;

use super::value::Value;
use super::{Table, columns};
use crate::graph::NodeTable;
use crate::labels;
use crate::prepare::Report;

/// A frame: its name, and whether it was inlined into the next.
type Frame = (String, bool);

impl Report {
    pub(super) fn traces_table(&mut self) -> Table<'_> {
        let header = self.profile_lines();
        let nodes = NodeTable::new(&mut self.profile, Default::default());
        let (report, mut rows, mut lines) = (&*self, Vec::new(), Vec::new());
        let samples = report
            .profile
            .samples
            .iter()
            .filter(|sample| !sample.stack.is_empty());
        for (index, sample) in samples.enumerate() {
            let (value, divisor) = report.weights.of(sample.values);
            let value = if divisor == 0 {
                value
            } else {
                value.wrapping_div(divisor)
            };
            let frames: Vec<Frame> = report.frames(&nodes, sample).collect();
            let labels = flat_labels(report, sample);
            for (depth, (name, is_inline)) in frames.iter().enumerate() {
                lines.push(vec![
                    (index as i64).into(),
                    value.into(),
                    (depth as i64).into(),
                    name.clone().into(),
                    (*is_inline).into(),
                    labels.clone().into(),
                ]);
            }
            let frame = |(name, is_inline): Frame| {
                Value::object([("name", name.into()), ("inline", is_inline.into())])
            };
            rows.push(Value::object([
                ("value", value.into()),
                ("labels", labels_of(report, sample)),
                ("stack", Value::list(frames.into_iter().map(frame))),
            ]));
        }
        Table {
            facts: vec![("header", Value::list(header))],
            rows,
            columns: columns(["sample", "value", "depth", "name", "inline", "labels"]),
            lines,
        }
    }

    /// The frames of a stack, leaf first.
    fn frames<'a>(
        &'a self,
        table: &'a NodeTable,
        sample: Sample<'a>,
    ) -> impl Iterator<Item = Frame> {
        sample.stack.iter().flat_map(move |location| {
            let nodes = table.of(*location);
            nodes.iter().enumerate().map(move |(index, node)| {
                let name = table.infos[*node as usize].printable(&self.profile.strings);
                (name.into_owned(), index + 1 != nodes.len())
            })
        })
    }
}

/// The labels of a sample: for each key its texts and numbers.
pub(super) fn labels_of<'a>(report: &'a Report, sample: Sample<'_>) -> Value<'a> {
    let mut labels: BTreeMap<&str, Vec<Value<'_>>> = BTreeMap::new();
    for (key, texts) in labels::texts(&report.profile, sample.labels) {
        let values = labels.entry(key).or_default();
        values.extend(texts.into_iter().map(Value::from));
    }
    for (key, group) in labels::numbers(&report.profile, sample.labels) {
        let values = labels.entry(key).or_default();
        values.extend(group.numbers.into_iter().map(Value::from));
    }
    let members = labels.into_iter();
    Value::Object(
        members
            .map(|(key, values)| (key.into(), Value::List(values)))
            .collect(),
    )
}

/// The labels of a sample as one text: `key=value`, separated by semicolons.
pub(super) fn flat_labels(report: &Report, sample: Sample<'_>) -> String {
    let mut pairs = Vec::new();
    for (key, texts) in labels::texts(&report.profile, sample.labels) {
        pairs.extend(texts.into_iter().map(|text| format!("{key}={text}")));
    }
    for (key, group) in labels::numbers(&report.profile, sample.labels) {
        pairs.extend(
            group
                .numbers
                .into_iter()
                .map(|number| format!("{key}={number}")),
        );
    }
    pairs.join(";")
}
