//! The table of nodes.

use std::io::Write;

use super::value::Value;
use super::{Format, Table, columns, percent};
use crate::error::Error;
use crate::top::{InlineMark, TopReport, TopRow};

impl TopReport {
    /// Writes the table for other programs.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_table(&self, format: Format, out: &mut dyn Write) -> Result<(), Error> {
        let table = Table {
            facts: vec![(
                "header",
                Value::list(self.header.iter().map(String::as_str)),
            )],
            rows: self.rows.iter().map(|row| self.row(row)).collect(),
            columns: columns([
                "name",
                "flat",
                "flat_percent",
                "cum",
                "cum_percent",
                "inline",
            ]),
            lines: self.rows.iter().map(|row| self.line(row)).collect(),
        };
        Ok(table.write(format, &self.type_name, &self.unit, self.total, out)?)
    }

    fn row<'a>(&self, row: &'a TopRow) -> Value<'a> {
        let mut members = vec![
            ("name".into(), row.name.as_str().into()),
            ("flat".into(), row.flat.into()),
            ("flat_percent".into(), percent(row.flat, self.total).into()),
            ("cum".into(), row.cum.into()),
            ("cum_percent".into(), percent(row.cum, self.total).into()),
        ];
        if row.inline != InlineMark::None {
            members.push(("inline".into(), inline_word(row.inline).into()));
        }
        Value::Object(members)
    }

    fn line<'a>(&self, row: &'a TopRow) -> Vec<Value<'a>> {
        vec![
            row.name.as_str().into(),
            row.flat.into(),
            percent(row.flat, self.total).into(),
            row.cum.into(),
            percent(row.cum, self.total).into(),
            inline_word(row.inline).into(),
        ]
    }
}

fn inline_word(mark: InlineMark) -> &'static str {
    match mark {
        InlineMark::None => "",
        InlineMark::Inline => "all",
        InlineMark::Partial => "some",
    }
}
