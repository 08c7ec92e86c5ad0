//! Text in columns of which each is as wide as its widest cell.

/// Padding in front of the widest cell of a column.
const PADDING: usize = 1;

/// Aligns the cells of `text` to the right.
///
/// Tabs end cells; what follows the last tab of a line is no cell and stays as it is. A column goes
/// on as long as consecutive lines have it, so a line without the cell starts its width anew.
pub(crate) fn align_right(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text
        .split('\n')
        .map(|line| line.split('\t').collect())
        .collect();
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|cells| vec![0; cells.len() - 1]).collect();
    let columns = widths.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..columns {
        set_widths(&lines, &mut widths, column);
    }
    let aligned = lines.iter().zip(&widths).map(|(cells, widths)| {
        let padded = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| pad(cell, *width));
        padded
            .chain(cells.last().map(|rest| (*rest).to_owned()))
            .collect::<String>()
    });
    aligned.collect::<Vec<String>>().join("\n")
}

/// `cell` with spaces in front; a cell may be wider than the formatter of `std` can pad.
fn pad(cell: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(cell.chars().count())) + cell
}

/// Gives every run of lines that have `column` the width of its widest cell.
fn set_widths(lines: &[Vec<&str>], widths: &mut [Vec<usize>], column: usize) {
    let mut start = 0;
    while start < lines.len() {
        let run = widths[start..]
            .iter()
            .take_while(|widths| widths.len() > column)
            .count();
        let cells = lines[start..start + run]
            .iter()
            .map(|cells| cells[column].chars().count());
        let width = cells.max().unwrap_or(0) + PADDING;
        for widths in &mut widths[start..start + run] {
            widths[column] = width;
        }
        start += run + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::align_right;

    #[test]
    fn columns_end_where_a_line_lacks_them() {
        let text = "key:\t all\n \tlong one\t a\n \tb\t c\n\nx:\t y\n";
        let expected = " key: all\n      long one a\n             b c\n\n x: y\n";
        assert_eq!(align_right(text), expected);
    }
}
