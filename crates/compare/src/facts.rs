//! The facts about a run that travel in its profiles, as comments `# dtail.KEY=VALUE`.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use dtail_profile::Profile;

const PREFIX: &str = "# dtail.";

/// The facts of one profile, by their key. A profile of another program has none; one that was
/// merged from several may have several values for a key, which then is no fact of the whole.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Facts {
    known: BTreeMap<String, String>,
    mixed: BTreeMap<String, BTreeSet<String>>,
}

/// Key and value of a comment that states a fact.
pub(crate) fn parse(comment: &str) -> Option<(&str, &str)> {
    let (key, value) = comment.strip_prefix(PREFIX)?.split_once('=')?;
    Some((key, value.trim()))
}

/// The comment that states a fact.
pub(crate) fn comment(key: &str, value: &str) -> String {
    format!("{PREFIX}{key}={value}")
}

impl Facts {
    /// The facts of `profile`.
    pub fn of(profile: &Profile) -> Facts {
        Facts::among(profile.comments.iter().map(|id| profile.text(*id)))
    }

    /// The facts among `comments`.
    pub fn among<'a>(comments: impl IntoIterator<Item = &'a str>) -> Facts {
        let mut facts = Facts::default();
        for (key, value) in comments.into_iter().filter_map(parse) {
            facts.add(key, value);
        }
        facts
    }

    fn add(&mut self, key: &str, value: &str) {
        if let Some(values) = self.mixed.get_mut(key) {
            values.insert(value.to_owned());
        } else if self.known.get(key).is_some_and(|known| known != value) {
            let first = self.known.remove(key).unwrap_or_default();
            self.mixed
                .insert(key.to_owned(), BTreeSet::from([first, value.to_owned()]));
        } else {
            self.known.insert(key.to_owned(), value.to_owned());
        }
    }

    /// What stands for `key`, if one thing does.
    pub fn get(&self, key: &str) -> Option<&str> {
        let value = self.known.get(key).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// All that stands for `key`, in order: more than one thing in a merged profile.
    pub fn values(&self, key: &str) -> Vec<&str> {
        let several = self.mixed.get(key).into_iter().flatten();
        several.map(String::as_str).chain(self.get(key)).collect()
    }

    /// All facts that hold for the whole profile.
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.known
    }

    /// The number that stands for `key`.
    pub fn number<N: FromStr>(&self, key: &str) -> Option<N> {
        self.get(key)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(comment: &str, key: &str, expected: Option<&str>) {
        assert_eq!(Facts::among([comment]).get(key), expected);
    }

    #[test]
    fn facts_are_told_from_other_comments() {
        check("# dtail.host=web1", "host", Some("web1"));
        check(
            "# dtail.command=dgrep -regex a=b x",
            "command",
            Some("dgrep -regex a=b x"),
        );
        check("# dtail.host=", "host", None);
        check("dtail.host=web1", "host", None);
        check("# dtail.host", "host", None);
        check("made by hand", "host", None);
        check(&comment("host", "web1"), "host", Some("web1"));
    }

    #[test]
    fn numbers_are_numbers_or_absent() {
        let facts = Facts::among([
            "# dtail.signals=230",
            "# dtail.cpu_seconds=2.5",
            "# dtail.pid=x",
        ]);
        assert_eq!(facts.number::<u64>("signals"), Some(230));
        assert_eq!(facts.number::<f64>("cpu_seconds"), Some(2.5));
        assert_eq!(facts.number::<u32>("pid"), None);
    }

    #[test]
    fn several_values_are_no_fact_of_the_whole() {
        let facts = Facts::among(["# dtail.host=b", "# dtail.host=a", "# dtail.host=b"]);
        assert_eq!(
            (facts.get("host"), facts.values("host")),
            (None, vec!["a", "b"])
        );
        assert!(facts.all().is_empty());
        let same = Facts::among(["# dtail.host=b", "# dtail.host=b"]);
        assert_eq!(
            (same.get("host"), same.values("host")),
            (Some("b"), vec!["b"])
        );
    }
}
