//! The labels of the samples through each node: the boxes that hang on nodes in pictures.

use std::collections::BTreeMap;

use dtail_profile::{Label, Profile, Sample, StringId};
use foldhash::HashMap;

use super::order::magnitude;
use super::{Graph, NodeId, Weight};
use crate::labels::{self, BASE_KEY, LabelUnits, is_number};
use crate::measurement::scaled_label;

/// The only numeric label that pictures show.
const NUMBER_KEY: &str = "bytes";

/// Number of a text in [`TagTexts`]; equal texts have equal numbers, the empty text is 0.
pub(crate) type TagText = usize;

/// The texts of tags, each once.
#[derive(Debug, Default)]
pub(crate) struct TagTexts {
    texts: Vec<String>,
    numbers: HashMap<String, TagText>,
}

impl TagTexts {
    pub(crate) fn get(&self, text: TagText) -> &str {
        &self.texts[text]
    }

    fn intern(&mut self, text: String) -> TagText {
        let next = self.texts.len();
        *self.numbers.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        })
    }
}

/// What samples with one label spent in a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag {
    pub(crate) text: TagText,
    /// The number, for a numeric label.
    pub(crate) value: i64,
    pub(crate) flat: Weight,
    pub(crate) cum: Weight,
}

/// The tags of a node.
#[derive(Debug, Default)]
pub(crate) struct NodeTags {
    /// By the texts of all text labels of a sample together.
    pub(crate) labels: BTreeMap<TagText, Tag>,
    /// By the same texts (number 0 without), then by the number.
    pub(crate) numbers: BTreeMap<TagText, BTreeMap<TagText, Tag>>,
}

impl NodeTags {
    fn all(&self) -> impl Iterator<Item = &Tag> {
        self.labels
            .values()
            .chain(self.numbers.values().flat_map(BTreeMap::values))
    }

    /// How many tags have a value of their own.
    pub(crate) fn count(&self) -> usize {
        self.all().filter(|tag| tag.flat.sum != 0).count()
    }

    fn drop_small(&mut self, cutoff: i64) {
        let is_large =
            |tag: &Tag| magnitude(tag.flat.sum) >= cutoff || magnitude(tag.cum.sum) >= cutoff;
        self.labels.retain(|_, tag| is_large(tag));
        self.numbers
            .values_mut()
            .for_each(|tags| tags.retain(|_, tag| is_large(tag)));
    }
}

impl Graph {
    /// Takes the tags of listed nodes away of which both values are below `cutoff`.
    pub(crate) fn drop_small_tags(&mut self, cutoff: i64) {
        for id in &self.listed {
            if let Some(tags) = self.tags.get_mut(*id as usize) {
                tags.drop_small(cutoff);
            }
        }
    }
}

/// How the numbers of labels are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TagRules<'a> {
    pub(crate) units: &'a LabelUnits,
    pub(crate) output_unit: &'a str,
}

/// Adds up tags, sample by sample.
#[derive(Debug)]
pub(super) struct TagCollector<'a> {
    profile: &'a Profile,
    rules: TagRules<'a>,
    base_key: Option<StringId>,
    number_key: Option<StringId>,
    texts: TagTexts,
    nodes: Vec<NodeTags>,
    /// The tags of the current sample.
    labels: TagText,
    numbers: Vec<(TagText, i64)>,
}

impl<'a> TagCollector<'a> {
    pub(super) fn new(profile: &'a Profile, rules: TagRules<'a>) -> Self {
        let mut texts = TagTexts::default();
        texts.intern(String::new());
        TagCollector {
            profile,
            rules,
            base_key: profile.strings.find(BASE_KEY),
            number_key: profile.strings.find(NUMBER_KEY),
            texts,
            nodes: Vec::new(),
            labels: 0,
            numbers: Vec::new(),
        }
    }

    /// The tags of the first `nodes` nodes, and their texts.
    pub(super) fn finish(mut self, nodes: usize) -> (Vec<NodeTags>, TagTexts) {
        self.nodes.resize_with(nodes, NodeTags::default);
        (self.nodes, self.texts)
    }

    /// Makes `sample` the current one.
    pub(super) fn start(&mut self, sample: Sample<'_>) {
        self.numbers.clear();
        self.labels = 0;
        if sample.labels.is_empty() {
            return;
        }
        let shown: Vec<Label> = sample
            .labels
            .iter()
            .filter(|label| Some(label.key) != self.base_key)
            .copied()
            .collect();
        self.labels = self.texts.intern(joined(self.profile, &shown));
        let is_shown = |label: &&Label| is_number(label) && Some(label.key) == self.number_key;
        for label in shown.iter().filter(is_shown) {
            let unit = self.rules.units.get(label.key);
            let text = scaled_label(label.number, unit, self.rules.output_unit);
            let text = self.texts.intern(text);
            self.numbers.push((text, label.number));
        }
    }

    /// Adds the current sample to a node: to what it spent itself, or with all it calls.
    pub(super) fn add(&mut self, node: NodeId, is_flat: bool, value: i64, divisor: i64) {
        let index = node as usize;
        if self.nodes.len() <= index {
            self.nodes.resize_with(index + 1, NodeTags::default);
        }
        let tags = &mut self.nodes[index];
        let add = |tag: &mut Tag| {
            let weight = if is_flat { &mut tag.flat } else { &mut tag.cum };
            weight.add(value, divisor);
        };
        let tag = |text, value| Tag {
            text,
            value,
            flat: Weight::default(),
            cum: Weight::default(),
        };
        if self.labels != 0 {
            add(tags
                .labels
                .entry(self.labels)
                .or_insert_with(|| tag(self.labels, 0)));
        }
        for (text, number) in &self.numbers {
            let group = tags.numbers.entry(self.labels).or_default();
            add(group.entry(*text).or_insert_with(|| tag(*text, *number)));
        }
    }
}

/// All text labels as one text: `key:value`, sorted, with the line break of Graphviz between them.
fn joined(profile: &Profile, shown: &[Label]) -> String {
    let groups = labels::texts(profile, shown);
    let pairs = groups
        .iter()
        .flat_map(|(key, texts)| texts.iter().map(move |t| format!("{key}:{t}")));
    let mut pairs: Vec<String> = pairs.collect();
    pairs.sort_unstable();
    pairs.join("\\n")
}
