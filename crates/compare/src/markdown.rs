//! Text within tables of Markdown, as GitHub reads it.

/// `text` as a cell of a table: what Markdown or HTML would read as a sign is escaped, what would become
/// a link or a formula stays text, line breaks are blanks.
pub(crate) fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut previous = ' ';
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                cell.push('\\');
                cell.push(character);
            }
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '&' => cell.push_str("&amp;"),
            // An element of its own: readers of GitHub's kind see links and names in texts, decoded.
            '@' => cell.push_str("<span>@</span>"),
            '$' => cell.push_str("&#36;"),
            '/' if previous == ':' => cell.push_str("&#47;"),
            control if control.is_control() => cell.push(' '),
            other => cell.push(other),
        }
        previous = character;
    }
    cell
}

/// The name of a function as a cell of a table. As code, `::key::` does not become a picture of a key.
pub(crate) fn code(name: &str) -> String {
    format!("<code>{}</code>", cell(name))
}

/// A line of a table.
pub(crate) fn row<S: AsRef<str>>(cells: &[S]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_escaped() {
        assert_eq!(
            cell("<T as A>::f_*|x`y\n&@me"),
            "&lt;T as A&gt;::f\\_\\*\\|x\\`y &amp;<span>@</span>me"
        );
        assert_eq!(cell("x@y.z"), "x<span>@</span>y.z");
        assert_eq!(cell("http://a$b/c"), "http:&#47;/a&#36;b/c");
        assert_eq!(code("a<T>::f_"), "<code>a&lt;T&gt;::f\\_</code>");
        assert_eq!(row(&["a", "b"]), "| a | b |\n");
    }
}
