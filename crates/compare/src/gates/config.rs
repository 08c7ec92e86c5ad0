//! The configuration of gates: TOML, every mistake with its line and column.

use std::collections::BTreeMap;

use glob::Pattern as Glob;
use report::Pattern;
use serde::Deserialize;
use toml::Spanned;

use super::measure::{Limit, Measure};
use super::place::{ConfigError, Place};
use crate::name::{Generics, NameRules};
use crate::rows::Metric;
use crate::run::{Granularity, Selection};

/// The gates of a configuration.
#[derive(Debug)]
pub struct Gates {
    /// In the order of the file; at least one.
    pub gates: Vec<Gate>,
}

/// One gate.
#[derive(Debug)]
pub struct Gate {
    /// What it is called; no other gate is called so.
    pub name: String,
    /// A pattern for the files of its baseline, relative to the configuration.
    pub baseline: Option<String>,
    pub(crate) target: Target,
    /// Only profiles whose file names match.
    pub(crate) profile: Option<Glob>,
    pub(crate) selection: Selection,
    pub(crate) metric: Metric,
    pub(crate) measure: Measure,
    pub(crate) max: Option<Limit>,
    /// The growth that is allowed, as a fraction.
    pub(crate) max_increase: Option<f64>,
    pub(crate) min_delta: Option<Limit>,
    pub(crate) min_samples: f64,
    pub(crate) min_runs: usize,
    pub(crate) confidence: f64,
    pub(crate) fdr: f64,
    pub(crate) on_unknown: Severity,
    pub(crate) on_new: Severity,
    pub(crate) ignore: Vec<Pattern>,
    pub(crate) work: String,
}

/// What a gate looks at.
#[derive(Debug)]
pub(crate) enum Target {
    /// Every function that matches, one by one.
    Functions(Pattern),
    /// All functions that match as one.
    Group(Pattern),
    /// The whole program.
    Total,
}

/// What follows from a verdict that is neither good nor bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Pass,
    Warn,
    Fail,
}

/// Samples below which nothing is judged.
const MIN_SAMPLES: f64 = 200.0;
/// Runs a side below which a baseline gate does not fail.
const MIN_RUNS: i64 = 5;
/// Growth of a share below which nothing is said, unless `min_delta` says otherwise.
const MIN_DELTA: &str = "1pt";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: Spanned<i64>,
    #[serde(default)]
    defaults: Keys,
    #[serde(default)]
    gate: Vec<Spanned<Keys>>,
    #[serde(default)]
    rename: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// The keys of a gate; those that are not about one gate stand in `[defaults]`, too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    name: Option<Spanned<String>>,
    function: Option<Spanned<String>>,
    group: Option<Spanned<bool>>,
    total: Option<Spanned<bool>>,
    profile: Option<Spanned<String>>,
    baseline: Option<Spanned<String>>,
    max: Option<Spanned<String>>,
    max_increase: Option<Spanned<String>>,
    min_delta: Option<Spanned<String>>,
    sample_type: Option<Spanned<String>>,
    metric: Option<Spanned<String>>,
    measure: Option<Spanned<String>>,
    granularity: Option<Spanned<String>>,
    generics: Option<Spanned<String>>,
    min_samples: Option<Spanned<i64>>,
    min_runs: Option<Spanned<i64>>,
    confidence: Option<Spanned<f64>>,
    fdr: Option<Spanned<f64>>,
    on_unknown: Option<Spanned<String>>,
    on_new: Option<Spanned<String>>,
    ignore: Option<Vec<Spanned<String>>>,
    work_label: Option<Spanned<String>>,
}

impl Gates {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// The first thing in it that cannot be, or cannot have an effect.
    pub fn parse(text: &str) -> Result<Gates, ConfigError> {
        let document: Document = toml::from_str(text).map_err(|error| {
            let place = Place::of(text, &error.span().unwrap_or(0..0));
            place.error(error.message().replace('\n', " "))
        })?;
        let reader = Reader { text };
        if *document.version.get_ref() != 1 {
            let reason = "only version 1 of the configuration is known";
            return Err(reader.place(&document.version).error(reason));
        }
        reader.check_defaults(&document.defaults)?;
        let renames = reader.renames(&document.rename)?;
        let mut gates: Vec<Gate> = Vec::new();
        for keys in &document.gate {
            let place = reader.place(keys);
            reader.check_own(keys.get_ref())?;
            let keys = with_defaults(keys.get_ref(), &document.defaults);
            let gate = reader.gate(&keys, place, &renames)?;
            if gates.iter().any(|known| known.name == gate.name) {
                let reason = format!("a second gate is called '{}'", gate.name);
                return Err(keys
                    .name
                    .map_or(place, |name| reader.place(&name))
                    .error(reason));
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

/// The keys of a gate, those it lacks taken from the defaults.
fn with_defaults(gate: &Keys, defaults: &Keys) -> Keys {
    let (mut keys, defaults) = (gate.clone(), defaults.clone());
    macro_rules! inherit {
        ($($key:ident)*) => { $(keys.$key = keys.$key.or(defaults.$key);)* };
    }
    inherit!(sample_type metric measure granularity generics min_samples min_runs confidence);
    inherit!(fdr on_unknown on_new ignore work_label);
    keys
}

/// The limits of a gate; `increase` is a fraction.
struct Limits {
    max: Option<Limit>,
    increase: Option<f64>,
    delta: Option<Limit>,
}

/// Reads keys, and knows where they stand.
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn place<T>(&self, value: &Spanned<T>) -> Place {
        Place::of(self.text, &value.span())
    }

    /// Refuses keys that only a gate can have.
    fn check_defaults(&self, keys: &Keys) -> Result<(), ConfigError> {
        let texts = [
            ("name", &keys.name),
            ("function", &keys.function),
            ("profile", &keys.profile),
            ("baseline", &keys.baseline),
            ("max", &keys.max),
            ("max_increase", &keys.max_increase),
            ("min_delta", &keys.min_delta),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(key, text)| Some((key, self.place(text.as_ref()?))));
        let flags = [("group", &keys.group), ("total", &keys.total)];
        let flags = flags
            .into_iter()
            .filter_map(|(key, flag)| Some((key, self.place(flag.as_ref()?))));
        match texts.chain(flags).next() {
            Some((key, place)) => {
                Err(place.error(format!("'{key}' belongs to a [[gate]], not to [defaults]")))
            }
            None => Ok(()),
        }
    }

    /// Refuses keys of a gate that cannot have an effect beside its others.
    fn check_own(&self, keys: &Keys) -> Result<(), ConfigError> {
        let is_total = keys.total.as_ref().is_some_and(|total| *total.get_ref());
        let useless = [("metric", &keys.metric), ("granularity", &keys.granularity)];
        for (key, word) in useless {
            if let Some(word) = word.as_ref().filter(|_| is_total) {
                let reason = format!("'{key}' has no use with total = true");
                return Err(self.place(word).error(reason));
            }
        }
        Ok(())
    }

    fn renames(
        &self,
        table: &BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> Result<Vec<(String, String)>, ConfigError> {
        let pair = |(from, to): (&Spanned<String>, &Spanned<String>)| {
            if from.get_ref().is_empty() || to.get_ref().is_empty() {
                return Err(self.place(to).error("a name is empty"));
            }
            Ok((from.get_ref().clone(), to.get_ref().clone()))
        };
        table.iter().map(pair).collect()
    }

    fn gate(
        &self,
        keys: &Keys,
        place: Place,
        renames: &[(String, String)],
    ) -> Result<Gate, ConfigError> {
        let Some(name) = keys
            .name
            .as_ref()
            .filter(|name| !name.get_ref().trim().is_empty())
        else {
            return Err(place.error("the gate has no name"));
        };
        let measure = self.choose(&keys.measure, MEASURES)?;
        let target = self.target(keys, place)?;
        let limits = self.limits(keys, measure, &target, place)?;
        if let (Some(baseline), None) = (&keys.baseline, limits.increase) {
            let reason = "a baseline has no use without max_increase";
            return Err(self.place(baseline).error(reason));
        }
        let selection = Selection {
            sample_type: text_of(&keys.sample_type).unwrap_or_default(),
            granularity: self.choose(&keys.granularity, GRANULARITIES)?,
            names: NameRules {
                generics: self.choose(&keys.generics, GENERICS)?,
                renames: renames.to_vec(),
            },
        };
        let work = text_of(&keys.work_label).unwrap_or_else(|| "dtail.bytes".to_owned());
        Ok(Gate {
            name: name.get_ref().clone(),
            baseline: text_of(&keys.baseline),
            target,
            profile: self.glob(&keys.profile)?,
            selection,
            metric: self.choose(&keys.metric, METRICS)?,
            measure,
            max: limits.max,
            max_increase: limits.increase,
            min_delta: limits.delta,
            min_samples: self.count(&keys.min_samples, MIN_SAMPLES as i64)? as f64,
            min_runs: self.count(&keys.min_runs, MIN_RUNS)? as usize,
            confidence: self.fraction(&keys.confidence, "confidence", 0.5..1.0, 0.95)?,
            fdr: self.fraction(&keys.fdr, "fdr", 0.0..0.5, 0.05)?,
            on_unknown: self.severity(&keys.on_unknown)?,
            on_new: self.severity(&keys.on_new)?,
            ignore: self.patterns(keys.ignore.as_deref().unwrap_or_default())?,
            work: work.strip_prefix("dtail.").unwrap_or(&work).to_owned(),
        })
    }

    fn target(&self, keys: &Keys, place: Place) -> Result<Target, ConfigError> {
        let is_set =
            |flag: &Option<Spanned<bool>>| flag.as_ref().is_some_and(|flag| *flag.get_ref());
        match (&keys.function, is_set(&keys.total), is_set(&keys.group)) {
            (None, false, _) => Err(place.error("the gate needs function = '...' or total = true")),
            (Some(function), true, _) => Err(self
                .place(function)
                .error("'function' has no use with total = true")),
            (None, true, true) => Err(place.error("'group' has no use with total = true")),
            (None, true, false) => Ok(Target::Total),
            (Some(function), false, true) => Ok(Target::Group(self.pattern(function)?)),
            (Some(function), false, false) => Ok(Target::Functions(self.pattern(function)?)),
        }
    }

    fn limits(
        &self,
        keys: &Keys,
        measure: Measure,
        target: &Target,
        place: Place,
    ) -> Result<Limits, ConfigError> {
        if keys.max.is_none() && keys.max_increase.is_none() {
            return Err(place.error("the gate needs max = '...' or max_increase = '...'"));
        }
        if matches!(target, Target::Total) && measure == Measure::Share {
            let reason =
                "the share of the total is always 100%: measure = \"value\" or \"per_unit\"";
            return Err(place.error(reason));
        }
        let max = self.limit(&keys.max)?;
        max.iter().try_for_each(|max| max.check(measure, false))?;
        let increase = self.limit(&keys.max_increase)?;
        let increase = increase.map(|limit| limit.fraction()).transpose()?;
        let delta = self.limit(&keys.min_delta)?;
        delta
            .iter()
            .try_for_each(|delta| delta.check(measure, true))?;
        if let (Some(delta), None) = (&keys.min_delta, increase) {
            let reason = "min_delta has no use without max_increase";
            return Err(self.place(delta).error(reason));
        }
        let usual = || {
            Limit::parse(MIN_DELTA, place)
                .ok()
                .filter(|_| measure == Measure::Share)
        };
        Ok(Limits {
            max,
            increase,
            delta: delta.or_else(usual),
        })
    }

    fn limit(&self, text: &Option<Spanned<String>>) -> Result<Option<Limit>, ConfigError> {
        let read = |text: &Spanned<String>| Limit::parse(text.get_ref(), self.place(text));
        text.as_ref().map(read).transpose()
    }

    fn count(&self, number: &Option<Spanned<i64>>, usual: i64) -> Result<i64, ConfigError> {
        match number {
            Some(number) if *number.get_ref() < 1 => {
                Err(self.place(number).error("the number must be 1 or more"))
            }
            Some(number) => Ok(*number.get_ref()),
            None => Ok(usual),
        }
    }

    fn fraction(
        &self,
        number: &Option<Spanned<f64>>,
        key: &str,
        range: std::ops::Range<f64>,
        usual: f64,
    ) -> Result<f64, ConfigError> {
        let Some(number) = number else {
            return Ok(usual);
        };
        let value = *number.get_ref();
        if value > range.start && value < range.end {
            return Ok(value);
        }
        let std::ops::Range { start, end } = range;
        Err(self
            .place(number)
            .error(format!("{key} must be above {start} and below {end}")))
    }

    fn severity(&self, word: &Option<Spanned<String>>) -> Result<Severity, ConfigError> {
        let word = word.as_ref().map(|word| self.named(word, SEVERITIES));
        Ok(word.transpose()?.unwrap_or(Severity::Warn))
    }

    fn choose<T: Copy + Default>(
        &self,
        word: &Option<Spanned<String>>,
        known: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let word = word.as_ref().map(|word| self.named(word, known));
        Ok(word.transpose()?.unwrap_or_default())
    }

    fn named<T: Copy>(
        &self,
        word: &Spanned<String>,
        known: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let found = known.iter().find(|(name, _)| name == word.get_ref());
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let reason = format!("'{}' is none of {}", word.get_ref(), names.join(", "));
            self.place(word).error(reason)
        })
    }

    fn pattern(&self, text: &Spanned<String>) -> Result<Pattern, ConfigError> {
        let pattern = Pattern::new(text.get_ref());
        pattern.map_err(|error| {
            self.place(text)
                .error(format!("regular expression: {error}"))
        })
    }

    fn patterns(&self, texts: &[Spanned<String>]) -> Result<Vec<Pattern>, ConfigError> {
        texts.iter().map(|text| self.pattern(text)).collect()
    }

    fn glob(&self, text: &Option<Spanned<String>>) -> Result<Option<Glob>, ConfigError> {
        let read = |text: &Spanned<String>| {
            let glob = Glob::new(text.get_ref());
            glob.map_err(|error| {
                self.place(text)
                    .error(format!("pattern of files: {}", error.msg))
            })
        };
        text.as_ref().map(read).transpose()
    }
}

fn text_of(text: &Option<Spanned<String>>) -> Option<String> {
    text.as_ref().map(|text| text.get_ref().clone())
}

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
