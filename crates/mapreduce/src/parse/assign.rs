//! The `set` clause.

use super::clause::Clause;
use super::field;
use crate::assignment::{Assignment, Function, Source};
use crate::error::QueryError;
use crate::query::Field;
use crate::token::{Token, TokenKind};

const SHAPE: &str = "$NAME = VALUE, with blanks around `=`";
const FUNCTIONS: &str = "md5sum(FIELD) or maskdigits(FIELD)";

/// The assignments, in the order they are carried out.
pub(super) fn assignments(clause: &Clause<'_, '_>) -> Result<Vec<Assignment<Field>>, QueryError> {
    if clause.arguments.is_empty() {
        return Err(clause.error_at_end("nothing is set", SHAPE));
    }
    clause
        .arguments
        .chunks(3)
        .map(|tokens| assignment(clause, tokens))
        .collect()
}

fn assignment(
    clause: &Clause<'_, '_>,
    tokens: &[Token<'_>],
) -> Result<Assignment<Field>, QueryError> {
    if let Some(target) = tokens.first().filter(|token| !token.text.starts_with('$')) {
        let message = format!("`{}` cannot be set", target.text);
        return Err(clause.error(target, message, "a variable name that starts with `$`"));
    }
    if let Some(sign) = tokens.get(1).filter(|token| token.text != "=") {
        let message = format!("unknown operator `{}`", sign.text);
        return Err(clause.error(sign, message, SHAPE));
    }
    let [target, _, value] = tokens else {
        return Err(clause.error_at_end("the assignment is not complete", SHAPE));
    };
    let (source, functions) = source(clause, value)?;
    Ok(Assignment {
        target: field(target),
        source,
        functions,
    })
}

fn source(
    clause: &Clause<'_, '_>,
    value: &Token<'_>,
) -> Result<(Source<Field>, Vec<Function>), QueryError> {
    let text = value.text.as_bytes().to_vec();
    match value.kind {
        TokenKind::Quoted => Ok((Source::Constant(text), Vec::new())),
        TokenKind::Escaped => Ok((Source::Field(field(value)), Vec::new())),
        TokenKind::Bareword if value.text.ends_with(')') => call(clause, value),
        TokenKind::Bareword => Ok((Source::FieldOr(field(value), text), Vec::new())),
    }
}

/// `outer(inner(argument))`.
fn call(
    clause: &Clause<'_, '_>,
    value: &Token<'_>,
) -> Result<(Source<Field>, Vec<Function>), QueryError> {
    let mut functions = Vec::new();
    let mut rest = value.text;
    while let Some(inner) = rest.strip_suffix(')') {
        let Some((name, argument)) = inner.split_once('(') else {
            let message = format!("`)` without `(` in `{}`", value.text);
            return Err(clause.error(value, message, FUNCTIONS));
        };
        let function = Function::from_name(name)
            .ok_or_else(|| clause.error(value, format!("unknown function `{name}`"), FUNCTIONS))?;
        functions.insert(0, function);
        rest = argument;
    }
    if rest.is_empty() || rest.contains('(') {
        let message = format!("`{}` is not a call of a function", value.text);
        return Err(clause.error(value, message, FUNCTIONS));
    }
    let argument = Field {
        name: rest.to_owned(),
        escaped: false,
    };
    Ok((
        Source::FieldOr(argument, rest.as_bytes().to_vec()),
        functions,
    ))
}
