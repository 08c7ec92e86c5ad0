//! The keys of a configuration as they are written, and which of them can have no effect.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::place::ConfigError;
use super::value::Reader;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) version: Spanned<i64>,
    #[serde(default)]
    pub(super) defaults: Keys,
    #[serde(default)]
    pub(super) gate: Vec<Spanned<Keys>>,
    #[serde(default)]
    pub(super) rename: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// Declares the keys, with what each of them is asked as a whole.
macro_rules! keys {
    ($($key:ident: $kind:ty),* $(,)?) => {
        /// The keys of a gate; those that are not about one gate stand in `[defaults]`, too.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Keys {
            $(pub(super) $key: Option<Spanned<$kind>>,)*
        }

        impl Keys {
            /// The keys that are given, and where their values stand.
            fn given(&self) -> impl Iterator<Item = (&'static str, Range<usize>)> {
                let spans = [$((stringify!($key), self.$key.as_ref().map(Spanned::span)),)*];
                spans.into_iter().filter_map(|(key, span)| Some((key, span?)))
            }

            /// These keys, those that are not given taken from `defaults`.
            pub(super) fn or(&self, defaults: &Keys) -> Keys {
                Keys {
                    $($key: self.$key.clone().or_else(|| defaults.$key.clone()),)*
                }
            }
        }
    };
}

keys! {
    name: String,
    function: String,
    group: bool,
    total: bool,
    profile: String,
    baseline: String,
    max: String,
    max_increase: String,
    min_delta: String,
    sample_type: String,
    metric: String,
    measure: String,
    granularity: String,
    generics: String,
    min_samples: i64,
    min_runs: i64,
    confidence: f64,
    fdr: f64,
    on_unknown: String,
    on_new: String,
    ignore: Vec<Spanned<String>>,
    work_label: String,
}

/// Keys that only a gate can have.
const OF_A_GATE: &[&str] = &[
    "name",
    "function",
    "group",
    "total",
    "profile",
    "baseline",
    "max",
    "max_increase",
    "min_delta",
];

/// Keys that say which functions are meant, and how.
const OF_FUNCTIONS: &[&str] = &[
    "function",
    "group",
    "metric",
    "granularity",
    "generics",
    "ignore",
];

/// Keys that say how a growth is judged.
const OF_GROWTH: &[&str] = &["baseline", "min_delta", "min_runs", "fdr", "on_new"];

impl Keys {
    /// Refuses keys in `[defaults]` that only a gate can have.
    pub(super) fn check_defaults(&self, reader: Reader<'_>) -> Result<(), ConfigError> {
        let why = |key: &str| format!("'{key}' belongs to a [[gate]], not to [defaults]");
        self.refuse(reader, |key| OF_A_GATE.contains(&key).then(|| why(key)))
    }

    /// Refuses keys of a gate that can have no effect beside `all` its keys, the defaults among them.
    pub(super) fn check_useful(&self, all: &Keys, reader: Reader<'_>) -> Result<(), ConfigError> {
        let is_total = is_set(&self.total);
        let compares = self.max_increase.is_some();
        let measure = all
            .measure
            .as_ref()
            .map(|measure| measure.get_ref().as_str());
        let divides = match measure {
            None | Some("share") => compares,
            Some(other) => other != "value",
        };
        self.refuse(reader, |key| {
            let without = if is_total && OF_FUNCTIONS.contains(&key) {
                "with total = true"
            } else if !compares && OF_GROWTH.contains(&key) {
                "without max_increase"
            } else if !divides && key == "work_label" {
                "where nothing is divided by work"
            } else {
                return None;
            };
            Some(format!("'{key}' has no use {without}"))
        })
    }

    /// The error of the first key that `why` has something against.
    fn refuse(
        &self,
        reader: Reader<'_>,
        why: impl Fn(&str) -> Option<String>,
    ) -> Result<(), ConfigError> {
        let mut faults = self.given().filter_map(|(key, span)| {
            let reason = why(key)?;
            Some(reader.place_of(&span).error(reason))
        });
        faults.next().map_or(Ok(()), Err)
    }
}

/// Whether a switch is given and on.
pub(super) fn is_set(switch: &Option<Spanned<bool>>) -> bool {
    switch.as_ref().is_some_and(|switch| *switch.get_ref())
}
