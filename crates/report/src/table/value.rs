//! A value of a table: what JSON and CSV have in common.

use std::borrow::Cow;
use std::fmt;

use crate::json::Quoted;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// `null`, an empty field.
    Nothing,
    Truth(bool),
    Number(i64),
    Share(f64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    pub(super) fn object<const N: usize>(members: [(&'static str, Value<'a>); N]) -> Value<'a> {
        let members = members.into_iter();
        Value::Object(
            members
                .map(|(name, value)| (Cow::Borrowed(name), value))
                .collect(),
        )
    }

    pub(super) fn list<T: Into<Value<'a>>>(items: impl IntoIterator<Item = T>) -> Value<'a> {
        Value::List(items.into_iter().map(Into::into).collect())
    }

    /// A text, or nothing when it is empty.
    pub(super) fn unless_empty(text: impl Into<Cow<'a, str>>) -> Value<'a> {
        let text = text.into();
        if text.is_empty() {
            Value::Nothing
        } else {
            Value::Text(text)
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Number(number)
    }
}

impl From<f64> for Value<'_> {
    fn from(share: f64) -> Self {
        Value::Share(share)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Truth(truth)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Value::Text(text)
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

/// JSON. Shares that are no numbers become `null`.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Nothing => f.write_str("null"),
            Value::Truth(truth) => write!(f, "{truth}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Share(share) if share.is_finite() => write!(f, "{share}"),
            Value::Share(_) => f.write_str("null"),
            Value::Text(text) => write!(f, "{}", Quoted(text)),
            Value::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Value::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{}:{value}", Quoted(name))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A value as a field of CSV, in quotes where it needs them.
pub(super) struct Field<'a>(pub(super) &'a Value<'a>);

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Nothing => Ok(()),
            Value::Text(text) if text.contains([',', '"', '\n', '\r']) => {
                write!(f, "\"{}\"", text.replace('"', "\"\""))
            }
            Value::Text(text) => f.write_str(text),
            other => write!(f, "{other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: Value<'_>, json: &str, field: &str) {
        assert_eq!(value.to_string(), json);
        assert_eq!(Field(&value).to_string(), field);
    }

    #[test]
    fn json_and_fields() {
        check(Value::Nothing, "null", "");
        check((-3).into(), "-3", "-3");
        check(12.5.into(), "12.5", "12.5");
        check(f64::NAN.into(), "null", "null");
        check(true.into(), "true", "true");
        check("plain".into(), "\"plain\"", "plain");
        check(
            "a \"b\", c".into(),
            "\"a \\\"b\\\", c\"",
            "\"a \"\"b\"\", c\"",
        );
        let object = Value::object([("a", 1.into()), ("b", Value::list([2, 3]))]);
        assert_eq!(object.to_string(), "{\"a\":1,\"b\":[2,3]}");
    }
}
