//! The boxes of labels that hang on the nodes of a picture.

use std::cmp::Ordering;

use crate::graph::{Graph, NodeId, Tag, TagText, Weight, magnitude};
use crate::measurement::scaled_label;
use crate::prepare::Report;

/// Boxes at most of one kind on one node.
const TAGS_MAX: usize = 4;

/// A box that hangs on a node or on another box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TagBox {
    /// What it hangs on, and its own name.
    pub(crate) source: String,
    pub(crate) id: String,
    /// The labels, separated by `\n` as in Graphviz, or a number.
    pub(crate) text: String,
    /// What samples with these labels spent.
    pub(crate) value: String,
    /// Whether the value is of all that the node calls.
    pub(crate) is_partial: bool,
}

/// The graph whose nodes get boxes.
pub(super) struct Tagged<'a> {
    pub(super) report: &'a Report,
    pub(super) graph: &'a Graph,
}

impl Tagged<'_> {
    /// The boxes of a node's labels. Inner nodes show what they spent themselves; leaves, which
    /// stand for what was left out below them too, everything.
    pub(super) fn boxes(&self, id: NodeId, number: usize) -> Vec<TagBox> {
        let Some(tags) = self.graph.tags.get(id as usize) else {
            return Vec::new();
        };
        let is_flat = !self.graph.node(id).outward.is_empty();
        let node = format!("N{number}");
        let mut boxes = Vec::new();
        let labels = tags.labels.values().map(|tag| self.named(*tag)).collect();
        for (index, label) in sorted(labels, is_flat).iter().take(TAGS_MAX).enumerate() {
            let weight = if is_flat {
                label.tag.flat
            } else {
                label.tag.cum
            };
            if weight.value() == 0 {
                continue;
            }
            let target = format!("{node}_{index}");
            boxes.push(TagBox {
                source: node.clone(),
                id: target.clone(),
                text: label.name.clone(),
                value: self.report.format(weight.value()),
                is_partial: false,
            });
            boxes.append(&mut self.numbers(id, label.tag.text, is_flat, &target));
        }
        boxes.append(&mut self.numbers(id, 0, is_flat, &node));
        boxes
    }

    fn named(&self, tag: Tag) -> NamedTag {
        NamedTag {
            name: self.graph.tag_texts.get(tag.text).to_owned(),
            tag,
        }
    }

    /// The boxes of the numeric labels that samples with label `text` have.
    fn numbers(&self, id: NodeId, text: TagText, is_flat: bool, source: &str) -> Vec<TagBox> {
        let Some(tags) = self.graph.tags[id as usize].numbers.get(&text) else {
            return Vec::new();
        };
        let tags = tags.values().map(|tag| self.named(*tag)).collect();
        let numbers = self.collapsed(tags, is_flat).into_iter().enumerate();
        let number_box = |(index, number): (usize, NamedTag)| {
            let (flat, cum) = (number.tag.flat.value(), number.tag.cum.value());
            let is_partial = !is_flat && flat != cum;
            let value = if is_partial { cum } else { flat };
            (value != 0).then(|| TagBox {
                source: source.to_owned(),
                id: format!("N{source}_{index}"),
                text: number.name,
                value: self.report.format(value),
                is_partial,
            })
        };
        numbers.filter_map(number_box).collect()
    }

    /// Numeric tags, collected into ranges when there are too many: each joins the nearest of the
    /// heaviest.
    fn collapsed(&self, tags: Vec<NamedTag>, is_flat: bool) -> Vec<NamedTag> {
        let mut tags = sorted(tags, is_flat);
        if tags.len() <= TAGS_MAX {
            return tags;
        }
        let others = tags.split_off(TAGS_MAX);
        let mut groups: Vec<Vec<Tag>> = tags.iter().map(|heaviest| vec![heaviest.tag]).collect();
        for NamedTag { tag, .. } in others {
            let distance = |group: &Vec<Tag>| (group[0].value as f64 - tag.value as f64).abs();
            let nearest = (1..groups.len()).fold(0, |nearest, index| {
                if distance(&groups[index]) < distance(&groups[nearest]) {
                    index
                } else {
                    nearest
                }
            });
            groups[nearest].push(tag);
        }
        let unit = self.number_unit();
        sorted_ranges(
            groups.iter().map(|group| range(group, unit)).collect(),
            is_flat,
        )
    }

    /// The unit of the numbers that pictures show.
    fn number_unit(&self) -> &str {
        let key = self.report.profile.strings.find("bytes");
        key.map_or("", |key| self.report.label_units.get(key))
    }
}

/// A tag as it is drawn.
struct NamedTag {
    name: String,
    tag: Tag,
}

/// A group of numeric tags as a range from its smallest to its largest number.
fn range(group: &[Tag], unit: &str) -> NamedTag {
    let total = |of: fn(&Tag) -> Weight| {
        let mut sum = Weight::default();
        group
            .iter()
            .map(of)
            .for_each(|weight| sum.add(weight.sum, weight.divisor));
        Weight {
            sum: sum.value(),
            divisor: 0,
        }
    };
    let values = || group.iter().map(|tag| tag.value);
    let (least, most) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
    let label = |value| scaled_label(value, unit, "auto");
    let name = match group {
        [_] => label(least),
        _ => format!("{}..{}", label(least), label(most)),
    };
    let (flat, cum) = (total(|tag| tag.flat), total(|tag| tag.cum));
    NamedTag {
        name,
        tag: Tag {
            text: 0,
            value: least,
            flat,
            cum,
        },
    }
}

/// How two values compare, the larger one first, signs aside.
fn compare(left: Weight, right: Weight) -> Ordering {
    magnitude(right.sum).cmp(&magnitude(left.sum))
}

/// Heaviest first, by what the node spent itself or (`is_flat` not set) by everything, then by name.
fn sorted(mut tags: Vec<NamedTag>, is_flat: bool) -> Vec<NamedTag> {
    tags.sort_by(|left, right| {
        let by_cum = compare(left.tag.cum, right.tag.cum);
        let by_cum = if is_flat { Ordering::Equal } else { by_cum };
        by_cum
            .then_with(|| compare(left.tag.flat, right.tag.flat))
            .then_with(|| left.name.cmp(&right.name))
    });
    tags
}

/// As `sorted`, but values that differ in their sign only keep their order: names do not decide.
fn sorted_ranges(ranges: Vec<NamedTag>, is_flat: bool) -> Vec<NamedTag> {
    let precedes = |left: &NamedTag, right: &NamedTag| {
        let (left_tag, right_tag) = (&left.tag, &right.tag);
        if !is_flat && left_tag.cum != right_tag.cum {
            return compare(left_tag.cum, right_tag.cum).is_lt();
        }
        if left_tag.flat != right_tag.flat {
            return compare(left_tag.flat, right_tag.flat).is_lt();
        }
        left.name < right.name
    };
    let mut sorted: Vec<NamedTag> = Vec::with_capacity(ranges.len());
    for range in ranges {
        let place = sorted.iter().rposition(|other| !precedes(&range, other));
        sorted.insert(place.map_or(0, |last| last + 1), range);
    }
    sorted
}
