//! One clause of a query, and the errors about its tokens.

use std::ops::Range;

use crate::error::QueryError;
use crate::token::Token;

/// A keyword and the tokens up to the next keyword.
#[derive(Debug)]
pub(super) struct Clause<'q, 't> {
    pub(super) query: &'q str,
    pub(super) keyword: &'static str,
    pub(super) keyword_span: Range<usize>,
    pub(super) arguments: &'t [Token<'q>],
}

impl<'q, 't> Clause<'q, 't> {
    /// The arguments behind an optional leading `word` (the `by` of `group by`).
    pub(super) fn without_leading_word(&self, word: &str) -> &'t [Token<'q>] {
        match self.arguments.split_first() {
            Some((first, rest)) if first.is_word(word) => rest,
            _ => self.arguments,
        }
    }

    /// An error that points at `token`.
    pub(super) fn error(
        &self,
        token: &Token<'_>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> QueryError {
        QueryError::new(
            self.query,
            Some(self.keyword),
            token.span.clone(),
            message,
            expected,
        )
    }

    /// An error that points behind the clause's last token: something is missing there.
    pub(super) fn error_at_end(
        &self,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> QueryError {
        let last = self
            .arguments
            .last()
            .map_or(&self.keyword_span, |token| &token.span);
        let after_a_blank = (last.end + 1).min(self.query.len());
        let end = if self.query.is_char_boundary(after_a_blank) {
            after_a_blank
        } else {
            last.end
        };
        QueryError::new(self.query, Some(self.keyword), end..end, message, expected)
    }
}
