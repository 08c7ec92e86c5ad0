//! Frames made of labels: tagroot and tagleaf.

use std::collections::HashMap;

use dtail_profile::{Function, FunctionId, Label, Line, LocationId, Profile, StringId};

use super::{Warning, rebuild_samples, warn_unmatched};
use crate::labels::{is_number, is_text};
use crate::measurement::scaled_label;
use crate::options::Options;

/// Puts a frame for each label named by tagroot at the root, for each named by tagleaf at the leaf.
///
/// The frame's function is the label's value (several are joined by commas, none is empty), its
/// file is the key. The first key of either list is nearest to the root.
pub(crate) fn add_tag_frames(
    profile: &mut Profile,
    options: &Options,
    warnings: &mut Vec<Warning>,
) {
    let (root, leaf) = (
        keys(profile, &options.tag_root),
        keys(profile, &options.tag_leaf),
    );
    let mut maker = FrameMaker::default();
    let mut frames: Vec<[Vec<LocationId>; 2]> = Vec::new();
    if !root.is_empty() || !leaf.is_empty() {
        for index in 0..profile.samples.len() {
            let labels = profile.samples.labels(index).to_vec();
            let made =
                [&root, &leaf].map(|keys| maker.frames(profile, keys, &labels, &options.unit));
            frames.push(made);
        }
    }
    warn_unmatched(
        options.tag_root.is_empty() || maker.has_any(&root),
        "TagRoot",
        warnings,
    );
    warn_unmatched(
        options.tag_leaf.is_empty() || maker.has_any(&leaf),
        "TagLeaf",
        warnings,
    );
    if frames.is_empty() {
        return;
    }
    let mut frames = frames.into_iter();
    rebuild_samples(profile, |sample, row| {
        let [root, leaf] = frames.next().unwrap_or_default();
        row.stack.clear();
        row.stack
            .extend(leaf.iter().chain(sample.stack).chain(&root));
        Some((row.stack.as_slice(), sample.labels))
    });
}

/// The keys of a list, interned.
fn keys(profile: &mut Profile, list: &str) -> Vec<StringId> {
    let keys = list.split(',').filter(|key| !key.is_empty());
    keys.map(|key| profile.strings.intern(key)).collect()
}

/// Makes each frame once.
#[derive(Default)]
struct FrameMaker {
    made: HashMap<(StringId, StringId), LocationId>,
    /// The last ids in use, of locations and of functions.
    last_ids: Option<(u64, u64)>,
}

impl FrameMaker {
    /// The frames of `keys` for a sample with these labels, leaf first.
    fn frames(
        &mut self,
        profile: &mut Profile,
        keys: &[StringId],
        labels: &[Label],
        unit: &str,
    ) -> Vec<LocationId> {
        let frame = |key: &StringId| {
            let name = values(profile, *key, labels, unit).join(",");
            let name = profile.strings.intern(&name);
            self.frame(profile, name, *key)
        };
        keys.iter().rev().map(frame).collect()
    }

    fn frame(&mut self, profile: &mut Profile, name: StringId, key: StringId) -> LocationId {
        if let Some(location) = self.made.get(&(name, key)) {
            return *location;
        }
        let (location_id, function_id) = self.next_ids(profile);
        profile.functions.push(Function {
            id: function_id,
            name,
            filename: key,
            ..Function::default()
        });
        let function = FunctionId::new(profile.functions.len() - 1);
        let line = Line {
            function,
            line: 0,
            column: 0,
        };
        let location = profile.locations.push(location_id, None, 0, [line]);
        self.made.insert((name, key), location);
        location
    }

    fn next_ids(&mut self, profile: &Profile) -> (u64, u64) {
        let (location, function) = self.last_ids.unwrap_or_else(|| {
            let location = profile
                .locations
                .iter()
                .map(|(_, location)| location.id)
                .max();
            let function = profile.functions.iter().map(|function| function.id).max();
            (location.unwrap_or(0), function.unwrap_or(0))
        });
        let next = (location.wrapping_add(1), function.wrapping_add(1));
        self.last_ids = Some(next);
        next
    }

    /// Whether any sample had a value for one of `keys`.
    fn has_any(&self, keys: &[StringId]) -> bool {
        self.made
            .keys()
            .any(|(name, key)| !name.is_empty() && keys.contains(key))
    }
}

/// The values of the labels of `key`: texts first, then numbers with their units.
fn values(profile: &Profile, key: StringId, labels: &[Label], unit: &str) -> Vec<String> {
    let keyed = || labels.iter().filter(|label| label.key == key);
    let texts = keyed().filter(|label| is_text(label));
    let numbers = || keyed().filter(|label| is_number(label));
    let has_units = numbers().any(|label| !label.unit.is_empty());
    let number = |label: &Label| match has_units {
        true => scaled_label(label.number, profile.text(label.unit), unit),
        false => scaled_label(label.number, "", ""),
    };
    texts
        .map(|label| profile.text(label.text).to_owned())
        .chain(numbers().map(number))
        .collect()
}
