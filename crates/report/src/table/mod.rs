//! Reports for other programs: as JSON, and as CSV.
//!
//! Both hold the values of the text in the unit of the profile, names in full, and shares in percent
//! with their sign. JSON nests what belongs together; CSV has one line for each fact, with the
//! names of its columns in the first. `docs/guide/tables.md` describes every field.

mod graph;
mod raw;
mod source;
mod stacks;
mod tags;
mod top;
mod tree;
mod value;

use std::io::{self, Write};

use self::value::{Field, Value};
use crate::error::Error;
use crate::files::Files;
use crate::kind::Kind;
use crate::prepare::Report;

/// A language of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One document.
    Json,
    /// Lines of fields, quoted as RFC 4180 says.
    Csv,
}

/// A report as values.
struct Table<'a> {
    /// What the report is, beside type, unit, total and rows: name and value.
    facts: Vec<(&'static str, Value<'a>)>,
    rows: Vec<Value<'a>>,
    columns: Vec<String>,
    /// As many fields as columns, each time.
    lines: Vec<Vec<Value<'a>>>,
}

impl Kind {
    /// Whether the report can be written as JSON and CSV.
    pub fn is_table(&self) -> bool {
        matches!(
            self,
            Kind::Top
                | Kind::Tree
                | Kind::Peek(_)
                | Kind::List(_)
                | Kind::Disasm(_)
                | Kind::Traces
                | Kind::Tags
                | Kind::Raw
                | Kind::Comments
                | Kind::Dot
        )
    }
}

impl Report {
    /// Writes the report for other programs. `files` finds source and machine code.
    ///
    /// # Errors
    ///
    /// Those of [`Report::write`], and when the report is no table.
    pub fn write_table(
        mut self,
        format: Format,
        files: &dyn Files,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let (kind, unit) = (self.type_name.clone(), self.unit.clone());
        let total = self.total;
        let table = match self.kind.clone() {
            Kind::Top => return self.top().write_table(format, out),
            Kind::Tree => self.tree_table(None)?,
            Kind::Peek(only) => self.tree_table(Some(&only))?,
            Kind::List(only) => self.list_table(&only, files)?,
            Kind::Disasm(only) => self.disasm_table(&only, files)?,
            Kind::Traces => self.traces_table(),
            Kind::Tags => self.tags_table(),
            Kind::Raw => self.raw_table(),
            Kind::Comments => self.comments_table(),
            Kind::Dot => self.graph_table(),
            _ => return Err(Error::NoTable),
        };
        Ok(table.write(format, &kind, &unit, total, out)?)
    }
}

impl Table<'_> {
    fn write(
        &self,
        format: Format,
        kind: &str,
        unit: &str,
        total: i64,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match format {
            Format::Json => self.write_json(kind, unit, total, out),
            Format::Csv => self.write_csv(kind, unit, out),
        }
    }

    fn write_json(
        &self,
        kind: &str,
        unit: &str,
        total: i64,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (kind, unit) = (Value::from(kind), Value::from(unit));
        write!(out, "{{\"type\":{kind},\"unit\":{unit},\"total\":{total}")?;
        for (name, value) in &self.facts {
            write!(out, ",\"{name}\":{value}")?;
        }
        writeln!(out, ",\"rows\":[")?;
        for (index, row) in self.rows.iter().enumerate() {
            let comma = if index + 1 == self.rows.len() {
                ""
            } else {
                ","
            };
            writeln!(out, "{row}{comma}")?;
        }
        writeln!(out, "]}}")
    }

    /// Every line ends with type and unit, so that files of several reports can be put together.
    fn write_csv(&self, kind: &str, unit: &str, out: &mut dyn Write) -> io::Result<()> {
        let (kind, unit) = (Value::from(kind), Value::from(unit));
        let columns = self.columns.join(",");
        write!(out, "{columns},type,unit\r\n")?;
        for line in &self.lines {
            for field in line {
                write!(out, "{},", Field(field))?;
            }
            write!(out, "{},{}\r\n", Field(&kind), Field(&unit))?;
        }
        Ok(())
    }
}

/// The names of columns.
fn columns<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

/// The share of a value in a total, in percent, with its sign.
fn percent(value: i64, total: i64) -> f64 {
    if total == 0 {
        0.0
    } else {
        value as f64 / total as f64 * 100.0
    }
}
