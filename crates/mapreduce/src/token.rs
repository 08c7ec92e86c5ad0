//! Cuts a query into tokens.
//!
//! Text between double quotes is one token, verbatim. Elsewhere blanks and commas separate
//! barewords, and a bareword in backticks is a field name that means neither a keyword, a number
//! nor a function. There are no escapes; an unbalanced last quote runs to the end.

use std::ops::Range;

/// How a token was written, which decides what it may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// No quotes: a keyword, a name, a number, an operator or a call.
    Bareword,
    /// In double quotes: text, never anything else.
    Quoted,
    /// In backticks: a field name, never anything else.
    Escaped,
}

/// One token; its text is a part of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'q> {
    /// The text without its quotes or backticks.
    pub(crate) text: &'q str,
    /// Where it stands in the query, with its quotes or backticks.
    pub(crate) span: Range<usize>,
    pub(crate) kind: TokenKind,
    /// Whether a comma stands between the token before and this one.
    pub(crate) after_comma: bool,
}

impl Token<'_> {
    /// Whether this is the bareword `word` in any case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Bareword && self.text.eq_ignore_ascii_case(word)
    }
}

/// All tokens of `query`, in order.
pub(crate) fn tokens(query: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut after_comma = false;
    while at < query.len() {
        let rest = &query[at..];
        let (length, token) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_token(quoted)
        } else if let Some(separator) = rest.chars().next().filter(|c| is_separator(*c)) {
            after_comma |= separator == ',';
            at += separator.len_utf8();
            continue;
        } else {
            bare_token(rest)
        };
        let (text, kind) = token;
        found.push(Token {
            text,
            span: at..at + length,
            kind,
            after_comma,
        });
        after_comma = false;
        at += length;
    }
    found
}

fn is_separator(c: char) -> bool {
    c == ',' || c.is_whitespace()
}

/// `rest` begins behind the opening quote; the length counts both quotes.
fn quoted_token(rest: &str) -> (usize, (&str, TokenKind)) {
    match rest.find('"') {
        Some(end) => (end + 2, (&rest[..end], TokenKind::Quoted)),
        None => (rest.len() + 1, (rest, TokenKind::Quoted)),
    }
}

fn bare_token(rest: &str) -> (usize, (&str, TokenKind)) {
    let end = rest
        .find(|c| c == '"' || is_separator(c))
        .unwrap_or(rest.len());
    let word = &rest[..end];
    let escaped = word
        .strip_prefix('`')
        .and_then(|inner| inner.strip_suffix('`'));
    match escaped {
        Some(inner) => (end, (inner, TokenKind::Escaped)),
        None => (end, (word, TokenKind::Bareword)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenKind::{Bareword, Escaped, Quoted};

    #[track_caller]
    fn check(query: &str, expected: &[(&str, TokenKind)]) {
        let found = tokens(query);
        let got: Vec<_> = found.iter().map(|token| (token.text, token.kind)).collect();
        assert_eq!(got, expected, "{query:?}");
    }

    #[test]
    fn blanks_and_commas_separate_barewords() {
        check(
            "select a,b ,\tc\u{a0}d",
            &[
                ("select", Bareword),
                ("a", Bareword),
                ("b", Bareword),
                ("c", Bareword),
                ("d", Bareword),
            ],
        );
        check(" , ", &[]);
    }

    #[test]
    fn quotes_keep_text_verbatim() {
        check(
            r#"a eq "x, y""#,
            &[("a", Bareword), ("eq", Bareword), ("x, y", Quoted)],
        );
        check(
            r#"a"b"c"#,
            &[("a", Bareword), ("b", Quoted), ("c", Bareword)],
        );
        check(r#""" x"#, &[("", Quoted), ("x", Bareword)]);
        check(r#"a "open, end"#, &[("a", Bareword), ("open, end", Quoted)]);
    }

    #[test]
    fn backticks_mark_field_names() {
        check(
            "`count($time)` `a",
            &[("count($time)", Escaped), ("`a", Bareword)],
        );
        check("`", &[("`", Bareword)]);
        check("``", &[("", Escaped)]);
    }

    #[test]
    fn spans_cover_quotes_and_commas_are_noted() {
        let found = tokens(r#"é, "x" y"#);
        assert_eq!(found[1].span, 4..7);
        assert!(found[1].after_comma && !found[2].after_comma);
    }
}
