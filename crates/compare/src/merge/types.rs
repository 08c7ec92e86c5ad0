//! The sample types of a sum: those that every source has.
//!
//! Sources that agree on the order of their types, and on the one that is shown first, keep both. Where they
//! disagree, a rule that looks at names alone decides: then it does not matter which of them were merged
//! before, and what these decided on.

use std::collections::BTreeSet;

use dtail_profile::{Profile, Samples, ValueType};

/// The sample types of all sources so far.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// All names that a source has.
    names: BTreeSet<String>,
    /// Those that every source has; `None` before the first.
    common: Option<BTreeSet<String>>,
    order: Agreed<Vec<String>>,
    /// The one that is shown first.
    shown: Agreed<String>,
}

/// What all sources say alike, if they do.
#[derive(Debug, Default)]
enum Agreed<T> {
    #[default]
    Unsaid,
    Said(T),
    Disputed,
}

impl<T: PartialEq> Agreed<T> {
    fn hear(&mut self, said: T) {
        *self = match std::mem::replace(self, Agreed::Disputed) {
            Agreed::Unsaid => Agreed::Said(said),
            Agreed::Said(known) if known == said => Agreed::Said(known),
            Agreed::Said(_) | Agreed::Disputed => Agreed::Disputed,
        };
    }

    fn get(&self) -> Option<&T> {
        match self {
            Agreed::Said(known) => Some(known),
            Agreed::Unsaid | Agreed::Disputed => None,
        }
    }
}

impl Types {
    /// Notes the types of a source.
    ///
    /// # Errors
    ///
    /// When no type is left that every source has.
    pub(super) fn take(&mut self, profile: &Profile) -> Result<(), report::Error> {
        let types = profile.sample_types.iter();
        let order: Vec<String> = types.map(|t| profile.text(t.kind).to_owned()).collect();
        let own: BTreeSet<String> = order.iter().cloned().collect();
        let common = match self.common.take() {
            Some(common) => common.intersection(&own).cloned().collect(),
            None => own,
        };
        if common.is_empty() {
            return Err(report::Error::NoCommonSampleType);
        }
        self.common = Some(common);
        self.names.extend(order.iter().cloned());
        if let Ok(shown) = report::choose_sample_type(profile, "") {
            self.shown.hear(order[shown].clone());
        }
        self.order.hear(order);
        Ok(())
    }

    /// Puts the types of the sum in order, and names the one shown first.
    pub(super) fn arrange(&self, profile: &mut Profile) {
        let shown = self.shown(profile);
        profile.default_sample_type = profile.strings.intern(&shown);
        let order = self.order(profile);
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

    /// The places of the sum's types in the order in which they are to be.
    fn order(&self, profile: &Profile) -> Vec<usize> {
        let types = &profile.sample_types;
        let mut order: Vec<usize> = (0..types.len()).collect();
        match self.order.get() {
            Some(agreed) => order.sort_by_key(|index| {
                let name = profile.text(types[*index].kind);
                agreed.iter().position(|known| known == name)
            }),
            None => order.sort_by_key(|index| rank(profile, &types[*index])),
        }
        order
    }

    /// The type that the sum shows first: the one of all sources, else the last by rank.
    fn shown(&self, profile: &Profile) -> String {
        let types = profile.sample_types.iter();
        let is_kept = |name: &&String| types.clone().any(|t| profile.text(t.kind) == *name);
        let last = || types.clone().max_by_key(|kind| rank(profile, kind));
        match self.shown.get().filter(is_kept) {
            Some(agreed) => agreed.clone(),
            None => last().map_or(String::new(), |kind| profile.text(kind.kind).to_owned()),
        }
    }

    /// The types that some sources have and the sum has not, in one line.
    pub(super) fn left_out(&self, profile: &Profile) -> Vec<String> {
        let is_kept = |name: &str| {
            let mut types = profile.sample_types.iter();
            types.any(|kind| profile.text(kind.kind) == name)
        };
        let names = self.names.iter().map(String::as_str);
        let lost: Vec<&str> = names.filter(|name| !is_kept(name)).collect();
        if lost.is_empty() {
            return Vec::new();
        }
        let lost = lost.join(", ");
        vec![format!(
            "{lost} left out: not every profile has that sample type"
        )]
    }
}

/// Counts before what they stand for, as profiles usually have them, and by name.
fn rank<'a>(profile: &'a Profile, kind: &ValueType) -> (bool, &'a str) {
    (profile.text(kind.unit) != "count", profile.text(kind.kind))
}
