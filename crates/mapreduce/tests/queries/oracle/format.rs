//! Lines with fields, in the log formats that have fields.

use std::collections::BTreeMap;

/// A line as its fields; absent ones are missing.
pub(crate) type Line = BTreeMap<&'static str, String>;

/// The names of the fields.
pub(crate) const NAMES: [&str; 3] = ["a", "b", "n"];

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Pairs,
    Json,
    Logfmt,
    Records,
    Csv,
}

impl Format {
    pub(crate) const ALL: [Format; 5] = [
        Format::Pairs,
        Format::Json,
        Format::Logfmt,
        Format::Records,
        Format::Csv,
    ];

    /// What a query calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Pairs => "generickv",
            Format::Json => "json",
            Format::Logfmt => "logfmt",
            Format::Records => "default",
            Format::Csv => "csv",
        }
    }

    /// What stands before the first line.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Format::Csv => "a,b,n\n",
            _ => "",
        }
    }

    /// The fields that come back when the line is read: columns before the last one of a CSV record are
    /// never absent.
    pub(crate) fn fields(self, line: &Line) -> Line {
        let mut line = line.clone();
        if self == Format::Csv {
            let columns = NAMES.iter().rposition(|name| line.contains_key(name));
            for name in &NAMES[..columns.unwrap_or(0) + 1] {
                line.entry(name).or_default();
            }
        }
        line
    }

    /// The line, without its end.
    pub(crate) fn line(self, line: &Line) -> String {
        let joined = |pair: &dyn Fn(&str, &str) -> String, between| {
            let pairs: Vec<_> = line.iter().map(|(name, value)| pair(name, value)).collect();
            pairs.join(between)
        };
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\\\""));
        let plain = |name: &str, value: &str| format!("{name}={value}");
        match self {
            Format::Pairs => joined(&plain, "|"),
            Format::Json => {
                let member = |name: &str, value: &str| format!("\"{name}\":{}", quoted(value));
                format!("{{{}}}", joined(&member, ", "))
            }
            Format::Logfmt => {
                let pair = |name: &str, value: &str| match value.contains('"') {
                    true => plain(name, &quoted(value)),
                    false => plain(name, value),
                };
                joined(&pair, " ")
            }
            Format::Records => {
                let pairs = joined(&plain, "|");
                format!("INFO|1002-071143|1|s|8|13|7|0.21|1h|MAPREDUCE:T|x=|{pairs}")
                    .trim_end_matches('|')
                    .to_owned()
            }
            Format::Csv => {
                let values: Vec<_> = self.fields(line).values().map(|value| csv(value)).collect();
                values.join(",")
            }
        }
    }
}

/// A value in a CSV record.
pub(crate) fn csv(value: &str) -> String {
    match value.contains([',', '"', '\n']) {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value.to_owned(),
    }
}
