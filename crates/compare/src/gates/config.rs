//! The configuration of gates: TOML, every mistake with its line and column.

use std::collections::BTreeMap;

use toml::Spanned;

use super::gate::{Gate, Gates, Severity, Target};
use super::keys::{Document, Keys, is_set};
use super::measure::{Limit, Measure};
use super::place::{ConfigError, Place};
use super::value::Reader;
use crate::name::{Generics, NameRules};
use crate::rows::Metric;
use crate::run::{Granularity, Selection};

/// Samples below which nothing is judged.
const MIN_SAMPLES: i64 = 200;
/// Runs a side below which a baseline gate does not fail.
const MIN_RUNS: i64 = 5;
/// Growth of a share below which nothing is said, unless `min_delta` says otherwise.
const MIN_DELTA: &str = "1pt";
/// The fact that states the work, unless `work_label` names another.
const WORK: &str = "bytes";

const METRICS: &[(&str, Metric)] = &[("flat", Metric::Flat), ("cum", Metric::Cum)];

const MEASURES: &[(&str, Measure)] = &[
    ("share", Measure::Share),
    ("value", Measure::Value),
    ("per_unit", Measure::PerUnit),
];

const GRANULARITIES: &[(&str, Granularity)] = &[
    ("functions", Granularity::Functions),
    ("filefunctions", Granularity::FileFunctions),
    ("files", Granularity::Files),
    ("lines", Granularity::Lines),
];

const GENERICS: &[(&str, Generics)] = &[("keep", Generics::Keep), ("erase", Generics::Erase)];

const SEVERITIES: &[(&str, Severity)] = &[
    ("pass", Severity::Pass),
    ("warn", Severity::Warn),
    ("fail", Severity::Fail),
];

impl Gates {
    /// Reads a configuration: TOML in UTF-8.
    ///
    /// # Errors
    ///
    /// The first thing in it that cannot be, or cannot have an effect.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Gates, ConfigError> {
        let text = utf_8(text.as_ref())?;
        let reader = Reader { text };
        let document: Document = toml::from_str(text).map_err(|error| {
            let place = reader.place_of(&error.span().unwrap_or(0..0));
            place.error(in_words(error.message()))
        })?;
        if *document.version.get_ref() != 1 {
            let reason = "only version 1 of the configuration is known";
            return Err(reader.place(&document.version).error(reason));
        }
        document.defaults.check_defaults(reader)?;
        let renames = renames(reader, &document.rename)?;
        let mut gates: Vec<Gate> = Vec::new();
        for own in &document.gate {
            let gate = gate(reader, own, &document.defaults, &renames)?;
            if gates.iter().any(|known| known.name == gate.name) {
                let place = own.get_ref().name.as_ref().map(|name| reader.place(name));
                let reason = format!("a second gate is called '{}'", gate.name);
                return Err(place.unwrap_or(reader.place(own)).error(reason));
            }
            gates.push(gate);
        }
        if gates.is_empty() {
            let reason = "there is no [[gate]], so nothing would be checked";
            return Err(reader.place(&document.version).error(reason));
        }
        Ok(Gates { gates })
    }
}

/// The text of a file.
fn utf_8(bytes: &[u8]) -> Result<&str, ConfigError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        Place::of(&valid, &(valid.len()..valid.len())).error("this is not UTF-8")
    })
}

/// What the parser of TOML says, in one line and without names of types.
fn in_words(message: &str) -> String {
    let line = message.replace('\n', " ");
    line.replace("expected i64", "expected a whole number")
        .replace("expected f64", "expected a number")
}

fn renames(
    reader: Reader<'_>,
    table: &BTreeMap<Spanned<String>, Spanned<String>>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let pair = |(from, to): (&Spanned<String>, &Spanned<String>)| {
        Ok((reader.filled(from)?, reader.filled(to)?))
    };
    table.iter().map(pair).collect()
}

fn gate(
    reader: Reader<'_>,
    own: &Spanned<Keys>,
    defaults: &Keys,
    renames: &[(String, String)],
) -> Result<Gate, ConfigError> {
    let place = reader.place(own);
    let keys = own.get_ref().or(defaults);
    own.get_ref().check_useful(&keys, reader)?;
    let name = reader.text(&keys.name)?;
    let name = name.ok_or_else(|| place.error("the gate has no name"))?;
    let measure = reader.choose(&keys.measure, MEASURES)?;
    let target = target(reader, &keys, place)?;
    let limits = limits(reader, &keys, measure, &target, place)?;
    let selection = Selection {
        sample_type: reader.text(&keys.sample_type)?.unwrap_or_default(),
        granularity: reader.choose(&keys.granularity, GRANULARITIES)?,
        names: NameRules {
            generics: reader.choose(&keys.generics, GENERICS)?,
            renames: renames.to_vec(),
        },
    };
    reader.glob(&keys.baseline)?;
    let work = reader.text(&keys.work_label)?;
    let work = work.as_deref().unwrap_or(WORK);
    Ok(Gate {
        name,
        baseline: reader.text(&keys.baseline)?,
        target,
        profile: reader.glob(&keys.profile)?,
        selection,
        metric: reader.choose(&keys.metric, METRICS)?,
        measure,
        max: limits.max,
        max_increase: limits.increase,
        min_delta: limits.delta,
        min_samples: reader.count(&keys.min_samples, MIN_SAMPLES)? as f64,
        min_runs: reader.count(&keys.min_runs, MIN_RUNS)? as usize,
        confidence: reader.fraction(&keys.confidence, "confidence", 0.5..1.0, 0.95)?,
        fdr: reader.fraction(&keys.fdr, "fdr", 0.0..0.5, 0.05)?,
        on_unknown: reader.choose(&keys.on_unknown, SEVERITIES)?,
        on_new: reader.choose(&keys.on_new, SEVERITIES)?,
        ignore: reader.patterns(&keys.ignore)?,
        work: work.strip_prefix("dtail.").unwrap_or(work).to_owned(),
    })
}

fn target(reader: Reader<'_>, keys: &Keys, place: Place) -> Result<Target, ConfigError> {
    match &keys.function {
        None if is_set(&keys.total) => Ok(Target::Total),
        None => Err(place.error("the gate needs function = '...' or total = true")),
        Some(function) if is_set(&keys.group) => Ok(Target::Group(reader.pattern(function)?)),
        Some(function) => Ok(Target::Functions(reader.pattern(function)?)),
    }
}

/// The limits of a gate; `increase` is a fraction.
struct Limits {
    max: Option<Limit>,
    increase: Option<f64>,
    delta: Option<Limit>,
}

fn limits(
    reader: Reader<'_>,
    keys: &Keys,
    measure: Measure,
    target: &Target,
    place: Place,
) -> Result<Limits, ConfigError> {
    if keys.max.is_none() && keys.max_increase.is_none() {
        return Err(place.error("the gate needs max = '...' or max_increase = '...'"));
    }
    if matches!(target, Target::Total) && measure == Measure::Share {
        let reason = "the share of the total is always 100%: measure = \"value\" or \"per_unit\"";
        return Err(place.error(reason));
    }
    let max = reader.limit(&keys.max)?;
    max.iter().try_for_each(|max| max.check(measure, false))?;
    let increase = reader.limit(&keys.max_increase)?;
    let increase = increase.map(|limit| limit.fraction()).transpose()?;
    let delta = reader.limit(&keys.min_delta)?;
    delta
        .iter()
        .try_for_each(|delta| delta.check(measure, true))?;
    let usual = || {
        let delta = Limit::parse(MIN_DELTA, place).ok();
        delta.filter(|_| measure == Measure::Share)
    };
    Ok(Limits {
        max,
        increase,
        delta: delta.or_else(usual),
    })
}
