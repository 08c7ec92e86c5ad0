//! What every valid profile satisfies.

use std::collections::HashSet;
use std::fmt;

use crate::handle::StringId;
use crate::model::{Profile, ValueType};

/// A rule of the format that a profile breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidProfile {
    /// There are samples, but nothing says what their values mean.
    NoSampleType,
    /// Samples have this many values, but there are that many sample types.
    ValueCount {
        /// Values in each sample.
        values: usize,
        /// Sample types in the profile.
        types: usize,
    },
    /// A row with the reserved id 0; the name of the table.
    ZeroId(&'static str),
    /// Two rows with one id; the name of the table and the id.
    DuplicateId(&'static str, u64),
    /// A handle beyond the end of its table: the name of the table and the handle.
    NoSuchRow(&'static str, usize),
}

impl fmt::Display for InvalidProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidProfile::NoSampleType => f.write_str("samples without a sample type"),
            InvalidProfile::ValueCount { values, types } => {
                write!(f, "samples have {values} values for {types} sample types")
            }
            InvalidProfile::ZeroId(table) => write!(f, "{table} with the reserved id 0"),
            InvalidProfile::DuplicateId(table, id) => write!(f, "second {table} with id {id}"),
            InvalidProfile::NoSuchRow(table, row) => write!(f, "no {table} in row {row}"),
        }
    }
}

impl std::error::Error for InvalidProfile {}

impl Profile {
    /// Whether ids are unique and not 0, references lead somewhere, and values match their types.
    ///
    /// # Errors
    ///
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), InvalidProfile> {
        self.check_values()?;
        unique("mapping", self.mappings.iter().map(|mapping| mapping.id))?;
        unique(
            "function",
            self.functions.iter().map(|function| function.id),
        )?;
        unique(
            "location",
            self.locations.iter().map(|(_, location)| location.id),
        )?;
        self.check_references()?;
        self.strings_used()
            .try_for_each(|id| row("string", id.index(), self.strings.len()))
    }

    fn check_values(&self) -> Result<(), InvalidProfile> {
        let (values, types) = (self.samples.width(), self.sample_types.len());
        if types == 0 && !self.samples.is_empty() {
            return Err(InvalidProfile::NoSampleType);
        }
        if values != types && !self.samples.is_empty() {
            return Err(InvalidProfile::ValueCount { values, types });
        }
        Ok(())
    }

    fn check_references(&self) -> Result<(), InvalidProfile> {
        for (handle, location) in self.locations.iter() {
            if let Some(mapping) = location.mapping {
                row("mapping", mapping.index(), self.mappings.len())?;
            }
            for line in self.locations.lines(handle) {
                row("function", line.function.index(), self.functions.len())?;
            }
        }
        self.samples
            .iter()
            .flat_map(|sample| sample.stack)
            .try_for_each(|location| row("location", location.index(), self.locations.len()))
    }

    /// Every string handle that the profile holds.
    fn strings_used(&self) -> impl Iterator<Item = StringId> {
        let types = self.sample_types.iter().chain([&self.period_type]);
        let labels = self.samples.iter().flat_map(|sample| sample.labels);
        [
            self.default_sample_type,
            self.drop_frames,
            self.keep_frames,
            self.doc_url,
        ]
        .into_iter()
        .chain(types.flat_map(|ValueType { kind, unit }| [*kind, *unit]))
        .chain(self.comments.iter().copied())
        .chain(self.mappings.iter().flat_map(|m| [m.file, m.build_id]))
        .chain(
            self.functions
                .iter()
                .flat_map(|f| [f.name, f.system_name, f.filename]),
        )
        .chain(labels.flat_map(|label| [label.key, label.text, label.unit]))
    }
}

fn unique(table: &'static str, ids: impl Iterator<Item = u64>) -> Result<(), InvalidProfile> {
    let mut seen = HashSet::new();
    for id in ids {
        if id == 0 {
            return Err(InvalidProfile::ZeroId(table));
        }
        if !seen.insert(id) {
            return Err(InvalidProfile::DuplicateId(table, id));
        }
    }
    Ok(())
}

fn row(table: &'static str, row: usize, rows: usize) -> Result<(), InvalidProfile> {
    if row < rows {
        Ok(())
    } else {
        Err(InvalidProfile::NoSuchRow(table, row))
    }
}
