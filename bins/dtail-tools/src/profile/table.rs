//! A plain table: titles, then rows, every column as wide as its widest cell.

use std::io::{self, Write};

use cli::one_line;

/// What stands between two columns.
const GAP: &str = "  ";

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    title: &'static str,
    rightward: bool,
}

impl Column {
    /// What stands above the column.
    pub(crate) fn title(&self) -> &'static str {
        self.title
    }

    /// A column of words.
    pub(crate) const fn words(title: &'static str) -> Column {
        Column {
            title,
            rightward: false,
        }
    }

    /// A column of figures.
    pub(crate) const fn figures(title: &'static str) -> Column {
        Column {
            title,
            rightward: true,
        }
    }
}

/// Writes `rows` below the titles of `columns`, two blanks between columns.
/// Each row has a cell for each column; the last cell is not padded.
pub(crate) fn write(
    out: &mut dyn Write,
    columns: &[Column],
    rows: &[Vec<String>],
) -> io::Result<()> {
    let lines = lines(columns, rows);
    let widths = widths(&lines);
    for row in lines {
        let cells = row.iter().zip(columns).zip(&widths);
        let padded: Vec<String> = cells
            .map(|((cell, column), &width)| match column.rightward {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            })
            .collect();
        writeln!(out, "{}", padded.join(GAP).trim_end())?;
    }
    Ok(())
}

/// How wide the longest line is that [`write()`] writes.
pub(crate) fn width(columns: &[Column], rows: &[Vec<String>]) -> usize {
    let widths = widths(&lines(columns, rows));
    widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1)
}

/// The titles and the rows as they are shown.
fn lines(columns: &[Column], rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let titles = columns.iter().map(|column| column.title.to_owned());
    let shown = |row: &Vec<String>| row.iter().map(|cell| one_line(cell)).collect();
    let rows = rows.iter().map(shown);
    std::iter::once(titles.collect()).chain(rows).collect()
}

/// The widths of the columns.
fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let mut widths = vec![0; lines.first().map_or(0, Vec::len)];
    for row in lines {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let columns = [
            Column::words("tool"),
            Column::figures("size"),
            Column::words("file"),
        ];
        let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
        let mut out = Vec::new();
        write(
            &mut out,
            &columns,
            &[row(["dcat", "1.5MB", "a"]), row(["größer", "2kB", ""])],
        )
        .unwrap();
        let expected = "tool     size  file\ndcat    1.5MB  a\ngrößer    2kB\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
