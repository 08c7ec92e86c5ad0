//! Adds profiles up.

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::HashMap;
use foldhash::fast::RandomState;

use crate::handle::{FunctionId, LocationId, MappingId, StringId};
use crate::locations::Line;
use crate::model::{Function, Label, Mapping, Profile, ValueType};
use crate::row_index::RowIndex;
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
    let mut merger = Merger::new(first);
    for profile in profiles {
        check_mergeable(first, profile)?;
        merger.push(profile);
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

/// Mapping identity: size in whole pages, offset, build id or file.
type MappingKey = (u64, u64, StringId);

/// Adds profiles up one after the other, as [`merge()`] does; none is needed any longer once it is
/// added.
#[derive(Debug, Default)]
pub struct Merger {
    profile: Profile,
    mappings: HashMap<MappingKey, MappingId>,
    hasher: RandomState,
    functions: RowIndex,
    locations: RowIndex,
    samples: RowIndex,
    row: SampleRow,
    /// The lines of the location being added; kept to reuse its memory.
    lines: Vec<Line>,
}

/// The sample being added, its labels ordered by key; kept to reuse its memory.
#[derive(Debug, Default)]
struct SampleRow {
    stack: Vec<LocationId>,
    labels: Vec<Label>,
}

/// What the rows of the profile being added became in the merged one.
struct Renamed {
    strings: Vec<Option<StringId>>,
    functions: Vec<Option<FunctionId>>,
    /// The merged mapping, and how far its start lies above the source's.
    mappings: Vec<Option<(MappingId, u64)>>,
    locations: Vec<Option<LocationId>>,
}

impl Renamed {
    /// Nothing of `source` is in the merged profile yet.
    fn none_of(source: &Profile) -> Renamed {
        Renamed {
            strings: vec![None; source.strings.len()],
            functions: vec![None; source.functions.len()],
            mappings: vec![None; source.mappings.len()],
            locations: vec![None; source.locations.len()],
        }
    }
}

impl Merger {
    /// Begins with the samples of `first`.
    pub fn new(first: &Profile) -> Merger {
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
        merger.push(first);
        merger
    }

    /// Adds the samples of `profile`, which is to be mergeable with the first ([`check_mergeable`]).
    ///
    /// # Panics
    ///
    /// When it has another number of sample types.
    pub fn push(&mut self, profile: &Profile) {
        self.header(profile);
        self.add(profile);
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
        let mut renamed = Renamed::none_of(source);
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
        // A label without text, number and unit says nothing, so samples do not differ by it.
        let is_said =
            |label: &&Label| label.number != 0 || !label.text.is_empty() || !label.unit.is_empty();
        let labels = sample.labels.iter().filter(is_said);
        row.labels
            .extend(labels.map(|label| self.label(source, label, renamed)));
        row.labels.sort_by_key(|label| label.key);
        let samples = &mut self.profile.samples;
        let is_equal =
            |index: usize| samples.stack(index) == row.stack && samples.labels(index) == row.labels;
        match self.samples.find(row.hash(&self.hasher), is_equal) {
            Some(known) => {
                for (sum, value) in samples.values_mut(known).iter_mut().zip(sample.values) {
                    *sum = sum.wrapping_add(*value);
                }
            }
            None => samples.push(&row.stack, sample.values, &row.labels),
        }
        self.row = row;
    }

    fn label(&mut self, source: &Profile, label: &Label, renamed: &mut Renamed) -> Label {
        Label {
            key: self.renamed_string(source, label.key, renamed),
            text: self.renamed_string(source, label.text, renamed),
            number: label.number,
            unit: self.renamed_string(source, label.unit, renamed),
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
        let mut lines = std::mem::take(&mut self.lines);
        lines.clear();
        lines.extend(source.locations.lines(id).iter().map(|line| Line {
            function: self.function(source, line.function, renamed),
            ..*line
        }));
        let key = (mapping, address, row.is_folded);
        let locations = &mut self.profile.locations;
        let hash = self.hasher.hash_one((key, &lines));
        let known = self.locations.find(hash, |index| {
            let id = LocationId::new(index);
            let other = locations.get(id);
            (other.mapping, other.address, other.is_folded) == key && locations.lines(id) == lines
        });
        let merged = known.map_or_else(
            || {
                let number = locations.len() as u64 + 1;
                let merged = locations.push(number, mapping, address, lines.iter().copied());
                locations.get_mut(merged).is_folded = row.is_folded;
                merged
            },
            LocationId::new,
        );
        self.lines = lines;
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
        let function = Function {
            id: 0,
            name: self.renamed_string(source, row.name, renamed),
            system_name: self.renamed_string(source, row.system_name, renamed),
            filename: self.renamed_string(source, row.filename, renamed),
            start_line: row.start_line,
        };
        let functions = &mut self.profile.functions;
        let hash = self.hasher.hash_one(function);
        let known = self.functions.find(hash, |index| {
            let id = 0;
            Function {
                id,
                ..functions[index]
            } == function
        });
        let merged = FunctionId::new(known.unwrap_or(functions.len()));
        if known.is_none() {
            let id = functions.len() as u64 + 1;
            functions.push(Function { id, ..function });
        }
        renamed.functions[id.index()] = Some(merged);
        merged
    }

    fn string(&mut self, source: &Profile, id: StringId) -> StringId {
        self.profile.strings.intern(source.text(id))
    }

    /// A string that the source may use many times.
    fn renamed_string(
        &mut self,
        source: &Profile,
        id: StringId,
        renamed: &mut Renamed,
    ) -> StringId {
        *renamed.strings[id.index()].get_or_insert_with(|| self.string(source, id))
    }

    fn value_type(&mut self, source: &Profile, kind: &ValueType) -> ValueType {
        ValueType {
            kind: self.string(source, kind.kind),
            unit: self.string(source, kind.unit),
        }
    }

    /// The sum; values that cancelled out are merged away together with what only they used.
    pub fn finish(self) -> Profile {
        let zero = |sample: Sample<'_>| sample.values.iter().all(|value| *value == 0);
        if !self.profile.samples.iter().any(zero) {
            return self.profile;
        }
        Merger::new(&self.profile).profile
    }
}

impl SampleRow {
    /// The hash of stack and labels, two locations at once.
    fn hash(&self, hasher: &RandomState) -> u64 {
        let mut hasher = hasher.build_hasher();
        let (pairs, last) = self.stack.as_chunks::<2>();
        for [first, second] in pairs {
            hasher.write_u64((first.index() as u64) << 32 | second.index() as u64);
        }
        last.hash(&mut hasher);
        self.labels.hash(&mut hasher);
        hasher.finish()
    }
}

/// The size of a mapping rounded up to pages, so that small differences do not count.
fn size_in_pages(mapping: &Mapping) -> u64 {
    let size = mapping.limit.wrapping_sub(mapping.start);
    size.wrapping_add(0xfff) & !0xfff
}
