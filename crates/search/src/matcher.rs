//! Finding the next matching line of a block.

use std::fmt;
use std::ops::Range;

use grep_matcher::{LineMatchKind, Matcher as _};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use memchr::memmem::Finder;

use crate::lines::{content, line_at};

/// Says which lines match a pattern.
///
/// A line is matched without its `\n`, so `$` is its end, and a pattern that holds a `\n` matches
/// nothing.
#[derive(Clone, Debug)]
pub struct Matcher {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Everything,
    /// The text itself.
    Literal(Box<Finder<'static>>),
    /// Cannot match a `\n`, so that it may run over whole blocks.
    Blocks(Box<RegexMatcher>),
    /// Must be shown one line at a time.
    Lines(Box<RegexMatcher>),
}

/// A pattern that is no regular expression.
#[derive(Debug)]
pub struct PatternError {
    pattern: String,
    reason: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pattern, self.reason)
    }
}

impl std::error::Error for PatternError {}

impl Matcher {
    /// Matches every line.
    #[must_use]
    pub fn everything() -> Self {
        Matcher {
            kind: Kind::Everything,
        }
    }

    /// Matches the lines in which `pattern` is found. `.` and `.*` stand for every line, and text
    /// without any special character for itself.
    ///
    /// # Errors
    /// When the pattern is no regular expression.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let kind = match pattern {
            "." | ".*" => Kind::Everything,
            _ if is_literal(pattern) => Kind::Literal(Box::new(Finder::new(pattern).into_owned())),
            _ => regex(pattern).map_err(|error| PatternError {
                pattern: pattern.to_owned(),
                reason: last_line(&error.to_string()),
            })?,
        };
        Ok(Matcher { kind })
    }

    /// Whether every line matches, which leaves nothing to invert.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self.kind, Kind::Everything)
    }

    /// The first matching line of `block` at or after `from`, which is the start of a line.
    pub fn find_line(&self, block: &[u8], from: usize) -> Option<Range<usize>> {
        match &self.kind {
            Kind::Everything => line_at(block, from),
            Kind::Literal(finder) => line_at(block, from + finder.find(&block[from..])?),
            Kind::Blocks(regex) => find_in_block(regex, block, from),
            Kind::Lines(regex) => find_by_line(regex, block, from),
        }
    }
}

fn is_literal(pattern: &str) -> bool {
    !pattern.is_empty() && !pattern.contains(|c: char| r".+*?^$[]{}()|\".contains(c))
}

fn regex(pattern: &str) -> Result<Kind, grep_regex::Error> {
    let mut builder = RegexMatcherBuilder::new();
    builder.multi_line(true);
    match builder.clone().line_terminator(Some(b'\n')).build(pattern) {
        Ok(regex) => Ok(Kind::Blocks(Box::new(regex))),
        Err(_) => builder
            .build(pattern)
            .map(|regex| Kind::Lines(Box::new(regex))),
    }
}

/// A `RegexMatcher` never fails: its error type has no values.
fn find_in_block(regex: &RegexMatcher, block: &[u8], from: usize) -> Option<Range<usize>> {
    let mut from = from;
    while from < block.len() {
        let found = regex
            .find_candidate_line(&block[from..])
            .unwrap_or_default()?;
        let (at, confirmed) = match found {
            LineMatchKind::Confirmed(at) => (at, true),
            LineMatchKind::Candidate(at) => (at, false),
        };
        let line = line_at(block, from + at)?;
        if confirmed || is_match(regex, &block[line.clone()]) {
            return Some(line);
        }
        from = line.end;
    }
    None
}

fn find_by_line(regex: &RegexMatcher, block: &[u8], from: usize) -> Option<Range<usize>> {
    let mut from = from;
    while let Some(line) = line_at(block, from) {
        if is_match(regex, &block[line.clone()]) {
            return Some(line);
        }
        from = line.end;
    }
    None
}

fn is_match(regex: &RegexMatcher, line: &[u8]) -> bool {
    regex.is_match(content(line)).unwrap_or_default()
}

/// The reason, which the regex library puts last, below a drawing.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or(text);
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
