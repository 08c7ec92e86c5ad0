//! Random conditions, as written and as meant.

use proptest::prelude::*;

/// What is compared: what a name stands for, as a number and as a text, if it stands for any.
pub(crate) trait Values {
    fn number(&self, name: &str) -> Option<f64>;
    fn text(&self, name: &str) -> Option<String>;
}

#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// Two numbers, the second perhaps a constant.
    Numbers(String, &'static str, Operand),
    /// Two texts, the second perhaps a constant.
    Texts(String, &'static str, Operand),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Name(String),
    Constant(&'static str),
}

const OF_NUMBERS: [&str; 8] = ["==", "!=", "<", "<=", "=<", ">", ">=", "=>"];
const NUMBERS: [&str; 6] = ["-1", "0", "2", "0.5", "1e2", "20"];
const OF_TEXTS: [&str; 10] = [
    "eq",
    "ne",
    "contains",
    "ncontains",
    "lacks",
    "hasprefix",
    "nhasprefix",
    "hassuffix",
    "nhassuffix",
    "EQ",
];
const TEXTS: [&str; 6] = ["", "x", "y,z", "z", "1", "2.000000"];

/// Conditions about these names.
pub(crate) fn condition(names: Vec<String>) -> impl Strategy<Value = Condition> {
    let name = prop::sample::select(names);
    let operand = |constants: &'static [&'static str]| {
        let constant = prop::sample::select(constants).prop_map(Operand::Constant);
        prop_oneof![3 => constant, 1 => name.clone().prop_map(Operand::Name)]
    };
    let numbers = (
        name.clone(),
        prop::sample::select(&OF_NUMBERS[..]),
        operand(&NUMBERS),
    )
        .prop_map(|(left, operator, right)| Condition::Numbers(left, operator, right));
    let texts = (
        name.clone(),
        prop::sample::select(&OF_TEXTS[..]),
        operand(&TEXTS),
    )
        .prop_map(|(left, operator, right)| Condition::Texts(left, operator, right));
    prop_oneof![numbers, texts].prop_recursive(3, 8, 3, |inner| {
        let parts = prop::collection::vec(inner, 2..4);
        prop_oneof![
            parts.clone().prop_map(Condition::All),
            parts.prop_map(Condition::Any)
        ]
    })
}

impl Condition {
    /// With no more parentheses than are needed.
    pub(crate) fn written(&self) -> String {
        let compared = |left: &str, operator, right: &Operand, quote| match right {
            Operand::Name(right) => format!("{left} {operator} {right}"),
            Operand::Constant(right) => format!("{left} {operator} {quote}{right}{quote}"),
        };
        match self {
            Condition::Numbers(left, operator, right) => compared(left, operator, right, ""),
            Condition::Texts(left, operator, right) => compared(left, operator, right, "\""),
            Condition::All(parts) => {
                joined(parts, " and ", |part| matches!(part, Condition::Any(_)))
            }
            Condition::Any(parts) => joined(parts, " or ", |_| false),
        }
    }

    pub(crate) fn holds(&self, values: &impl Values) -> bool {
        match self {
            Condition::Numbers(left, operator, right) => {
                let right = match right {
                    Operand::Name(name) => values.number(name),
                    Operand::Constant(text) => text.parse().ok(),
                };
                let both = values.number(left).zip(right);
                both.is_some_and(|(left, right)| numbers_hold(operator, left, right))
            }
            Condition::Texts(left, operator, right) => {
                let right = match right {
                    Operand::Name(name) => values.text(name),
                    Operand::Constant(text) => Some((*text).to_owned()),
                };
                let both = values.text(left).zip(right);
                both.is_some_and(|(left, right)| texts_hold(operator, &left, &right))
            }
            Condition::All(parts) => parts.iter().all(|part| part.holds(values)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(values)),
        }
    }
}

fn joined(
    parts: &[Condition],
    between: &str,
    needs_parentheses: impl Fn(&Condition) -> bool,
) -> String {
    let written = |part: &Condition| match needs_parentheses(part) {
        true => format!("({})", part.written()),
        false => part.written(),
    };
    parts.iter().map(written).collect::<Vec<_>>().join(between)
}

fn numbers_hold(operator: &str, left: f64, right: f64) -> bool {
    match operator {
        "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" | "=<" => left <= right,
        ">" => left > right,
        _ => left >= right,
    }
}

fn texts_hold(operator: &str, left: &str, right: &str) -> bool {
    match operator {
        "eq" | "EQ" => left == right,
        "ne" => left != right,
        "contains" => left.contains(right),
        "ncontains" | "lacks" => !left.contains(right),
        "hasprefix" => left.starts_with(right),
        "nhasprefix" => !left.starts_with(right),
        "hassuffix" => left.ends_with(right),
        _ => !left.ends_with(right),
    }
}
