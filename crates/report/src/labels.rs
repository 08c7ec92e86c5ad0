//! Labels as reports see them: text or number, grouped by key.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dtail_profile::{Label, Profile, StringId};

use crate::filter::Warning;

/// Marks the samples of a base profile that is subtracted.
pub(crate) const BASE_KEY: &str = "pprof::base";

/// Whether a label is a number; one without text, number and unit is nothing at all.
pub(crate) fn is_number(label: &Label) -> bool {
    label.text.is_empty() && (label.number != 0 || !label.unit.is_empty())
}

/// Whether a label is a text.
pub(crate) fn is_text(label: &Label) -> bool {
    !label.text.is_empty()
}

/// The text labels of a sample, grouped by key, in the order of the keys' texts.
pub(crate) fn texts<'a>(profile: &'a Profile, labels: &[Label]) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for label in labels.iter().filter(|label| is_text(label)) {
        groups
            .entry(profile.text(label.key))
            .or_default()
            .push(profile.text(label.text));
    }
    groups
}

/// The numbers of one key in a sample.
#[derive(Default)]
pub(crate) struct Numbers<'a> {
    pub(crate) key: StringId,
    pub(crate) numbers: Vec<i64>,
    /// As many as numbers, or none when no number has a unit.
    pub(crate) units: Vec<&'a str>,
}

/// The numeric labels of a sample, grouped by key, in the order of the keys' texts.
pub(crate) fn numbers<'a>(
    profile: &'a Profile,
    labels: &[Label],
) -> BTreeMap<&'a str, Numbers<'a>> {
    let mut groups: BTreeMap<&str, Numbers<'_>> = BTreeMap::new();
    for label in labels.iter().filter(|label| is_number(label)) {
        let group = groups.entry(profile.text(label.key)).or_default();
        group.key = label.key;
        group.numbers.push(label.number);
        group.units.push(profile.text(label.unit));
    }
    for group in groups.values_mut() {
        if group.units.iter().all(|unit| unit.is_empty()) {
            group.units.clear();
        }
    }
    groups
}

/// The unit in which each numeric label counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelUnits(HashMap<StringId, String>);

impl LabelUnits {
    /// Takes for each key the first unit that a sample gives it, or guesses one from the key.
    pub(crate) fn of(profile: &Profile, warnings: &mut Vec<Warning>) -> LabelUnits {
        let mut units: HashMap<StringId, StringId> = HashMap::new();
        let mut ignored: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let samples = profile.samples.iter();
        for label in samples
            .flat_map(|sample| sample.labels)
            .filter(|label| is_number(label))
        {
            let unit = units.entry(label.key).or_default();
            if unit.is_empty() {
                *unit = label.unit;
            } else if !label.unit.is_empty() && *unit != label.unit {
                ignored
                    .entry(profile.text(label.key))
                    .or_default()
                    .insert(profile.text(label.unit));
            }
        }
        for (key, others) in ignored {
            let used = profile
                .strings
                .find(key)
                .and_then(|key| units.get(&key))
                .copied();
            let used = profile.text(used.unwrap_or_default());
            let others = others.into_iter().collect::<Vec<&str>>().join(", ");
            warnings.push(Warning::new(format!(
                "for label {key} unit {used} is used, but there is also {others}"
            )));
        }
        let named = units.into_iter().map(|(key, unit)| {
            let unit = if unit.is_empty() {
                guess(profile.text(key))
            } else {
                profile.text(unit)
            };
            (key, unit.to_owned())
        });
        LabelUnits(named.collect())
    }

    /// The unit of `key`, empty when no sample has such a number.
    pub(crate) fn get(&self, key: StringId) -> &str {
        self.0.get(&key).map_or("", String::as_str)
    }
}

/// The unit of a label that never says it.
fn guess(key: &str) -> &str {
    if matches!(key, "alignment" | "request") {
        "bytes"
    } else {
        key
    }
}

#[cfg(test)]
mod tests {
    use dtail_profile::ProfileBuilder;

    use super::*;

    #[test]
    fn units_are_the_first_said_or_guessed() {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("events", "count");
        let said = [
            ("a", "", "ms"),
            ("a", "ms", "ms"),
            ("a", "s", "ms"),
            ("request", "", "bytes"),
            ("alignment", "", "bytes"),
            ("depth", "", "depth"),
        ];
        for (key, unit, _) in said {
            let label = builder.number_label(key, 5, unit);
            builder.sample(&[], &[1], &[label]);
        }
        let profile = builder.finish().unwrap();
        let mut warnings = Vec::new();
        let units = LabelUnits::of(&profile, &mut warnings);
        for (key, _, expected) in said {
            assert_eq!(
                units.get(profile.strings.find(key).unwrap()),
                expected,
                "{key}"
            );
        }
        let text = "for label a unit ms is used, but there is also s".to_owned();
        assert_eq!(warnings, [Warning::new(text)]);
    }
}
