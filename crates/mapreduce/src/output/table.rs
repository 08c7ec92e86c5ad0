//! The table for people.

use std::io::{self, Write};

use crate::query::Limit;
use crate::report::Report;

/// Rows of a table when the query sets no limit.
pub const TABLE_ROWS_DEFAULT: usize = 10;

impl Report<'_> {
    /// How many rows a table leaves out because the query sets no limit.
    pub fn table_rows_left_out(&self) -> usize {
        match self.plan.query.limit {
            Limit::Default => self.row_count().saturating_sub(TABLE_ROWS_DEFAULT),
            _ => 0,
        }
    }

    /// Writes the table: titles, a line of dashes, the rows, and an empty line. Cells are aligned
    /// to the right; a column is as wide as its longest cell, also of rows beyond the limit.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.column_widths();
        let mut line = Vec::new();
        for (column, width) in widths.iter().enumerate() {
            push_cell(
                &mut line,
                self.plan.columns[column].title.as_bytes(),
                *width,
                column,
            );
        }
        line.push(b'\n');
        for (column, width) in widths.iter().enumerate() {
            line.extend((column > 0).then_some(b'|'));
            line.resize(line.len() + width + 2, b'-');
        }
        line.push(b'\n');
        let mut cell = Vec::new();
        for row in self.rows(Some(TABLE_ROWS_DEFAULT)) {
            for (column, width) in widths.iter().enumerate() {
                cell.clear();
                self.write_cell(row, column, &mut cell);
                push_cell(&mut line, &cell, *width, column);
            }
            line.push(b'\n');
        }
        line.push(b'\n');
        out.write_all(&line)
    }

    /// Widths count bytes while cells are padded by characters, as the ancestor's tables are.
    fn column_widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .plan
            .columns
            .iter()
            .map(|column| column.title.len())
            .collect();
        let mut cell = Vec::new();
        for row in self.all_rows() {
            for (column, width) in widths.iter_mut().enumerate() {
                cell.clear();
                self.write_cell(row, column, &mut cell);
                *width = cell.len().max(*width);
            }
        }
        widths
    }
}

/// Appends ` text ` padded on the left to `width` characters, behind a `|` unless it is the first.
fn push_cell(line: &mut Vec<u8>, text: &[u8], width: usize, column: usize) {
    line.extend((column > 0).then_some(b'|'));
    let characters = String::from_utf8_lossy(text).chars().count();
    line.resize(line.len() + 1 + width.saturating_sub(characters), b' ');
    line.extend_from_slice(text);
    line.push(b' ');
}
