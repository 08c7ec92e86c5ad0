//! Log formats: how a line becomes fields.
//!
//! Every format knows the common variables (`$line`, `$hostname`, ...). Which other fields a line
//! has depends on the format, each in its own module. Names are resolved to slots before the first
//! line, so that a line only finds the positions of its values.

pub(crate) mod csv;
pub(crate) mod default;
mod escape;
mod json;
pub(crate) mod key_value;
mod logfmt;

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::environment::Environment;
use crate::query::Query;
use crate::row::{Row, Slot};

/// A supported log format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// DTail's own records: nine columns, a table mark, and `key=value` pairs.
    Default,
    /// Only the common variables.
    Generic,
    /// `key=value` pairs separated by `|`.
    GenericKeyValue,
    /// Comma separated values; the first record of each file names the columns.
    Csv,
    /// One JSON object a line.
    Json,
    /// `key=value` pairs separated by blanks.
    Logfmt,
}

/// Every format a query can name.
pub(crate) const FORMATS: [Format; 6] = [
    Format::Default,
    Format::Generic,
    Format::GenericKeyValue,
    Format::Csv,
    Format::Json,
    Format::Logfmt,
];

/// Why a line gives no fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rejection {
    /// Not a record of this format, which is no mistake.
    NotARecord,
    /// A pair without `=`.
    PairWithoutEquals,
    /// More values than the header has columns.
    MoreFieldsThanColumns,
    /// No JSON, or JSON that is no object.
    NotAJsonObject,
}

const COMMON_VARIABLES: [&str; 7] = [
    "*",
    "$line",
    "$empty",
    "$hostname",
    "$server",
    "$timezone",
    "$timeoffset",
];

impl Format {
    /// The format a query asks for, and its `logformat` name if there is no such format.
    pub(crate) fn of(query: &Query) -> (Self, Option<&str>) {
        match (query.format_name.as_deref(), &query.table) {
            (Some(name), _) => match Self::from_name(name) {
                Some(format) => (format, None),
                None => (Self::Generic, Some(name)),
            },
            (None, None) => (Self::Generic, None),
            (None, Some(_)) => (Self::Default, None),
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|format| format.name() == name)
    }

    /// The name a query knows the format by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Generic => "generic",
            Self::GenericKeyValue => "generickv",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Logfmt => "logfmt",
        }
    }

    /// Whether a line of this format can have the variable `name`, which starts with `$`.
    pub(crate) fn knows(self, name: &str) -> bool {
        self.variables().any(|known| known == name)
    }

    /// The variables that a line of this format can have.
    pub(crate) fn variables(self) -> impl Iterator<Item = &'static str> {
        let own = (self == Self::Default).then(default::variables);
        COMMON_VARIABLES
            .into_iter()
            .chain(own.into_iter().flatten())
    }
}

/// The value that `name` has on every line, if it is a constant.
pub(crate) fn constant(
    name: &str,
    environment: &LazyCell<Environment, impl FnOnce() -> Environment>,
) -> Option<Vec<u8>> {
    let text = match name {
        "*" => "*".to_owned(),
        "$empty" => String::new(),
        "$hostname" | "$server" => environment.hostname.clone(),
        "$timezone" => environment.timezone.clone(),
        "$timeoffset" => environment.utc_offset_seconds.to_string(),
        _ => return None,
    };
    Some(text.into_bytes())
}

/// How the lines of one source give values to slots.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    line: Option<Slot>,
    fields: Fields,
}

#[derive(Debug, Clone)]
enum Fields {
    Default(default::Columns),
    Generic,
    GenericKeyValue(key_value::Keys),
    Csv(csv::Columns),
    Json(json::Members),
    Logfmt(key_value::Keys),
}

impl Layout {
    /// The layout of a source; `header` is the first record of a CSV file, empty otherwise.
    pub(crate) fn new(format: Format, slots: &BTreeMap<String, Slot>, header: &[u8]) -> Self {
        let keys = || key_value::Keys::new(slots.iter().filter(|(name, _)| !format.knows(name)));
        let fields = match format {
            Format::Default => Fields::Default(default::Columns::new(slots)),
            Format::Generic => Fields::Generic,
            Format::GenericKeyValue => Fields::GenericKeyValue(keys()),
            Format::Csv => Fields::Csv(csv::Columns::new(slots, header)),
            Format::Json => Fields::Json(json::Members::new(slots)),
            Format::Logfmt => Fields::Logfmt(keys()),
        };
        Self {
            line: slots.get("$line").copied(),
            fields,
        }
    }

    /// Whether quotes may hold line ends.
    pub(crate) fn knows_quotes(&self) -> bool {
        matches!(self.fields, Fields::Csv(_))
    }

    /// Fills `row` from `line`, which has no line end; `has_quotes` says whether a CSV record may
    /// have quotes.
    ///
    /// # Errors
    ///
    /// The line is to be ignored; `row` may be half filled.
    pub(crate) fn read<'b>(
        &self,
        line: &'b [u8],
        has_quotes: bool,
        row: &mut Row<'b>,
    ) -> Result<(), Rejection> {
        row.clear();
        let trimmed = line.trim_ascii();
        if let Some(slot) = self.line {
            row.set(slot, trimmed);
        }
        match &self.fields {
            Fields::Default(columns) => columns.read(trimmed, row),
            Fields::Generic => Ok(()),
            Fields::GenericKeyValue(keys) => {
                keys.read(trimmed, row);
                Ok(())
            }
            Fields::Csv(columns) if has_quotes => columns.read_quoted(line, row),
            Fields::Csv(columns) => columns.read(line, row),
            Fields::Json(members) => members.read(trimmed, row),
            Fields::Logfmt(keys) => {
                logfmt::read(trimmed, keys, row);
                Ok(())
            }
        }
    }
}
