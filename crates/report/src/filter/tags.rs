//! Filters by label: tagfocus, tagignore, tagshow, taghide.

use std::collections::HashMap;

use dtail_profile::{Label, Profile, StringId};

use super::range::Range;
use super::{Warning, rebuild_samples, warn_unmatched};
use crate::error::Error;
use crate::labels::{LabelUnits, is_number, is_text};
use crate::pattern::Pattern;

/// Which samples tagfocus or tagignore means.
pub(super) struct Filter {
    /// The key that labels must have; any when empty.
    key: String,
    test: Test,
}

enum Test {
    Number(Range),
    Text(Vec<Pattern>),
}

impl Filter {
    /// Reads `[key=]range` or `[key=]regex,regex...`; `None` for an unused option.
    pub(super) fn compile(
        option: &'static str,
        source: &str,
        warnings: &mut Vec<Warning>,
    ) -> Result<Option<Filter>, Error> {
        if source.is_empty() {
            return Ok(None);
        }
        let (key, value) = source.split_once('=').unwrap_or(("", source));
        let test = match Range::parse(value) {
            Some(range) => {
                let text = format!("{option}:Interpreted '{value}' as range, not regexp");
                warnings.push(Warning::new(text));
                Test::Number(range)
            }
            None => {
                let compile =
                    |source| Pattern::new(source).map_err(|e| Error::BadPattern(option, e));
                Test::Text(value.split(',').map(compile).collect::<Result<_, _>>()?)
            }
        };
        Ok(Some(Filter {
            key: key.to_owned(),
            test,
        }))
    }

    /// Whether a sample with these labels is meant.
    ///
    /// A number within the range is enough. Without a key every expression must match some
    /// `key:value`; with a key it is enough that one matches a value.
    fn matches(&self, profile: &Profile, labels: &[Label], units: &LabelUnits) -> bool {
        let is_keyed = |label: &&Label| self.key.is_empty() || profile.text(label.key) == self.key;
        let mut labels = labels.iter().filter(is_keyed);
        match &self.test {
            Test::Number(range) => {
                let within = |label: &Label| range.contains(label.number, units.get(label.key));
                labels.any(|label| is_number(label) && within(label))
            }
            Test::Text(patterns) => {
                let labels: Vec<&Label> = labels.filter(|label| is_text(label)).collect();
                self.matches_text(profile, &labels, patterns)
            }
        }
    }

    fn matches_text(&self, profile: &Profile, labels: &[&Label], patterns: &[Pattern]) -> bool {
        if !self.key.is_empty() {
            let texts = labels.iter().map(|label| profile.text(label.text));
            return texts
                .into_iter()
                .any(|text| patterns.iter().any(|p| p.is_match(text)));
        }
        let pair = |label: &&Label| [profile.text(label.key), profile.text(label.text)].join(":");
        let pairs: Vec<String> = labels.iter().map(pair).collect();
        patterns
            .iter()
            .all(|pattern| pairs.iter().any(|pair| pattern.is_match(pair)))
    }
}

/// Keeps the samples that `focus` means and `ignore` does not.
pub(super) fn filter_samples(
    profile: &mut Profile,
    focus: Option<&Filter>,
    ignore: Option<&Filter>,
    units: &LabelUnits,
    warnings: &mut Vec<Warning>,
) {
    if focus.is_none() && ignore.is_none() {
        return;
    }
    let verdict = |labels: &[Label]| {
        let matches = |filter: &Filter| filter.matches(profile, labels, units);
        (focus.is_none_or(matches), ignore.is_some_and(matches))
    };
    let verdicts: Vec<(bool, bool)> = profile
        .samples
        .iter()
        .map(|sample| verdict(sample.labels))
        .collect();
    let focused = verdicts.iter().any(|(focused, _)| *focused);
    let ignored = verdicts.iter().any(|(_, ignored)| *ignored);
    warn_unmatched(focus.is_none() || focused, "TagFocus", warnings);
    warn_unmatched(ignore.is_none() || ignored, "TagIgnore", warnings);
    let mut verdicts = verdicts.into_iter();
    rebuild_samples(profile, |sample, _| {
        let kept = verdicts.next() == Some((true, false));
        kept.then_some((sample.stack, sample.labels))
    });
}

/// Drops labels by key.
pub(super) fn filter_labels(
    profile: &mut Profile,
    show: Option<&Pattern>,
    hide: Option<&Pattern>,
    warnings: &mut Vec<Warning>,
) {
    if show.is_none() && hide.is_none() {
        return;
    }
    let mut verdicts: HashMap<StringId, (bool, bool)> = HashMap::new();
    for label in profile.samples.iter().flat_map(|sample| sample.labels) {
        let name = profile.text(label.key);
        let matches = |pattern: &Pattern| pattern.is_match(name);
        verdicts
            .entry(label.key)
            .or_insert_with(|| (show.is_none_or(matches), hide.is_some_and(matches)));
    }
    let shown = verdicts.values().any(|(shown, _)| *shown);
    let hidden = verdicts.values().any(|(_, hidden)| *hidden);
    warn_unmatched(show.is_none() || shown, "TagShow", warnings);
    warn_unmatched(hide.is_none() || hidden, "TagHide", warnings);
    rebuild_samples(profile, |sample, row| {
        row.labels.clear();
        let kept = sample
            .labels
            .iter()
            .filter(|label| verdicts[&label.key] == (true, false));
        row.labels.extend(kept);
        Some((sample.stack, row.labels.as_slice()))
    });
}
