//! The table of nodes for other programs: JSON and CSV, with values in the unit of the profile.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::json::{Listed, Quoted};
use crate::top::{InlineMark, TopReport, TopRow};

impl TopReport {
    /// Writes the table as one JSON document. Shares are percentages with their sign, `inline` is
    /// missing where no call was inlined.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{{\"type\":{},\"unit\":{},\"total\":{},\"header\":[{}],\"rows\":[",
            Quoted(&self.type_name),
            Quoted(&self.unit),
            self.total,
            Listed(self.header.iter().map(|line| Quoted(line)))
        )?;
        for (index, row) in self.rows.iter().enumerate() {
            let comma = if index + 1 == self.rows.len() {
                ""
            } else {
                ","
            };
            writeln!(out, "{}{comma}", self.json_row(row))?;
        }
        writeln!(out, "]}}")
    }

    fn json_row(&self, row: &TopRow) -> String {
        let inline = match inline_word(row.inline) {
            "" => String::new(),
            word => format!(",\"inline\":\"{word}\""),
        };
        format!(
            "{{\"name\":{},\"flat\":{},\"flat_percent\":{},\"cum\":{},\"cum_percent\":{}{inline}}}",
            Quoted(&row.name),
            row.flat,
            self.percent(row.flat),
            row.cum,
            self.percent(row.cum)
        )
    }

    /// Writes the table as CSV with a line of names above, quoted as RFC 4180 says.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let (kind, unit) = (field(&self.type_name), field(&self.unit));
        write!(
            out,
            "name,flat,flat_percent,cum,cum_percent,inline,type,unit\r\n"
        )?;
        for row in &self.rows {
            write!(
                out,
                "{},{},{},{},{},{},{kind},{unit}\r\n",
                field(&row.name),
                row.flat,
                self.percent(row.flat),
                row.cum,
                self.percent(row.cum),
                inline_word(row.inline)
            )?;
        }
        Ok(())
    }

    /// The share of a value in the total, in percent, with its sign.
    fn percent(&self, value: i64) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            value as f64 / self.total as f64 * 100.0
        }
    }
}

fn inline_word(mark: InlineMark) -> &'static str {
    match mark {
        InlineMark::None => "",
        InlineMark::Inline => "all",
        InlineMark::Partial => "some",
    }
}

/// A field of CSV, in quotes where it needs them.
fn field(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}
