//! Makes a profile from frames and values.

use foldhash::HashMap;

use crate::check::InvalidProfile;
use crate::handle::{FunctionId, LocationId, MappingId, StringId};
use crate::locations::Line;
use crate::model::{Function, Label, Mapping, Profile, ValueType};
use crate::samples::Samples;

/// Builds a [`Profile`] row by row; equal functions and locations become one row.
///
/// Declare the sample types before the first sample. Samples are kept as they come: add up those of
/// one stack before.
#[derive(Debug, Default)]
pub struct ProfileBuilder {
    profile: Profile,
    functions: HashMap<Function, FunctionId>,
    locations: HashMap<LocationKey, LocationId>,
}

/// What makes two locations one.
type LocationKey = (Option<MappingId>, u64, Vec<Line>);

/// A mapping to add; see [`Mapping`] for the meaning of the fields.
#[derive(Clone, Copy, Debug, Default)]
pub struct MappingSpec<'a> {
    /// First address.
    pub start: u64,
    /// First address behind it.
    pub limit: u64,
    /// Offset in the file of the byte at `start`.
    pub offset: u64,
    /// Path of the file.
    pub file: &'a str,
    /// The file's build id, in hexadecimal digits by convention.
    pub build_id: &'a str,
    /// Every location here has a function.
    pub has_functions: bool,
    /// Every location here has a file name.
    pub has_filenames: bool,
    /// Every location here has a line number.
    pub has_line_numbers: bool,
    /// Inlined calls are listed as lines of their own.
    pub has_inline_frames: bool,
}

impl ProfileBuilder {
    /// An empty profile.
    pub fn new() -> ProfileBuilder {
        ProfileBuilder::default()
    }

    /// Adds a kind of value: `("cpu", "nanoseconds")`.
    ///
    /// # Panics
    ///
    /// When there are samples already, which would lack it.
    pub fn sample_type(&mut self, kind: &str, unit: &str) -> &mut Self {
        assert!(
            self.profile.samples.is_empty(),
            "sample types are declared before the samples"
        );
        let value_type = self.value_type(kind, unit);
        self.profile.sample_types.push(value_type);
        self.profile.samples = Samples::with_width(self.profile.sample_types.len());
        self
    }

    /// Names the kind of value that readers show first; without it they show the last.
    pub fn default_sample_type(&mut self, kind: &str) -> &mut Self {
        self.profile.default_sample_type = self.string(kind);
        self
    }

    /// Says how much of what happened between two samples.
    pub fn period(&mut self, kind: &str, unit: &str, period: i64) -> &mut Self {
        self.profile.period_type = self.value_type(kind, unit);
        self.profile.period = period;
        self
    }

    /// Sets the start, in nanoseconds since 1970 (UTC), and the length in nanoseconds.
    pub fn time(&mut self, time_nanos: i64, duration_nanos: i64) -> &mut Self {
        self.profile.time_nanos = time_nanos;
        self.profile.duration_nanos = duration_nanos;
        self
    }

    /// Adds a comment.
    pub fn comment(&mut self, text: &str) -> &mut Self {
        let comment = self.string(text);
        self.profile.comments.push(comment);
        self
    }

    /// Names the frames that readers drop, and the exceptions; both are regular expressions.
    pub fn drop_frames(&mut self, drop: &str, keep: &str) -> &mut Self {
        self.profile.drop_frames = self.string(drop);
        self.profile.keep_frames = self.string(keep);
        self
    }

    /// Names a page that explains the profile.
    pub fn doc_url(&mut self, url: &str) -> &mut Self {
        self.profile.doc_url = self.string(url);
        self
    }

    /// Adds a mapping; the first is the program itself.
    pub fn mapping(&mut self, spec: MappingSpec<'_>) -> MappingId {
        let mapping = Mapping {
            id: self.profile.mappings.len() as u64 + 1,
            start: spec.start,
            limit: spec.limit,
            offset: spec.offset,
            file: self.string(spec.file),
            build_id: self.string(spec.build_id),
            has_functions: spec.has_functions,
            has_filenames: spec.has_filenames,
            has_line_numbers: spec.has_line_numbers,
            has_inline_frames: spec.has_inline_frames,
        };
        self.profile.mappings.push(mapping);
        MappingId::new(self.profile.mappings.len() - 1)
    }

    /// The function of these names, which is added when missing.
    ///
    /// `system_name` is the mangled symbol or empty, never equal to `name`: readers take a name
    /// that equals it for a mangled one. `start_line` is 0 when unknown.
    pub fn function(
        &mut self,
        name: &str,
        system_name: &str,
        filename: &str,
        start_line: i64,
    ) -> FunctionId {
        let key = Function {
            id: 0,
            name: self.string(name),
            system_name: self.string(system_name),
            filename: self.string(filename),
            start_line,
        };
        let functions = &mut self.profile.functions;
        *self.functions.entry(key).or_insert_with(|| {
            functions.push(Function {
                id: functions.len() as u64 + 1,
                ..key
            });
            FunctionId::new(functions.len() - 1)
        })
    }

    /// The location of these lines, innermost first, which is added when missing.
    pub fn location(
        &mut self,
        mapping: Option<MappingId>,
        address: u64,
        lines: &[Line],
    ) -> LocationId {
        let locations = &mut self.profile.locations;
        *self
            .locations
            .entry((mapping, address, lines.to_vec()))
            .or_insert_with(|| {
                locations.push(
                    locations.len() as u64 + 1,
                    mapping,
                    address,
                    lines.iter().copied(),
                )
            })
    }

    /// A text label for [`ProfileBuilder::sample`].
    pub fn text_label(&mut self, key: &str, text: &str) -> Label {
        Label {
            key: self.string(key),
            text: self.string(text),
            ..Label::default()
        }
    }

    /// A numeric label for [`ProfileBuilder::sample`]; the unit may be empty.
    pub fn number_label(&mut self, key: &str, number: i64, unit: &str) -> Label {
        Label {
            key: self.string(key),
            number,
            unit: self.string(unit),
            text: StringId::EMPTY,
        }
    }

    /// Adds a sample: the stack leaf first, one value for each sample type.
    ///
    /// # Panics
    ///
    /// When the number of values is not that of the sample types.
    pub fn sample(&mut self, stack: &[LocationId], values: &[i64], labels: &[Label]) -> &mut Self {
        self.profile.samples.push(stack, values, labels);
        self
    }

    /// The profile.
    ///
    /// # Errors
    ///
    /// When handles of another builder were used.
    pub fn finish(self) -> Result<Profile, InvalidProfile> {
        self.profile.check()?;
        Ok(self.profile)
    }

    fn string(&mut self, text: &str) -> StringId {
        self.profile.strings.intern(text)
    }

    fn value_type(&mut self, kind: &str, unit: &str) -> ValueType {
        ValueType {
            kind: self.string(kind),
            unit: self.string(unit),
        }
    }
}
