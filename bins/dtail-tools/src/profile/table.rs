//! A plain table: titles, then rows, every column as wide as its widest cell.

use std::io::{self, Write};

use cli::one_line;

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    title: &'static str,
    rightward: bool,
}

impl Column {
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
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| one_line(cell)).collect())
        .collect();
    let titles: Vec<String> = columns
        .iter()
        .map(|column| column.title.to_owned())
        .collect();
    let lines = || std::iter::once(&titles).chain(&rows);
    let width = |index: usize| {
        lines()
            .map(|row| row[index].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    for row in lines() {
        let cells = row.iter().zip(columns).zip(&widths);
        let padded: Vec<String> = cells
            .map(|((cell, column), &width)| match column.rightward {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            })
            .collect();
        writeln!(out, "{}", padded.join("  ").trim_end())?;
    }
    Ok(())
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
