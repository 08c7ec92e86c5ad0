//! The `select` clause.

use super::clause::Clause;
use super::field;
use crate::error::QueryError;
use crate::query::{Field, Operation, Selection};
use crate::token::{Token, TokenKind};

const AGGREGATES: &str = "count sum min max last avg len percentage percentile distinct median p95";

/// The selected items; at least one.
pub(super) fn items(clause: &Clause<'_, '_>) -> Result<Vec<Selection>, QueryError> {
    if clause.arguments.is_empty() {
        let expected = "at least one field or aggregate, as in `select count($line)`";
        return Err(clause.error_at_end("nothing is selected", expected));
    }
    let mut items = Vec::new();
    let mut rest = clause.arguments;
    while let Some((token, behind)) = rest.split_first() {
        let mut item = item(clause, token)?;
        rest = behind;
        if let Some((name, behind)) = alias(rest) {
            item.title = name.text.to_owned();
            rest = behind;
        }
        items.push(item);
    }
    Ok(items)
}

/// The name in `as NAME`, and the tokens behind it. A field may be called `as`: next to a comma, or
/// with nothing behind it, it is one.
fn alias<'t, 'q>(tokens: &'t [Token<'q>]) -> Option<(&'t Token<'q>, &'t [Token<'q>])> {
    match tokens {
        [word, name, rest @ ..] if word.is_word("as") && !word.after_comma && !name.after_comma => {
            Some((name, rest))
        }
        _ => None,
    }
}

fn item(clause: &Clause<'_, '_>, token: &Token<'_>) -> Result<Selection, QueryError> {
    if token.kind == TokenKind::Bareword && token.text.contains(['(', ')']) {
        return aggregate(clause, token);
    }
    Ok(Selection {
        title: token.text.to_owned(),
        expression: token.text.to_owned(),
        operation: Operation::Last,
        field: field(token),
    })
}

/// `name(field)`; semicolons behind it, a habit from SQL, are ignored.
fn aggregate(clause: &Clause<'_, '_>, token: &Token<'_>) -> Result<Selection, QueryError> {
    let text = token.text.trim_end_matches(';');
    let malformed = |message: String| clause.error(token, message, "AGGREGATE(FIELD)");
    let Some((name, rest)) = text.split_once('(') else {
        return Err(malformed(format!("`)` without `(` in `{text}`")));
    };
    let operation = Operation::from_name(name).ok_or_else(|| {
        let expected = format!("one of the aggregates {AGGREGATES}, in lower case");
        clause.error(token, format!("unknown aggregate `{name}`"), expected)
    })?;
    let Some(inner) = rest.strip_suffix(')') else {
        return Err(malformed(format!("`{text}` does not end with `)`")));
    };
    if inner.is_empty() {
        return Err(malformed(format!("`{name}` of no field")));
    }
    if inner.contains(['(', ')']) {
        return Err(malformed(format!("`{inner}` is not a field")));
    }
    let field = Field {
        name: inner.to_owned(),
        escaped: false,
    };
    Ok(Selection {
        title: text.to_owned(),
        expression: text.to_owned(),
        operation,
        field,
    })
}
