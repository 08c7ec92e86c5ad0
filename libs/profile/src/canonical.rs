//! One order for the rows of a profile, so that equal profiles have equal bytes.

use std::cmp::Ordering;

use crate::handle::{FunctionId, LocationId, StringId};
use crate::locations::Line;
use crate::model::{Function, Label, Mapping, Profile, ValueType};
use crate::samples::{Sample, Samples};

impl Profile {
    /// The same profile with functions, locations, labels and samples in the order of their texts
    /// and addresses, numbered from 1, and only the strings that are used. Mappings and sample types
    /// keep their order, which has a meaning.
    pub fn canonical(&self) -> Profile {
        let mut profile = Profile {
            time_nanos: self.time_nanos,
            duration_nanos: self.duration_nanos,
            period: self.period,
            ..Profile::default()
        };
        let copy = Copy {
            source: self,
            functions: ranks(self.functions.len(), |a, b| self.compare_functions(a, b)),
        };
        copy.header(&mut profile);
        copy.functions(&mut profile);
        let locations = copy.locations(&mut profile);
        copy.samples(&mut profile, &locations);
        profile
    }

    fn compare_functions(&self, first: usize, second: usize) -> Ordering {
        let key = |index: usize| {
            let function = self.function(FunctionId::new(index));
            let texts = [function.name, function.system_name, function.filename];
            (texts.map(|id| self.text(id)), function.start_line)
        };
        key(first).cmp(&key(second))
    }
}

/// For each row its place when rows are ordered; rows that are equal keep their order.
fn ranks(rows: usize, compare: impl Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|first, second| compare(*first, *second));
    let mut ranks = vec![0; rows];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index] = rank;
    }
    ranks
}

/// The rows that stand at each place.
fn by_rank(ranks: &[usize]) -> Vec<usize> {
    let mut order = vec![0; ranks.len()];
    for (index, rank) in ranks.iter().enumerate() {
        order[*rank] = index;
    }
    order
}

struct Copy<'a> {
    source: &'a Profile,
    /// The place of each function.
    functions: Vec<usize>,
}

impl Copy<'_> {
    fn string(&self, profile: &mut Profile, id: StringId) -> StringId {
        profile.strings.intern(self.source.text(id))
    }

    fn value_type(&self, profile: &mut Profile, kind: &ValueType) -> ValueType {
        ValueType {
            kind: self.string(profile, kind.kind),
            unit: self.string(profile, kind.unit),
        }
    }

    fn header(&self, profile: &mut Profile) {
        let source = self.source;
        for kind in &source.sample_types {
            let kind = self.value_type(profile, kind);
            profile.sample_types.push(kind);
        }
        profile.default_sample_type = self.string(profile, source.default_sample_type);
        profile.period_type = self.value_type(profile, &source.period_type);
        profile.drop_frames = self.string(profile, source.drop_frames);
        profile.keep_frames = self.string(profile, source.keep_frames);
        profile.doc_url = self.string(profile, source.doc_url);
        for comment in &source.comments {
            let comment = self.string(profile, *comment);
            profile.comments.push(comment);
        }
        for (index, mapping) in source.mappings.iter().enumerate() {
            let mapping = Mapping {
                id: index as u64 + 1,
                file: self.string(profile, mapping.file),
                build_id: self.string(profile, mapping.build_id),
                ..*mapping
            };
            profile.mappings.push(mapping);
        }
    }

    fn functions(&self, profile: &mut Profile) {
        for index in by_rank(&self.functions) {
            let function = *self.source.function(FunctionId::new(index));
            let function = Function {
                id: profile.functions.len() as u64 + 1,
                name: self.string(profile, function.name),
                system_name: self.string(profile, function.system_name),
                filename: self.string(profile, function.filename),
                ..function
            };
            profile.functions.push(function);
        }
    }

    fn lines(&self, id: LocationId) -> Vec<Line> {
        let lines = self.source.locations.lines(id).iter();
        let renamed = |line: &Line| Line {
            function: FunctionId::new(self.functions[line.function.index()]),
            ..*line
        };
        lines.map(renamed).collect()
    }

    /// Copies the locations; the place of each.
    fn locations(&self, profile: &mut Profile) -> Vec<usize> {
        let source = &self.source.locations;
        let key = |index: usize| {
            let id = LocationId::new(index);
            let location = source.get(id);
            let lines = self.lines(id).into_iter();
            let lines = lines.map(|line| (line.function.index(), line.line, line.column));
            let mapping = location.mapping.map(|mapping| mapping.index());
            let lines: Vec<(usize, i64, i64)> = lines.collect();
            (mapping, location.address, location.is_folded, lines)
        };
        let keys: Vec<_> = (0..source.len()).map(key).collect();
        let ranks = ranks(keys.len(), |first, second| keys[first].cmp(&keys[second]));
        for (place, index) in by_rank(&ranks).into_iter().enumerate() {
            let id = LocationId::new(index);
            let location = *source.get(id);
            let number = place as u64 + 1;
            let lines = self.lines(id);
            let copied = &mut profile.locations;
            let copy = copied.push(number, location.mapping, location.address, lines);
            copied.get_mut(copy).is_folded = location.is_folded;
        }
        ranks
    }

    fn samples(&self, profile: &mut Profile, locations: &[usize]) {
        let rows: Vec<Row<'_>> = self
            .source
            .samples
            .iter()
            .map(|sample| Row::of(self.source, sample, locations))
            .collect();
        let ranks = ranks(rows.len(), |first, second| rows[first].cmp(&rows[second]));
        profile.samples = Samples::with_width(self.source.samples.width());
        for index in by_rank(&ranks) {
            let row = &rows[index];
            let stack: Vec<LocationId> = row.stack.iter().map(|id| LocationId::new(*id)).collect();
            let strings = &mut profile.strings;
            let labels = row.labels.iter().map(|(key, text, number, unit)| Label {
                key: strings.intern(key),
                text: strings.intern(text),
                number: *number,
                unit: strings.intern(unit),
            });
            let labels: Vec<Label> = labels.collect();
            profile.samples.push(&stack, row.values, &labels);
        }
    }
}

/// A sample by what orders it: places of its locations, texts of its labels, values.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row<'a> {
    stack: Vec<usize>,
    labels: Vec<(&'a str, &'a str, i64, &'a str)>,
    values: &'a [i64],
}

impl<'a> Row<'a> {
    fn of(profile: &'a Profile, sample: Sample<'a>, locations: &[usize]) -> Row<'a> {
        let label = |label: &Label| {
            let [key, text, unit] = [label.key, label.text, label.unit].map(|id| profile.text(id));
            (key, text, label.number, unit)
        };
        let mut labels: Vec<_> = sample.labels.iter().map(label).collect();
        labels.sort_unstable();
        let stack = sample.stack.iter();
        Row {
            stack: stack.map(|id| locations[id.index()]).collect(),
            labels,
            values: sample.values,
        }
    }
}
