//! Conditions of a `where` or `having` clause: comparisons joined by `and`, `or` and parentheses.
//!
//! A condition is generic over how it refers to values: by name as parsed, by slot or by column as
//! executed.

use std::borrow::Cow;

/// The values a condition is about.
pub(crate) trait Values<F> {
    /// The bytes of a field; `None` when it is absent.
    fn text(&self, field: &F) -> Option<Cow<'_, [u8]>>;

    /// The number a field holds; `None` when it is absent or no number.
    fn number(&self, field: &F) -> Option<f64>;
}

/// A tree of comparisons.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition<F> {
    Compare(Comparison<F>),
    /// Every part holds; an empty conjunction holds.
    All(Vec<Condition<F>>),
    /// At least one part holds.
    Any(Vec<Condition<F>>),
}

/// One comparison of two operands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Comparison<F> {
    /// Both sides as numbers; an absent or non-numeric side makes the comparison false.
    Numeric(NumericOperator, NumericOperand<F>, NumericOperand<F>),
    /// Both sides as bytes; an absent side makes the comparison false.
    Text(TextOperator, TextOperand<F>, TextOperand<F>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NumericOperand<F> {
    Constant(f64),
    Field(F),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TextOperand<F> {
    Constant(Vec<u8>),
    Field(F),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumericOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextOperator {
    Equal,
    NotEqual,
    Contains,
    NotContains,
    HasPrefix,
    NotHasPrefix,
    HasSuffix,
    NotHasSuffix,
}

/// Every operator as a query spells it, for error texts.
pub(crate) const OPERATORS: &str = "an operator: == != < <= > >= for numbers, eq ne contains \
     ncontains lacks hasprefix nhasprefix hassuffix nhassuffix for text";

impl NumericOperator {
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" | "=<" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" | "=>" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

impl TextOperator {
    /// Reads an operator in any case.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "contains" => Self::Contains,
            "ncontains" | "lacks" => Self::NotContains,
            "hasprefix" => Self::HasPrefix,
            "nhasprefix" => Self::NotHasPrefix,
            "hassuffix" => Self::HasSuffix,
            "nhassuffix" => Self::NotHasSuffix,
            _ => return None,
        })
    }

    fn holds(self, left: &[u8], right: &[u8]) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Contains => memchr::memmem::find(left, right).is_some(),
            Self::NotContains => memchr::memmem::find(left, right).is_none(),
            Self::HasPrefix => left.starts_with(right),
            Self::NotHasPrefix => !left.starts_with(right),
            Self::HasSuffix => left.ends_with(right),
            Self::NotHasSuffix => !left.ends_with(right),
        }
    }
}

impl<F> Condition<F> {
    /// The same condition with every field looked up by `resolve`.
    pub(crate) fn map<G>(&self, resolve: &mut impl FnMut(&F) -> G) -> Condition<G> {
        match self {
            Self::Compare(comparison) => Condition::Compare(comparison.map(resolve)),
            Self::All(parts) => Condition::All(parts.iter().map(|p| p.map(resolve)).collect()),
            Self::Any(parts) => Condition::Any(parts.iter().map(|p| p.map(resolve)).collect()),
        }
    }

    /// Whether the condition holds for these values.
    pub(crate) fn holds(&self, values: &impl Values<F>) -> bool {
        match self {
            Self::Compare(comparison) => comparison.holds(values),
            Self::All(parts) => parts.iter().all(|part| part.holds(values)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(values)),
        }
    }
}

impl<F> Comparison<F> {
    fn map<G>(&self, resolve: &mut impl FnMut(&F) -> G) -> Comparison<G> {
        match self {
            Self::Numeric(operator, left, right) => {
                Comparison::Numeric(*operator, left.map(resolve), right.map(resolve))
            }
            Self::Text(operator, left, right) => {
                Comparison::Text(*operator, left.map(resolve), right.map(resolve))
            }
        }
    }

    fn holds(&self, values: &impl Values<F>) -> bool {
        match self {
            Self::Numeric(operator, left, right) => left
                .number(values)
                .zip(right.number(values))
                .is_some_and(|(left, right)| operator.holds(left, right)),
            Self::Text(operator, left, right) => left
                .text(values)
                .zip(right.text(values))
                .is_some_and(|(left, right)| operator.holds(&left, &right)),
        }
    }
}

impl<F> NumericOperand<F> {
    fn map<G>(&self, resolve: &mut impl FnMut(&F) -> G) -> NumericOperand<G> {
        match self {
            Self::Constant(number) => NumericOperand::Constant(*number),
            Self::Field(field) => NumericOperand::Field(resolve(field)),
        }
    }

    fn number(&self, values: &impl Values<F>) -> Option<f64> {
        match self {
            Self::Constant(number) => Some(*number),
            Self::Field(field) => values.number(field),
        }
    }
}

impl<F> TextOperand<F> {
    fn map<G>(&self, resolve: &mut impl FnMut(&F) -> G) -> TextOperand<G> {
        match self {
            Self::Constant(text) => TextOperand::Constant(text.clone()),
            Self::Field(field) => TextOperand::Field(resolve(field)),
        }
    }

    fn text<'v>(&'v self, values: &'v impl Values<F>) -> Option<Cow<'v, [u8]>> {
        match self {
            Self::Constant(text) => Some(Cow::Borrowed(text)),
            Self::Field(field) => values.text(field),
        }
    }
}
