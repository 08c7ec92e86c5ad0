//! The table for people.

use std::io::{self, Write};

use super::palette::{Part, TableStyle};
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

    /// Writes the line of the query, which stands above a table.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_query(&self, style: TableStyle, out: &mut dyn Write) -> io::Result<()> {
        let mut line = Vec::new();
        style.begin(&mut line);
        style.paint(Part::Query, self.plan.query.text.as_bytes(), &mut line);
        style.end(&mut line);
        line.push(b'\n');
        out.write_all(&line)
    }

    /// Writes the table: titles, a line of dashes, the rows, and an empty line. Cells are aligned
    /// to the right; a column is as wide as its longest cell, also of rows beyond the limit.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_table(&self, style: TableStyle, out: &mut dyn Write) -> io::Result<()> {
        let widths = self.column_widths();
        let mut table = Vec::new();
        style.begin(&mut table);
        push_line(&mut table, style, widths.len(), |column, cell| {
            pad(
                cell,
                self.plan.columns[column].title.as_bytes(),
                widths[column],
            );
            self.title_part(column)
        });
        push_line(&mut table, style, widths.len(), |column, cell| {
            cell.resize(widths[column] + 2, b'-');
            Part::TitleDelimiter
        });
        let mut text = Vec::new();
        for row in self.rows(Some(TABLE_ROWS_DEFAULT)) {
            push_line(&mut table, style, widths.len(), |column, cell| {
                text.clear();
                self.write_cell(row, column, &mut text);
                pad(cell, &text, widths[column]);
                Part::Cell
            });
        }
        style.end(&mut table);
        table.push(b'\n');
        out.write_all(&table)
    }

    fn title_part(&self, column: usize) -> Part {
        let query = &self.plan.query;
        let written = &query.select[column].expression;
        Part::Title {
            is_sorted_by: query.order.is_some_and(|order| order.column == column),
            is_key: query.group_by.iter().any(|key| key.name == *written),
        }
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

/// Appends a line of cells with `|` between them. `fill` puts the text of a column into the empty
/// vector and says what part of the table it is.
fn push_line(
    table: &mut Vec<u8>,
    style: TableStyle,
    columns: usize,
    mut fill: impl FnMut(usize, &mut Vec<u8>) -> Part,
) {
    let mut cell = Vec::new();
    for column in 0..columns {
        cell.clear();
        let part = fill(column, &mut cell);
        if column > 0 {
            let bar = match part {
                Part::Cell => Part::Delimiter,
                _ => Part::TitleDelimiter,
            };
            style.paint(bar, b"|", table);
        }
        style.paint(part, &cell, table);
    }
    table.push(b'\n');
}

/// Appends ` text ` padded on the left to `width` characters.
fn pad(cell: &mut Vec<u8>, text: &[u8], width: usize) {
    let characters = String::from_utf8_lossy(text).chars().count();
    cell.resize(cell.len() + 1 + width.saturating_sub(characters), b' ');
    cell.extend_from_slice(text);
    cell.push(b' ');
}
