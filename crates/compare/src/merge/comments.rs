//! The comments of a sum: facts that add up are added up, others are listed.

use std::collections::{BTreeMap, BTreeSet};

use dtail_profile::Profile;

use crate::facts;

/// Facts that are amounts. Those that count information rather than work do not grow with a weight.
const AMOUNTS: &[(&str, Weighs)] = &[
    ("bytes", Weighs::Yes),
    ("lines", Weighs::Yes),
    ("files", Weighs::Yes),
    ("cpu_seconds", Weighs::Yes),
    ("sampled_cpu_seconds", Weighs::Yes),
    ("signals", Weighs::No),
    ("lost", Weighs::No),
];

#[derive(Clone, Copy, PartialEq)]
enum Weighs {
    Yes,
    No,
}

/// Different values of one fact, and different comments of other kinds, that are kept: the first in
/// their order. Ten thousand process numbers would tell nobody anything.
const KEPT: usize = 32;

/// Amounts are added in billionths, so that the sum does not depend on the order.
const PARTS: f64 = 1e9;

/// The comments of all sources so far.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// Sum in billionths, and how many sources have stated it.
    amounts: BTreeMap<String, (i128, usize)>,
    /// By key; other comments have none.
    texts: BTreeMap<String, BTreeSet<String>>,
    dropped: bool,
}

impl Comments {
    /// Takes the comments out of a profile.
    pub(super) fn take(&mut self, profile: &mut Profile, weight: f64) {
        let mut stated: BTreeMap<String, i128> = BTreeMap::new();
        for id in std::mem::take(&mut profile.comments) {
            let comment = profile.text(id);
            let fact = facts::parse(comment);
            let amount = fact.and_then(|(key, value)| Some((key, amount(key, value, weight)?)));
            if let Some((key, amount)) = amount {
                stated.insert(key.to_owned(), amount);
                continue;
            }
            let key = fact.map_or("", |(key, _)| key);
            let texts = self.texts.entry(key.to_owned()).or_default();
            texts.insert(comment.to_owned());
            if texts.len() > KEPT {
                texts.pop_last();
                self.dropped = true;
            }
        }
        for (key, amount) in stated {
            let sum = self.amounts.entry(key).or_default();
            *sum = (sum.0 + amount, sum.1 + 1);
        }
    }

    /// Gives the sum its comments; what was left out of them. An amount that one of the sources
    /// does not state is unknown for the whole.
    pub(super) fn put_back(self, profile: &mut Profile, sources: usize) -> Vec<String> {
        let mut comments: Vec<String> = self.texts.into_values().flatten().collect();
        let mut notes = Vec::new();
        for (key, (sum, stated)) in self.amounts {
            if stated == sources {
                comments.push(facts::comment(&key, &amount_text(sum)));
            } else {
                notes.push(format!(
                    "{key} is left out: {} of {sources} profiles do not state it",
                    sources - stated
                ));
            }
        }
        comments.sort();
        profile.comments = comments
            .iter()
            .map(|text| profile.strings.intern(text))
            .collect();
        if self.dropped {
            notes.push(format!(
                "of comments that differ, the first {KEPT} of a kind are kept"
            ));
        }
        notes
    }
}

/// The fact as an amount in billionths, if it is one.
fn amount(key: &str, value: &str, weight: f64) -> Option<i128> {
    let (_, weighs) = AMOUNTS.iter().find(|(known, _)| *known == key)?;
    let number: f64 = value
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    let factor = if *weighs == Weighs::Yes { weight } else { 1.0 };
    if let (Ok(whole), true) = (value.parse::<i64>(), factor == 1.0) {
        return Some(i128::from(whole) * PARTS as i128);
    }
    Some((number * factor * PARTS).round() as i128)
}

/// Billionths as a decimal number without trailing zeros.
fn amount_text(sum: i128) -> String {
    let parts = PARTS as i128;
    let sign = if sum < 0 { "-" } else { "" };
    let (whole, rest) = (sum.abs() / parts, sum.abs() % parts);
    let text = format!("{sign}{whole}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dtail_profile::ProfileBuilder;

    fn profile(comments: &[&str]) -> Profile {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("cpu", "nanoseconds");
        for comment in comments {
            builder.comment(comment);
        }
        builder.finish().unwrap()
    }

    #[track_caller]
    fn check(sources: &[&[&str]], weight: f64, expected: &[&str], notes: usize) {
        let mut comments = Comments::default();
        for source in sources {
            comments.take(&mut profile(source), weight);
        }
        let mut merged = profile(&[]);
        let said = comments.put_back(&mut merged, sources.len());
        let texts: Vec<&str> = merged.comments.iter().map(|id| merged.text(*id)).collect();
        assert_eq!(
            (texts.as_slice(), said.len()),
            (expected, notes),
            "{said:?}"
        );
    }

    #[test]
    fn amounts_add_up_and_others_are_listed() {
        let first = [
            "# dtail.bytes=10",
            "# dtail.cpu_seconds=0.1",
            "# dtail.host=b",
            "note",
        ];
        let second = [
            "# dtail.bytes=5",
            "# dtail.cpu_seconds=0.2",
            "# dtail.host=a",
            "note",
        ];
        let sum = [
            "# dtail.bytes=15",
            "# dtail.cpu_seconds=0.3",
            "# dtail.host=a",
            "# dtail.host=b",
            "note",
        ];
        check(&[&first, &second], 1.0, &sum, 0);
        check(&[&second, &first], 1.0, &sum, 0);
    }

    #[test]
    fn an_amount_that_one_does_not_state_is_unknown() {
        check(
            &[&["# dtail.bytes=10"], &["# dtail.bytes=x"]],
            1.0,
            &["# dtail.bytes=x"],
            1,
        );
        check(&[&["# dtail.bytes=10"], &[]], 1.0, &[], 1);
    }

    #[test]
    fn work_grows_with_the_weight_and_signals_do_not() {
        let source = ["# dtail.bytes=10", "# dtail.signals=7"];
        check(
            &[&source],
            2.5,
            &["# dtail.bytes=25", "# dtail.signals=7"],
            0,
        );
    }

    #[test]
    fn comments_are_bounded() {
        let many: Vec<String> = (0..100).map(|n| format!("# dtail.pid={n:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&[&many], 1.0, &many[..KEPT], 1);
    }
}
