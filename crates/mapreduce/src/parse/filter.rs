//! The `where` and `having` clauses.
//!
//! `and` binds tighter than `or` and may be left out. Parentheses may touch their neighbours; a
//! bareword whose own parentheses are balanced, such as the CSV column `count($time)`, is a name.

use super::clause::Clause;
use super::field;
use super::output::one_of_the_selected;
use crate::condition::{
    Comparison, Condition, NumericOperand, NumericOperator, OPERATORS, TextOperand, TextOperator,
};
use crate::error::QueryError;
use crate::number;
use crate::query::{Field, Selection};
use crate::token::{Token, TokenKind};

/// Deeper nesting is refused, so that no query can exhaust the stack.
const NESTING_MAX: usize = 100;

/// The condition a line has to meet.
pub(super) fn condition(clause: &Clause<'_, '_>) -> Result<Condition<Field>, QueryError> {
    let tokens = clause
        .arguments
        .iter()
        .flat_map(separate_parentheses)
        .collect();
    let mut parser = Parser {
        clause,
        tokens,
        at: 0,
        depth: 0,
    };
    let condition = parser.alternatives()?;
    match parser.peek() {
        None => Ok(condition),
        Some(token) => Err(clause.error(
            token,
            "`)` without `(`",
            "another comparison or the next clause",
        )),
    }
}

/// The condition a group has to meet; refers to the selected items.
pub(super) fn having(
    clause: &Clause<'_, '_>,
    select: &[Selection],
) -> Result<Condition<usize>, QueryError> {
    let mut unknown = None;
    let condition = condition(clause)?.map(&mut |field: &Field| {
        let column = Selection::position(select, &field.name);
        if column.is_none() {
            unknown.get_or_insert_with(|| field.name.clone());
        }
        column.unwrap_or_default()
    });
    let Some(unknown) = unknown else {
        return Ok(condition);
    };
    let message = format!("`{unknown}` is not selected");
    let tokens: Vec<_> = clause
        .arguments
        .iter()
        .flat_map(separate_parentheses)
        .collect();
    let place = tokens.iter().find(|token| token.text == unknown);
    Err(match place {
        Some(token) => clause.error(token, message, one_of_the_selected(select)),
        None => clause.error_at_end(message, one_of_the_selected(select)),
    })
}

/// Whether `tokens` begin with an operand and an operator, perhaps in parentheses.
pub(super) fn begins_comparison(tokens: &[Token<'_>]) -> bool {
    let operands = tokens.iter().skip_while(|token| is_opening(token));
    operands.clone().nth(1).is_some_and(is_operator) && !operands.take(1).any(is_operator)
}

struct Parser<'c, 'q, 't> {
    clause: &'c Clause<'q, 't>,
    tokens: Vec<Token<'q>>,
    at: usize,
    depth: usize,
}

impl<'q> Parser<'_, 'q, '_> {
    fn peek(&self) -> Option<&Token<'q>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self, expected: &str) -> Result<Token<'q>, QueryError> {
        let Some(token) = self.tokens.get(self.at).cloned() else {
            return Err(self
                .clause
                .error_at_end("the comparison is not complete", expected));
        };
        self.at += 1;
        Ok(token)
    }

    /// Consumes the connective `word`, unless it is the left side of a comparison.
    fn accept_connective(&mut self, word: &str) -> bool {
        let accepted = self.peek().is_some_and(|t| t.is_word(word)) && !self.names_a_field();
        self.at += usize::from(accepted);
        accepted
    }

    fn alternatives(&mut self) -> Result<Condition<Field>, QueryError> {
        let mut parts = vec![self.conjunction()?];
        while self.accept_connective("or") {
            parts.push(self.conjunction()?);
        }
        Ok(single_or(parts, Condition::Any))
    }

    fn conjunction(&mut self) -> Result<Condition<Field>, QueryError> {
        let mut parts = vec![self.part()?];
        while self.accept_connective("and") || !self.ends_conjunction() {
            parts.push(self.part()?);
        }
        Ok(single_or(parts, Condition::All))
    }

    fn ends_conjunction(&self) -> bool {
        let starts_alternative = |token: &Token<'_>| token.is_word("or") && !self.names_a_field();
        self.peek()
            .is_none_or(|token| is_closing(token) || starts_alternative(token))
    }

    /// Whether an operator follows, so that even `and` or `or` is the left side of a comparison.
    fn names_a_field(&self) -> bool {
        self.tokens.get(self.at + 1).is_some_and(is_operator)
    }

    fn part(&mut self) -> Result<Condition<Field>, QueryError> {
        match self.peek() {
            Some(token) if is_opening(token) => self.parenthesised(),
            _ => self.comparison().map(Condition::Compare),
        }
    }

    fn parenthesised(&mut self) -> Result<Condition<Field>, QueryError> {
        let opening = self.next("(")?;
        self.depth += 1;
        if self.depth > NESTING_MAX {
            let expected = format!("at most {NESTING_MAX} levels of parentheses");
            return Err(self
                .clause
                .error(&opening, "parentheses nest too deeply", expected));
        }
        let condition = self.alternatives()?;
        self.depth -= 1;
        match self.peek() {
            Some(token) if is_closing(token) => self.at += 1,
            _ => {
                return Err(self
                    .clause
                    .error(&opening, "`(` is never closed", "a matching `)`"));
            }
        }
        Ok(condition)
    }

    fn comparison(&mut self) -> Result<Comparison<Field>, QueryError> {
        let left = self.next("FIELD OPERATOR VALUE")?;
        let operator = self.next(OPERATORS)?;
        if operator.kind == TokenKind::Bareword {
            if let Some(numeric) = NumericOperator::from_text(operator.text) {
                let right = self.next("a number or a field")?;
                let left = self.numeric_operand(&left)?;
                return Ok(Comparison::Numeric(
                    numeric,
                    left,
                    self.numeric_operand(&right)?,
                ));
            }
            if let Some(text) = TextOperator::from_text(operator.text) {
                let right = self.next("a field or text in double quotes")?;
                return Ok(Comparison::Text(
                    text,
                    text_operand(&left),
                    text_operand(&right),
                ));
            }
        }
        let message = format!("unknown operator `{}`", operator.text);
        Err(self.clause.error(&operator, message, OPERATORS))
    }

    fn numeric_operand(&self, token: &Token<'_>) -> Result<NumericOperand<Field>, QueryError> {
        let constant = number::parse(token.text.as_bytes());
        match (token.kind, constant) {
            (TokenKind::Quoted, _) => {
                let message = format!("text \"{}\" compared as a number", token.text);
                let expected = "a number or a field without quotes; eq and ne compare text";
                Err(self.clause.error(token, message, expected))
            }
            (TokenKind::Bareword, Some(number)) => Ok(NumericOperand::Constant(number)),
            _ => Ok(NumericOperand::Field(field(token))),
        }
    }
}

fn single_or(
    mut parts: Vec<Condition<Field>>,
    join: fn(Vec<Condition<Field>>) -> Condition<Field>,
) -> Condition<Field> {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

fn text_operand(token: &Token<'_>) -> TextOperand<Field> {
    match token.kind {
        TokenKind::Quoted => TextOperand::Constant(token.text.as_bytes().to_vec()),
        _ => TextOperand::Field(field(token)),
    }
}

fn is_operator(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Bareword
        && (NumericOperator::from_text(token.text).is_some()
            || TextOperator::from_text(token.text).is_some())
}

fn is_opening(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Bareword && token.text == "("
}

fn is_closing(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Bareword && token.text == ")"
}

/// Cuts grouping parentheses off a bareword: leading `(`, and as many trailing `)` as are unmatched.
fn separate_parentheses<'q>(token: &Token<'q>) -> Vec<Token<'q>> {
    if token.kind != TokenKind::Bareword {
        return vec![token.clone()];
    }
    let opening = token.text.len() - token.text.trim_start_matches('(').len();
    let inner = &token.text[opening..];
    let count = |c: char| inner.matches(c).count();
    let trailing = inner.len() - inner.trim_end_matches(')').len();
    let closing = count(')').saturating_sub(count('(')).min(trailing);
    let end = token.text.len() - closing;
    let singles = |range: std::ops::Range<usize>| range.map(|at| at..at + 1);
    let name = (opening < end).then_some(opening..end);
    singles(0..opening)
        .chain(name)
        .chain(singles(end..token.text.len()))
        .map(|range| Token {
            text: &token.text[range.clone()],
            span: token.span.start + range.start..token.span.start + range.end,
            ..token.clone()
        })
        .collect()
}
