//! The clauses with one argument: what is read and where the result goes.

use std::path::PathBuf;
use std::time::Duration;

use super::INTERVAL_DEFAULT;
use super::clause::Clause;
use crate::error::QueryError;
use crate::format::{FORMATS, Format};
use crate::query::{Direction, Limit, Order, Outfile, Selection, Table};
use crate::token::{Token, TokenKind};

pub(super) fn table(clause: &Clause<'_, '_>) -> Result<Table, QueryError> {
    let name = only_argument(clause, "one table name, as in `from STATS`")?;
    Ok(match name.text {
        "" | "." => Table::All,
        "*" => Table::Marked,
        name => Table::Named(name.to_uppercase()),
    })
}

/// The selected item to sort by. Words behind it, such as `desc`, never meant anything.
pub(super) fn order(clause: &Clause<'_, '_>, select: &[Selection]) -> Result<Order, QueryError> {
    let expected = || one_of_the_selected(select);
    let Some(wanted) = clause.without_leading_word("by").first() else {
        return Err(clause.error_at_end("nothing to order by", expected()));
    };
    let column = Selection::position(select, wanted.text).ok_or_else(|| {
        let message = format!("`{}` is not selected", wanted.text);
        clause.error(wanted, message, expected())
    })?;
    let ascending = clause.keyword == "rorder";
    let direction = if ascending {
        Direction::Ascending
    } else {
        Direction::Descending
    };
    Ok(Order { column, direction })
}

/// What was expected where a column of the result has to be named.
pub(super) fn one_of_the_selected(select: &[Selection]) -> String {
    let titles: Vec<_> = select.iter().map(|item| item.title.as_str()).collect();
    format!("one of the selected items: {}", titles.join(", "))
}

pub(super) fn limit(clause: &Clause<'_, '_>) -> Result<Limit, QueryError> {
    let expected = "a whole number of rows, as in `limit 10`";
    let Some(token) = clause.arguments.first() else {
        return Err(clause.error_at_end("the number of rows is missing", expected));
    };
    match whole_number(clause, token, expected)? {
        -1 => Ok(Limit::Default),
        rows => Ok(usize::try_from(rows).map_or(Limit::All, Limit::Rows)),
    }
}

/// `interval` without a number means nothing; neither does a number below one second.
pub(super) fn interval(clause: &Clause<'_, '_>) -> Result<Duration, QueryError> {
    let Some(token) = clause.arguments.first() else {
        return Ok(INTERVAL_DEFAULT);
    };
    let seconds = whole_number(
        clause,
        token,
        "a whole number of seconds, as in `interval 10`",
    )?;
    match u64::try_from(seconds) {
        Ok(seconds @ 1..) => Ok(Duration::from_secs(seconds)),
        _ => Ok(INTERVAL_DEFAULT),
    }
}

fn whole_number(
    clause: &Clause<'_, '_>,
    token: &Token<'_>,
    expected: &str,
) -> Result<i64, QueryError> {
    token.text.parse().map_err(|_| {
        clause.error(
            token,
            format!("`{}` is not a whole number", token.text),
            expected,
        )
    })
}

pub(super) fn outfile(clause: &Clause<'_, '_>) -> Result<Outfile, QueryError> {
    let expected = "a path; one with blanks or commas in double quotes";
    let is_append = |token: &Token<'_>| token.kind == TokenKind::Bareword && token.text == "append";
    let (append, path) = match clause.arguments {
        [first, path] if is_append(first) => (true, path),
        [path] => (false, path),
        [] => return Err(clause.error_at_end("the path is missing", expected)),
        [first, second, ..] => {
            let surplus = clause
                .arguments
                .get(2)
                .filter(|_| is_append(first))
                .unwrap_or(second);
            let message = format!("`{}` is one path too many", surplus.text);
            return Err(clause.error(surplus, message, expected));
        }
    };
    if path.text.is_empty() {
        return Err(clause.error(path, "the path is empty", expected));
    }
    Ok(Outfile {
        path: PathBuf::from(path.text),
        append,
    })
}

pub(super) fn format_name(clause: &Clause<'_, '_>) -> Result<String, QueryError> {
    let expected = format!("one of {}", FORMATS.map(Format::name).join(" "));
    match clause.arguments.first() {
        Some(name) => Ok(name.text.to_owned()),
        None => Err(clause.error_at_end("the name of the format is missing", expected)),
    }
}

fn only_argument<'t, 'q>(
    clause: &Clause<'q, 't>,
    expected: &str,
) -> Result<&'t Token<'q>, QueryError> {
    match clause.arguments {
        [] => Err(clause.error_at_end("the table name is missing", expected)),
        [only] => Ok(only),
        [_, surplus, ..] => {
            let message = format!("`{}` is one table name too many", surplus.text);
            Err(clause.error(surplus, message, expected))
        }
    }
}
