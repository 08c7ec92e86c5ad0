//! The facts about a run that travel in its profiles, as comments
//! `# dtail.KEY=VALUE`.

use std::{collections::BTreeMap, str::FromStr};

const PREFIX: &str = "# dtail.";

/// The facts of one profile, by their key. A profile of another program has none.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Facts(BTreeMap<String, String>);

impl Facts {
    /// The facts among `comments`.
    pub(crate) fn among<'a>(comments: impl IntoIterator<Item = &'a str>) -> Facts {
        let facts = comments
            .into_iter()
            .filter_map(|comment| comment.strip_prefix(PREFIX)?.split_once('='));
        Facts(
            facts
                .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
                .collect(),
        )
    }

    /// What stands for `key`, if anything does.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// All facts.
    pub(crate) fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The number that stands for `key`.
    pub(crate) fn number<N: FromStr>(&self, key: &str) -> Option<N> {
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
}
