//! The profile itself and the rows of its small tables.

use crate::handle::{FunctionId, MappingId, StringId};
use crate::locations::Locations;
use crate::samples::Samples;
use crate::strings::Strings;

/// What a value measures, and in which unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ValueType {
    /// What is measured: `cpu`, `inuse_space`.
    pub kind: StringId,
    /// Its unit: `nanoseconds`, `bytes`, `count`.
    pub unit: StringId,
}

/// A range of addresses that held one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mapping {
    /// The id in the file; unique, never 0.
    pub id: u64,
    /// First address.
    pub start: u64,
    /// First address behind it.
    pub limit: u64,
    /// Offset in the file of the byte at `start`.
    pub offset: u64,
    /// Path of the file.
    pub file: StringId,
    /// The file's build id, in hexadecimal digits by convention.
    pub build_id: StringId,
    /// Every location here has a function.
    pub has_functions: bool,
    /// Every location here has a file name.
    pub has_filenames: bool,
    /// Every location here has a line number.
    pub has_line_numbers: bool,
    /// Inlined calls are listed as lines of their own.
    pub has_inline_frames: bool,
}

/// A function of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Function {
    /// The id in the file; unique, never 0.
    pub id: u64,
    /// Name for people, demangled.
    pub name: StringId,
    /// Name as the linker knows it.
    pub system_name: StringId,
    /// Source file.
    pub filename: StringId,
    /// First line, 0 when unknown.
    pub start_line: i64,
}

/// A label of a sample: a text or a number with a unit.
///
/// A label with a `text` other than the empty string is a text label, otherwise it is a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Label {
    /// Name of the label.
    pub key: StringId,
    /// The text, empty for a number.
    pub text: StringId,
    /// The number.
    pub number: i64,
    /// Unit of the number, may be empty.
    pub unit: StringId,
}

/// A profile: what `profile.proto` describes, strings interned, samples in columns.
///
/// The fields are open so that reports can transform a profile in place; [`Profile::check`] states
/// what must hold between them.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Every string of the profile.
    pub strings: Strings,
    /// What the values of a sample mean, in their order.
    pub sample_types: Vec<ValueType>,
    /// The kind of value a reader shows first; empty means the last.
    pub default_sample_type: StringId,
    /// What happened between two samples.
    pub period_type: ValueType,
    /// How much of it; 0 when unknown.
    pub period: i64,
    /// Start, in nanoseconds since 1970 (UTC); 0 when unknown.
    pub time_nanos: i64,
    /// Length in nanoseconds; 0 when not meaningful.
    pub duration_nanos: i64,
    /// Frames whose function matches this expression are dropped on load.
    pub drop_frames: StringId,
    /// Exceptions from `drop_frames`.
    pub keep_frames: StringId,
    /// Free text, one entry a line.
    pub comments: Vec<StringId>,
    /// Address of a page that explains this profile.
    pub doc_url: StringId,
    /// Mapped files, the program itself first.
    pub mappings: Vec<Mapping>,
    /// Functions.
    pub functions: Vec<Function>,
    /// Addresses and the lines inlined there.
    pub locations: Locations,
    /// The samples.
    pub samples: Samples,
}

impl Profile {
    /// The text of a string handle.
    pub fn text(&self, id: StringId) -> &str {
        self.strings.get(id)
    }

    /// The function of a handle.
    ///
    /// # Panics
    ///
    /// When the handle belongs to another profile and is beyond the end.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// The mapping of a handle.
    ///
    /// # Panics
    ///
    /// When the handle belongs to another profile and is beyond the end.
    pub fn mapping(&self, id: MappingId) -> &Mapping {
        &self.mappings[id.index()]
    }
}
