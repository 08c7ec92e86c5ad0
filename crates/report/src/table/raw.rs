//! The profile itself, and its comments.

use dtail_profile::{LocationId, Mapping, Sample, ValueType};

use super::source::hexadecimal;
use super::stacks::{flat_labels, labels_of};
use super::value::Value;
use super::{Table, columns};
use crate::prepare::Report;

impl Report {
    /// Rows are the samples, with the ids of their locations, leaf first. Functions stand in the
    /// lines of their locations.
    pub(super) fn raw_table(&mut self) -> Table<'_> {
        let report = &*self;
        let profile = &report.profile;
        let kind = |value: &ValueType| {
            Value::object([
                ("type", profile.text(value.kind).into()),
                ("unit", profile.text(value.unit).into()),
            ])
        };
        let mut names: Vec<String> = profile
            .sample_types
            .iter()
            .map(|value| format!("{}/{}", profile.text(value.kind), profile.text(value.unit)))
            .collect();
        names.extend(columns(["locations", "labels"]));
        Table {
            facts: vec![
                ("comments", Value::list(report.comments())),
                (
                    "doc_url",
                    Value::unless_empty(profile.text(profile.doc_url)),
                ),
                ("time_nanos", profile.time_nanos.into()),
                ("duration_nanos", profile.duration_nanos.into()),
                ("period_type", kind(&profile.period_type)),
                ("period", profile.period.into()),
                (
                    "sample_types",
                    Value::list(profile.sample_types.iter().map(kind)),
                ),
                (
                    "mappings",
                    Value::list(profile.mappings.iter().map(|m| report.mapping(m))),
                ),
                (
                    "locations",
                    Value::list(profile.locations.ids().map(|id| report.location(id))),
                ),
            ],
            rows: profile
                .samples
                .iter()
                .map(|sample| report.sample(sample))
                .collect(),
            columns: names,
            lines: profile
                .samples
                .iter()
                .map(|sample| report.sample_line(sample))
                .collect(),
        }
    }

    fn comments(&self) -> impl Iterator<Item = &str> {
        self.profile
            .comments
            .iter()
            .map(|id| self.profile.text(*id))
    }

    fn mapping(&self, mapping: &Mapping) -> Value<'_> {
        Value::object([
            ("id", (mapping.id as i64).into()),
            ("start", hexadecimal(mapping.start)),
            ("limit", hexadecimal(mapping.limit)),
            ("offset", hexadecimal(mapping.offset)),
            ("file", self.profile.text(mapping.file).into()),
            (
                "build_id",
                Value::unless_empty(self.profile.text(mapping.build_id)),
            ),
        ])
    }

    fn location(&self, id: LocationId) -> Value<'_> {
        let profile = &self.profile;
        let location = profile.locations.get(id);
        let mapping = location
            .mapping
            .map(|mapping| profile.mapping(mapping).id as i64);
        let line = |line: &dtail_profile::Line| {
            let function = profile.function(line.function);
            Value::object([
                ("function", profile.text(function.name).into()),
                ("file", profile.text(function.filename).into()),
                ("start_line", function.start_line.into()),
                ("line", line.line.into()),
                ("column", line.column.into()),
            ])
        };
        Value::object([
            ("id", (location.id as i64).into()),
            ("mapping", mapping.map_or(Value::Nothing, Value::from)),
            ("address", hexadecimal(location.address)),
            (
                "lines",
                Value::list(profile.locations.lines(id).iter().map(line)),
            ),
        ])
    }

    fn location_ids(&self, sample: Sample<'_>) -> Vec<i64> {
        let id = |location: &LocationId| self.profile.locations.get(*location).id as i64;
        sample.stack.iter().map(id).collect()
    }

    fn sample(&self, sample: Sample<'_>) -> Value<'_> {
        Value::object([
            ("values", Value::list(sample.values.iter().copied())),
            ("locations", Value::list(self.location_ids(sample))),
            ("labels", labels_of(self, sample)),
        ])
    }

    fn sample_line(&self, sample: Sample<'_>) -> Vec<Value<'_>> {
        let ids: Vec<String> = self
            .location_ids(sample)
            .iter()
            .map(i64::to_string)
            .collect();
        let values = sample.values.iter().map(|value| (*value).into());
        let rest = [ids.join(" ").into(), flat_labels(self, sample).into()];
        values.chain(rest).collect()
    }

    pub(super) fn comments_table(&mut self) -> Table<'_> {
        let report = &*self;
        Table {
            facts: Vec::new(),
            rows: report.comments().map(Value::from).collect(),
            columns: columns(["comment"]),
            lines: report
                .comments()
                .map(|comment| vec![comment.into()])
                .collect(),
        }
    }
}
