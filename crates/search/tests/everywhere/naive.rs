//! A matcher by the definition: every way to match is tried, one character after the other.

use std::collections::BTreeSet;

use proptest::prelude::*;

/// A line's number and its text without the line end.
pub(crate) type Line = (u64, Vec<u8>);

/// A regular expression.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Start,
    End,
    Any,
    One(char),
    /// One of these, or any other if set.
    Class(Vec<char>, bool),
    Sequence(Vec<Pattern>),
    Either(Vec<Pattern>),
    /// At least and, if set, at most this often.
    Repeated(Box<Pattern>, usize, Option<usize>),
}

/// The lines of a text, each without its `\n`, and those longer than `limit` bytes in pieces.
pub(crate) fn lines(text: &[u8], limit: usize) -> Vec<&[u8]> {
    let mut lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
        .into_iter()
        .flat_map(|line| pieces(line, limit))
        .collect()
}

fn pieces(line: &[u8], limit: usize) -> Vec<&[u8]> {
    match line.is_empty() {
        true => vec![line],
        false => line.chunks(limit).collect(),
    }
}

/// The characters of a line; a byte that is no UTF-8 is one, the replacement character.
fn characters(line: &[u8]) -> Vec<char> {
    let chunk = |chunk: std::str::Utf8Chunk<'_>| {
        let invalid = chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(invalid).collect::<Vec<_>>()
    };
    line.utf8_chunks().flat_map(chunk).collect()
}

impl Pattern {
    /// Whether the pattern is found anywhere in the line.
    pub(crate) fn matches(&self, line: &[u8]) -> bool {
        let line = characters(line);
        (0..=line.len()).any(|start| !self.ends(&line, start).is_empty())
    }

    /// Where matches that begin at `start` may end.
    fn ends(&self, line: &[char], start: usize) -> BTreeSet<usize> {
        let step = |holds: bool| holds.then_some(start + 1).into_iter().collect();
        let stay = |holds: bool| holds.then_some(start).into_iter().collect();
        let here = line.get(start);
        match self {
            Pattern::Start => stay(start == 0),
            Pattern::End => stay(start == line.len()),
            Pattern::Any => step(here.is_some()),
            Pattern::One(wanted) => step(here == Some(wanted)),
            Pattern::Class(set, others) => step(here.is_some_and(|c| set.contains(c) != *others)),
            Pattern::Either(parts) => parts
                .iter()
                .flat_map(|part| part.ends(line, start))
                .collect(),
            Pattern::Sequence(parts) => parts.iter().fold(stay(true), |starts, part| {
                starts
                    .iter()
                    .flat_map(|start| part.ends(line, *start))
                    .collect()
            }),
            Pattern::Repeated(part, least, most) => {
                let (mut now, mut all) = (stay(true), BTreeSet::new());
                // More rounds than characters give nothing more.
                for round in 0..=most.unwrap_or(least + line.len()) {
                    if round >= *least {
                        all.extend(now.iter().copied());
                    }
                    now = now
                        .iter()
                        .flat_map(|start| part.ends(line, *start))
                        .collect();
                }
                all
            }
        }
    }

    /// As the user writes it.
    pub(crate) fn written(&self) -> String {
        let join = |parts: &[Pattern], between| {
            let parts: Vec<_> = parts.iter().map(Pattern::written).collect();
            parts.join(between)
        };
        match self {
            Pattern::Start => "^".to_owned(),
            Pattern::End => "$".to_owned(),
            Pattern::Any => ".".to_owned(),
            Pattern::One(character) => character.to_string(),
            Pattern::Class(set, others) => {
                let not = if *others { "^" } else { "" };
                format!("[{not}{}]", set.iter().collect::<String>())
            }
            Pattern::Sequence(parts) => join(parts, ""),
            Pattern::Either(parts) => format!("({})", join(parts, "|")),
            Pattern::Repeated(part, least, most) => {
                let operator = match (least, most) {
                    (0, None) => "*".to_owned(),
                    (1, None) => "+".to_owned(),
                    (0, Some(1)) => "?".to_owned(),
                    (least, None) => format!("{{{least},}}"),
                    (least, Some(most)) => format!("{{{least},{most}}}"),
                };
                format!("(?:{}){operator}", part.written())
            }
        }
    }
}

/// Patterns over the characters of the texts.
pub(crate) fn patterns() -> impl Strategy<Value = Pattern> {
    let characters = || prop::sample::select(vec!['a', 'b', 'é', '\r', '\0']);
    let class = || prop::sample::select(vec!['a', 'b', 'é', '\r', '\u{fffd}']);
    let leaf = prop_oneof![
        1 => Just(Pattern::Start),
        1 => Just(Pattern::End),
        1 => Just(Pattern::Any),
        4 => characters().prop_map(Pattern::One),
        1 => (prop::collection::vec(class(), 1..3), any::<bool>())
            .prop_map(|(set, others)| Pattern::Class(set, others)),
    ];
    let any = leaf.prop_recursive(3, 12, 4, |inner| {
        let bounds = prop::sample::select(vec![
            (0, None),
            (1, None),
            (2, None),
            (0, Some(1)),
            (1, Some(2)),
        ]);
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Pattern::Sequence),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(Pattern::Either),
            1 => (inner, bounds).prop_map(|(part, (least, most))| {
                Pattern::Repeated(Box::new(part), least, most)
            }),
        ]
    });
    // These two alone stand for every line, even an empty one, and nothing inverts them.
    any.prop_filter("stands for every line", |pattern| {
        !matches!(pattern.written().as_str(), "." | ".*")
    })
}
