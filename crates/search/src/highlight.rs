//! The places in a line that match, for the eye.

use std::ops::Range;

use grep_matcher::Matcher as _;
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use memchr::memmem::Finder;

use crate::dialect::{self, Repetitions};

/// Finds the places in a line that match.
///
/// The matcher itself stops at the first end of a match; this takes each match as long as the
/// pattern says. A byte that is no UTF-8 is not seen as a character here.
#[derive(Clone, Debug)]
pub enum Highlighter {
    /// Each occurrence of the text.
    Literal(Box<Finder<'static>>),
    /// Each match of the expression.
    Regex(Box<RegexMatcher>),
}

impl Highlighter {
    /// For a pattern that is known to be valid.
    pub(crate) fn regex(pattern: &str) -> Option<Self> {
        let translation = dialect::translate(pattern, Repetitions::AsWritten).ok()?;
        let engine = RegexMatcherBuilder::new()
            .build(&translation.pattern)
            .ok()?;
        Some(Highlighter::Regex(Box::new(engine)))
    }

    /// Calls `found` for each match in `line` that is not empty, from left to right.
    pub(crate) fn each(&self, line: &[u8], mut found: impl FnMut(Range<usize>)) {
        match self {
            Highlighter::Literal(finder) => {
                let length = finder.needle().len();
                finder
                    .find_iter(line)
                    .for_each(|start| found(start..start + length));
            }
            Highlighter::Regex(engine) => {
                let each = engine.find_iter(line, |matched| {
                    if !matched.is_empty() {
                        found(matched.start()..matched.end());
                    }
                    true
                });
                // This engine has no errors.
                each.unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Matcher;

    fn check(pattern: &str, line: &str, expected: &[&str]) {
        let matcher = Matcher::new(pattern).expect("a valid pattern");
        let highlighter = matcher.highlighter().expect("not everything matches");
        let mut got = Vec::new();
        highlighter.each(line.as_bytes(), |range| got.push(&line[range]));
        assert_eq!(got, expected, "{pattern} in {line}");
    }

    #[test]
    fn matches_are_as_long_as_the_pattern_says() {
        check("ab", "abcab", &["ab", "ab"]);
        check("user[0-9]+", "user12 user345", &["user12", "user345"]);
        check("user[0-9]+?", "user12", &["user1"]);
        check("(?U)a+", "aa", &["a", "a"]);
        check("(?U)a+?", "aa", &["aa"]);
        check("a(?U)+", "aa", &["a", "a"]);
        check("x(?:(?U)y)(?U:z)a+", "xyzaa", &["xyzaa"]);
        check("a+(?i)?", "aab", &["aa"]);
        check("x*", "axxb", &["xx"]);
        check("^a|b$", "aab", &["a", "b"]);
    }
}
