//! The sample types of a sum: those that every source has.

use std::collections::{BTreeMap, BTreeSet};

use dtail_profile::{Profile, Samples};

/// The sample types of all sources so far.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// By name, the last place at which a source has it.
    places: BTreeMap<String, usize>,
    /// Those that sources show first.
    shown: BTreeSet<String>,
    /// Those that every source has; `None` before the first.
    common: Option<BTreeSet<String>>,
}

impl Types {
    /// Notes the types of a source, and states in it which one is shown first.
    ///
    /// # Errors
    ///
    /// When no type is left that every source has.
    pub(super) fn take(&mut self, profile: &mut Profile) -> Result<(), report::Error> {
        let types = profile.sample_types.iter();
        let own: BTreeSet<String> = types
            .map(|kind| profile.text(kind.kind).to_owned())
            .collect();
        let common = match self.common.take() {
            Some(common) => common.intersection(&own).cloned().collect(),
            None => own,
        };
        if common.is_empty() {
            return Err(report::Error::NoCommonSampleType);
        }
        self.common = Some(common);
        for (index, kind) in profile.sample_types.iter().enumerate() {
            let name = profile.text(kind.kind).to_owned();
            let place = self.places.entry(name).or_default();
            *place = index.max(*place);
        }
        if let Ok(shown) = report::choose_sample_type(profile, "") {
            let shown = profile.sample_types[shown].kind;
            self.shown.insert(profile.text(shown).to_owned());
            profile.default_sample_type = shown;
        }
        Ok(())
    }

    /// Puts the types of the sum in the order of the sources, and names the one shown first.
    pub(super) fn order(&self, profile: &mut Profile) {
        let name = |index: usize| profile.text(profile.sample_types[index].kind);
        let rank = |index: usize| (self.places.get(name(index)), name(index));
        let mut order: Vec<usize> = (0..profile.sample_types.len()).collect();
        order.sort_by(|first, second| rank(*first).cmp(&rank(*second)));
        let shown = (0..order.len())
            .map(name)
            .filter(|name| self.shown.contains(*name))
            .min();
        let last = order.last().map(|index| name(*index));
        let shown = shown.or(last).unwrap_or_default().to_owned();
        profile.default_sample_type = profile.strings.intern(&shown);
        if order.is_sorted() {
            return;
        }
        let types = order.iter().map(|index| profile.sample_types[*index]);
        profile.sample_types = types.collect();
        let mut samples = Samples::with_width(order.len());
        for sample in profile.samples.iter() {
            let values: Vec<i64> = order.iter().map(|index| sample.values[*index]).collect();
            samples.push(sample.stack, &values, sample.labels);
        }
        profile.samples = samples;
    }

    /// The types that some sources have and the sum has not, in one line.
    pub(super) fn left_out(&self, profile: &Profile) -> Vec<String> {
        let is_kept = |name: &str| {
            let mut types = profile.sample_types.iter();
            types.any(|kind| profile.text(kind.kind) == name)
        };
        let lost: Vec<&str> = self
            .places
            .keys()
            .map(String::as_str)
            .filter(|n| !is_kept(n))
            .collect();
        if lost.is_empty() {
            return Vec::new();
        }
        let lost = lost.join(", ");
        vec![format!(
            "{lost} left out: not every profile has that sample type"
        )]
    }
}
