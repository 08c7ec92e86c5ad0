//! Tokens to a [`Query`].
//!
//! A query is a row of clauses in any order. A clause begins with its keyword and runs to the next
//! one; of a repeated clause the last wins. The grammar, with `|` for alternatives:
//!
//! ```text
//! select  item [as NAME]...    item is FIELD or AGGREGATE(FIELD)
//! from    TABLE
//! where   comparison [and|or] comparison...      with parentheses
//! set     $NAME = VALUE...     VALUE is a number, "text", FIELD or FUNCTION(...(FIELD))
//! group   [by] FIELD...
//! having  comparison [and|or] comparison...      of selected items
//! order   [by] ITEM            descending; rorder for ascending
//! limit   ROWS
//! interval SECONDS
//! outfile [append] PATH
//! logformat NAME
//! ```

mod assign;
mod clause;
mod filter;
mod output;
mod select;

use std::time::Duration;

use crate::error::QueryError;
use crate::query::{Field, Limit, Query};
use crate::token::{self, Token, TokenKind};
use clause::Clause;

const KEYWORDS: [&str; 12] = [
    "select",
    "from",
    "where",
    "set",
    "group",
    "having",
    "rorder",
    "order",
    "interval",
    "limit",
    "outfile",
    "logformat",
];

const INTERVAL_DEFAULT: Duration = Duration::from_secs(5);

/// Parses `text` and checks that its clauses agree.
pub(crate) fn query(text: &str) -> Result<Query, QueryError> {
    let tokens = token::tokens(text);
    let clauses = split(text, &tokens)?;
    let last = |keyword: &str| {
        clauses
            .iter()
            .rev()
            .find(|clause| clause.keyword == keyword)
    };

    let select = match last("select") {
        Some(clause) => select::items(clause)?,
        None => return Err(missing_select(text)),
    };
    let order = later(last("order"), last("rorder"));
    Ok(Query {
        text: text.to_owned(),
        table: last("from").map(output::table).transpose()?,
        condition: last("where").map(filter::condition).transpose()?,
        assignments: last("set").map_or(Ok(Vec::new()), assign::assignments)?,
        group_by: match last("group") {
            Some(clause) => group_by(clause)?,
            None => vec![select[0].field.clone()],
        },
        order: order
            .map(|clause| output::order(clause, &select))
            .transpose()?,
        limit: last("limit").map_or(Ok(Limit::Default), output::limit)?,
        having: last("having")
            .map(|clause| filter::having(clause, &select))
            .transpose()?,
        interval: last("interval").map_or(Ok(INTERVAL_DEFAULT), output::interval)?,
        outfile: last("outfile").map(output::outfile).transpose()?,
        format_name: last("logformat").map(output::format_name).transpose()?,
        select,
    })
}

/// Of `order` and `rorder`, which fill the same place, the later one counts.
fn later<'c, 'q, 't>(
    one: Option<&'c Clause<'q, 't>>,
    other: Option<&'c Clause<'q, 't>>,
) -> Option<&'c Clause<'q, 't>> {
    one.into_iter()
        .chain(other)
        .max_by_key(|clause| clause.keyword_span.start)
}

fn missing_select(text: &str) -> QueryError {
    let end = text.trim_end().len();
    let expected = "`select` with at least one field, as in `select count($line)`";
    QueryError::new(text, None, end..end, "nothing is selected", expected)
}

fn split<'q, 't>(
    text: &'q str,
    tokens: &'t [Token<'q>],
) -> Result<Vec<Clause<'q, 't>>, QueryError> {
    if let Some(first) = tokens.first().filter(|_| keyword(tokens).is_none()) {
        let message = format!("`{}` is not a keyword", first.text);
        let expected = format!("one of {}", KEYWORDS.join(" "));
        return Err(QueryError::new(
            text,
            None,
            first.span.clone(),
            message,
            expected,
        ));
    }
    let mut clauses = Vec::new();
    let mut rest = tokens;
    while let Some((first, following)) = rest.split_first() {
        let Some(keyword) = keyword(rest) else { break };
        let ends = (0..following.len()).find(|at| self::keyword(&following[*at..]).is_some());
        let (arguments, next) = following.split_at(ends.unwrap_or(following.len()));
        clauses.push(Clause {
            query: text,
            keyword,
            keyword_span: first.span.clone(),
            arguments,
        });
        rest = next;
    }
    Ok(clauses)
}

/// The keyword that `tokens` begin with. `having` is one only before a comparison: the ancestor's
/// language has no such keyword, and fields may be called so.
fn keyword(tokens: &[Token<'_>]) -> Option<&'static str> {
    let (first, following) = tokens.split_first()?;
    let keyword = KEYWORDS.into_iter().find(|word| first.is_word(word))?;
    (keyword != "having" || filter::begins_comparison(following)).then_some(keyword)
}

fn group_by(clause: &Clause<'_, '_>) -> Result<Vec<Field>, QueryError> {
    let fields = clause.without_leading_word("by");
    if fields.is_empty() {
        return Err(clause.error_at_end("nothing to group by", "at least one field"));
    }
    Ok(fields.iter().map(field).collect())
}

/// Reads any token as the name of a field.
fn field(token: &Token<'_>) -> Field {
    Field {
        name: token.text.to_owned(),
        escaped: token.kind != TokenKind::Bareword,
    }
}
