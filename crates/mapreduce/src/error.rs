//! What is wrong with a query, and where.

use std::fmt;
use std::ops::Range;

/// A query that cannot be run: the clause, the token, and what was expected in its place.
///
/// `Display` prints three lines: the message, the line of the query, and carets under the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    query: String,
    clause: Option<&'static str>,
    span: Range<usize>,
    message: String,
    expected: String,
}

impl QueryError {
    pub(crate) fn new(
        query: &str,
        clause: Option<&'static str>,
        span: Range<usize>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let (query, message, expected) = (query.to_owned(), message.into(), expected.into());
        Self {
            query,
            clause,
            span,
            message,
            expected,
        }
    }

    /// The clause's keyword, or `None` when the error is not in a clause.
    pub fn clause(&self) -> Option<&'static str> {
        self.clause
    }

    /// The byte range of the offending token in the query; empty at the place where one is missing.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The message alone, without the clause and the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What would have been accepted at that place.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The line that holds the token, and the token's columns in it, counted in characters.
    fn line_and_columns(&self) -> (&str, Range<usize>) {
        let before = &self.query[..self.span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = &self.query[line_start..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let start = self.query[line_start..self.span.start].chars().count();
        let width = self.query[self.span.clone()]
            .chars()
            .take_while(|c| *c != '\n')
            .count();
        (line, start..start + width.max(1))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = shown(&self.message);
        match self.clause {
            Some(clause) => writeln!(f, "invalid query in `{clause}`: {message}")?,
            None => writeln!(f, "invalid query: {message}")?,
        }
        let (line, columns) = self.line_and_columns();
        writeln!(f, "  {}", shown(line))?;
        let carets = "^".repeat(columns.len());
        write!(
            f,
            "  {:indent$}{carets} expected {}",
            "",
            shown(&self.expected),
            indent = columns.start
        )
    }
}

/// A text in one line, each of its characters in a column of its own.
fn shown(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(visible).collect()
}

impl std::error::Error for QueryError {}

#[cfg(test)]
mod tests {
    use super::QueryError;

    /// What is expected may name what the query selects, line ends and all.
    #[test]
    fn what_is_expected_stays_in_its_line() {
        let error = QueryError::new("order by a", Some("order by"), 9..10, "no such", "x\ny");
        assert_eq!(
            error.to_string().lines().last(),
            Some("           ^ expected x y")
        );
    }
}
