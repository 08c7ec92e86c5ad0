//! Comma separated values, for programs and spreadsheets.

use std::io::{self, Write};

use crate::format::csv;
use crate::report::Report;

impl Report<'_> {
    /// Writes a header and the rows within the limit as RFC 4180 says, but with bare line feeds.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_csv_header(out)?;
        self.write_csv_rows(out)
    }

    /// Writes the line of column titles alone.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_csv_header(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut line = Vec::new();
        for (column, described) in self.plan.columns.iter().enumerate() {
            line.extend((column > 0).then_some(b','));
            csv::write_field(&mut line, described.title.as_bytes());
        }
        line.push(b'\n');
        out.write_all(&line)
    }

    /// Writes the rows alone, for a file that has its header.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_csv_rows(&self, out: &mut dyn Write) -> io::Result<()> {
        let (mut line, mut cell) = (Vec::new(), Vec::new());
        self.for_each_row(&self.rows(None), |row| {
            line.clear();
            for column in 0..self.plan.columns.len() {
                line.extend((column > 0).then_some(b','));
                cell.clear();
                self.write_cell(row, column, &mut cell);
                csv::write_field(&mut line, &cell);
            }
            line.push(b'\n');
            out.write_all(&line)
        })
    }
}
