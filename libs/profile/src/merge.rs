//! Adds profiles up.

use foldhash::HashMap;
use std::fmt;

use crate::handle::{FunctionId, LocationId, MappingId, StringId};
use crate::locations::Line;
use crate::model::{Function, Label, Mapping, Profile, ValueType};
use crate::sample_index::SampleIndex;
use crate::samples::{Sample, Samples};

/// Why profiles cannot be added up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// There was no profile.
    Nothing,
    /// Two profiles measure different things; the sample or period types of both.
    Incompatible {
        /// Which types differ: `sample` or `period`.
        what: &'static str,
        /// Those of the first profile.
        first: String,
        /// Those of the other.
        other: String,
    },
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Nothing => f.write_str("no profiles to merge"),
            MergeError::Incompatible { what, first, other } => {
                write!(f, "incompatible {what} types: {first} and {other}")
            }
        }
    }
}

impl std::error::Error for MergeError {}

/// One profile that holds the samples of all.
///
/// Samples of equal stacks and labels become one, those that are 0 in every value vanish, and rows
/// that no sample needs are left out. Functions are equal when their names, file and start line
/// are; mappings when their size (in pages), offset and build id (or file) are; locations when
/// their lines and address within the mapping are. Of the headers: earliest start, summed length,
/// longest period, every comment once, the rest from the first profile that has it.
///
/// # Errors
///
/// When there is no profile, or sample types or period types differ.
pub fn merge<'a>(profiles: impl IntoIterator<Item = &'a Profile>) -> Result<Profile, MergeError> {
    let mut profiles = profiles.into_iter();
    let first = profiles.next().ok_or(MergeError::Nothing)?;
    let mut merger = Merger::with_header_of(first);
    merger.add(first);
    for profile in profiles {
        check_mergeable(first, profile)?;
        merger.header(profile);
        merger.add(profile);
    }
    Ok(merger.finish())
}

/// Whether two profiles measure the same things, so that they can be added up.
///
/// # Errors
///
/// When sample types or period types differ.
pub fn check_mergeable(first: &Profile, other: &Profile) -> Result<(), MergeError> {
    for (what, types) in [
        ("period", period_types as fn(&Profile) -> _),
        ("sample", sample_types),
    ] {
        let (first, other) = (types(first), types(other));
        if first != other {
            return Err(MergeError::Incompatible { what, first, other });
        }
    }
    Ok(())
}

fn period_types(profile: &Profile) -> String {
    type_text(profile, &profile.period_type)
}

fn sample_types(profile: &Profile) -> String {
    let types = profile
        .sample_types
        .iter()
        .map(|kind| type_text(profile, kind));
    types.collect::<Vec<String>>().join(", ")
}

fn type_text(profile: &Profile, kind: &ValueType) -> String {
    format!("{}/{}", profile.text(kind.kind), profile.text(kind.unit))
}

/// Function identity: names, file and start line, as ids of the merged profile.
type FunctionKey = (StringId, StringId, StringId, i64);
/// Mapping identity: size in whole pages, offset, build id or file.
type MappingKey = (u64, u64, StringId);
/// Location identity: mapping, address within it, folded, lines.
type LocationKey = (Option<MappingId>, u64, bool, Vec<Line>);

#[derive(Default)]
struct Merger {
    profile: Profile,
    functions: HashMap<FunctionKey, FunctionId>,
    mappings: HashMap<MappingKey, MappingId>,
    locations: HashMap<LocationKey, LocationId>,
    samples: SampleIndex,
    row: SampleRow,
}

/// The sample being added, its labels ordered by key; kept to reuse its memory.
#[derive(Default)]
struct SampleRow {
    stack: Vec<LocationId>,
    labels: Vec<Label>,
}

/// What the rows of the profile being added became in the merged one.
struct Renamed {
    functions: Vec<Option<FunctionId>>,
    /// The merged mapping, and how far its start lies above the source's.
    mappings: Vec<Option<(MappingId, u64)>>,
    locations: Vec<Option<LocationId>>,
}

impl Merger {
    fn with_header_of(first: &Profile) -> Merger {
        let mut merger = Merger::default();
        let types = first
            .sample_types
            .iter()
            .map(|kind| merger.value_type(first, kind))
            .collect();
        merger.profile.sample_types = types;
        merger.profile.samples = Samples::with_width(first.sample_types.len());
        merger.profile.period_type = merger.value_type(first, &first.period_type);
        merger.profile.drop_frames = merger.string(first, first.drop_frames);
        merger.profile.keep_frames = merger.string(first, first.keep_frames);
        merger.header(first);
        merger
    }

    /// Adds the header fields that every profile contributes to.
    fn header(&mut self, source: &Profile) {
        if self.profile.time_nanos == 0 || source.time_nanos < self.profile.time_nanos {
            self.profile.time_nanos = source.time_nanos;
        }
        let duration = self
            .profile
            .duration_nanos
            .wrapping_add(source.duration_nanos);
        self.profile.duration_nanos = duration;
        if self.profile.period == 0 || self.profile.period < source.period {
            self.profile.period = source.period;
        }
        for comment in &source.comments {
            let comment = self.string(source, *comment);
            if !self.profile.comments.contains(&comment) {
                self.profile.comments.push(comment);
            }
        }
        if self.profile.default_sample_type.is_empty() {
            self.profile.default_sample_type = self.string(source, source.default_sample_type);
        }
        if self.profile.doc_url.is_empty() {
            self.profile.doc_url = self.string(source, source.doc_url);
        }
    }

    fn add(&mut self, source: &Profile) {
        let mut renamed = Renamed {
            functions: vec![None; source.functions.len()],
            mappings: vec![None; source.mappings.len()],
            locations: vec![None; source.locations.len()],
        };
        if self.mappings.is_empty() && !source.mappings.is_empty() {
            // The first mapping is the program itself and stays first.
            self.mapping(source, MappingId::new(0), &mut renamed);
        }
        for sample in source.samples.iter() {
            if sample.values.iter().any(|value| *value != 0) {
                self.sample(source, sample, &mut renamed);
            }
        }
    }

    fn sample(&mut self, source: &Profile, sample: Sample<'_>, renamed: &mut Renamed) {
        let mut row = std::mem::take(&mut self.row);
        row.stack.clear();
        row.stack.extend(
            sample
                .stack
                .iter()
                .map(|id| self.location(source, *id, renamed)),
        );
        row.labels.clear();
        row.labels
            .extend(sample.labels.iter().map(|label| self.label(source, label)));
        row.labels.sort_by_key(|label| label.key);
        let samples = &mut self.profile.samples;
        match self.samples.find(samples, &row.stack, &row.labels) {
            Ok(known) => {
                for (sum, value) in samples.values_mut(known).iter_mut().zip(sample.values) {
                    *sum = sum.wrapping_add(*value);
                }
            }
            Err(_) => samples.push(&row.stack, sample.values, &row.labels),
        }
        self.row = row;
    }

    fn label(&mut self, source: &Profile, label: &Label) -> Label {
        Label {
            key: self.string(source, label.key),
            text: self.string(source, label.text),
            number: label.number,
            unit: self.string(source, label.unit),
        }
    }

    fn location(&mut self, source: &Profile, id: LocationId, renamed: &mut Renamed) -> LocationId {
        if let Some(location) = renamed.locations[id.index()] {
            return location;
        }
        let row = source.locations.get(id);
        let mapping = row
            .mapping
            .map(|mapping| self.mapping(source, mapping, renamed));
        let moved = mapping.map_or(0, |(_, moved)| moved);
        let mapping = mapping.map(|(mapping, _)| mapping);
        let address = row.address.wrapping_add(moved);
        let lines = source.locations.lines(id).iter();
        let lines: Vec<Line> = lines
            .map(|line| Line {
                function: self.function(source, line.function, renamed),
                ..*line
            })
            .collect();
        let start = mapping.map_or(0, |mapping| self.profile.mapping(mapping).start);
        let key = (mapping, address.wrapping_sub(start), row.is_folded, lines);
        let locations = &mut self.profile.locations;
        let merged = match self.locations.get(&key) {
            Some(merged) => *merged,
            None => {
                let number = locations.len() as u64 + 1;
                let merged = locations.push(number, mapping, address, key.3.iter().copied());
                locations.get_mut(merged).is_folded = row.is_folded;
                self.locations.insert(key, merged);
                merged
            }
        };
        renamed.locations[id.index()] = Some(merged);
        merged
    }

    fn mapping(
        &mut self,
        source: &Profile,
        id: MappingId,
        renamed: &mut Renamed,
    ) -> (MappingId, u64) {
        if let Some(mapping) = renamed.mappings[id.index()] {
            return mapping;
        }
        let row = source.mapping(id);
        let (file, build_id) = (
            self.string(source, row.file),
            self.string(source, row.build_id),
        );
        let name = if build_id.is_empty() { file } else { build_id };
        let key = (size_in_pages(row), row.offset, name);
        let mappings = &mut self.profile.mappings;
        let merged = *self.mappings.entry(key).or_insert_with(|| {
            let id = mappings.len() as u64 + 1;
            mappings.push(Mapping {
                id,
                file,
                build_id,
                ..*row
            });
            MappingId::new(mappings.len() - 1)
        });
        let moved = mappings[merged.index()].start.wrapping_sub(row.start);
        renamed.mappings[id.index()] = Some((merged, moved));
        (merged, moved)
    }

    fn function(&mut self, source: &Profile, id: FunctionId, renamed: &mut Renamed) -> FunctionId {
        if let Some(function) = renamed.functions[id.index()] {
            return function;
        }
        let row = source.function(id);
        let name = self.string(source, row.name);
        let system_name = self.string(source, row.system_name);
        let filename = self.string(source, row.filename);
        let functions = &mut self.profile.functions;
        let key = (name, system_name, filename, row.start_line);
        let merged = *self.functions.entry(key).or_insert_with(|| {
            let (id, start_line) = (functions.len() as u64 + 1, row.start_line);
            functions.push(Function {
                id,
                name,
                system_name,
                filename,
                start_line,
            });
            FunctionId::new(functions.len() - 1)
        });
        renamed.functions[id.index()] = Some(merged);
        merged
    }

    fn string(&mut self, source: &Profile, id: StringId) -> StringId {
        self.profile.strings.intern(source.text(id))
    }

    fn value_type(&mut self, source: &Profile, kind: &ValueType) -> ValueType {
        ValueType {
            kind: self.string(source, kind.kind),
            unit: self.string(source, kind.unit),
        }
    }

    /// The result; values that cancelled out are merged away together with what only they used.
    fn finish(self) -> Profile {
        let zero = |sample: Sample<'_>| sample.values.iter().all(|value| *value == 0);
        if !self.profile.samples.iter().any(zero) {
            return self.profile;
        }
        let mut merger = Merger::with_header_of(&self.profile);
        merger.add(&self.profile);
        merger.profile
    }
}

/// The size of a mapping rounded up to pages, so that small differences do not count.
fn size_in_pages(mapping: &Mapping) -> u64 {
    let size = mapping.limit.wrapping_sub(mapping.start);
    size.wrapping_add(0xfff) & !0xfff
}
