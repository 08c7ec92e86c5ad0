//! Finding the next matching line of a block.

use std::fmt;
use std::ops::Range;

use grep_matcher::{LineMatchKind, Matcher as _};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use memchr::memmem::Finder;

use crate::dialect::{self, Repetitions, Translation};
use crate::highlight::Highlighter;
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
    Regex(Box<Regex>),
}

#[derive(Clone, Debug)]
struct Regex {
    /// As the user wrote it.
    pattern: String,
    engine: RegexMatcher,
    /// Cannot match a `\n`, so it may run over many lines at once.
    spans_lines: bool,
    /// A byte that is no UTF-8 may matter, which the engine does not see as a character.
    sees_invalid: bool,
}

/// A pattern that is no regular expression. Shown as `PATTERN: reason`.
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

    /// Matches the lines in which `pattern`, a regular expression as Go writes them, is found. `.`
    /// and `.*` stand for every line, and text without any special character for itself.
    ///
    /// # Errors
    /// When the pattern is no regular expression.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let kind = match pattern {
            "." | ".*" => Kind::Everything,
            _ if is_literal(pattern) => Kind::Literal(Box::new(Finder::new(pattern).into_owned())),
            _ => Kind::Regex(Box::new(Regex::new(pattern).map_err(|reason| {
                PatternError {
                    pattern: pattern.to_owned(),
                    reason,
                }
            })?)),
        };
        Ok(Matcher { kind })
    }

    /// Whether every line matches, which leaves nothing to invert.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self.kind, Kind::Everything)
    }

    /// What shows the places in a line that match; `None` where every line matches.
    #[must_use]
    pub fn highlighter(&self) -> Option<Highlighter> {
        match &self.kind {
            Kind::Everything => None,
            Kind::Literal(finder) => Some(Highlighter::Literal(finder.clone())),
            Kind::Regex(regex) => Highlighter::regex(&regex.pattern),
        }
    }

    /// Replaces `found` by the matching lines of `block`, though by no more than `limit`. None are listed
    /// where every line matches.
    pub(crate) fn find_lines(&self, block: &[u8], limit: usize, found: &mut Vec<Range<usize>>) {
        found.clear();
        if self.is_everything() || block.is_empty() {
            return;
        }
        let mut scan = self.scan(block);
        let mut from = 0;
        while found.len() < limit
            && let Some(line) = scan.next_line(from)
        {
            from = line.end;
            found.push(line);
        }
    }

    /// Looks for matching lines in `block`, a run of whole lines.
    pub fn scan<'a>(&'a self, block: &'a [u8]) -> Scan<'a> {
        let clean = match &self.kind {
            Kind::Regex(regex) if regex.sees_invalid && !block.is_ascii() => 0,
            _ => block.len(),
        };
        Scan {
            matcher: self,
            block,
            clean,
        }
    }
}

/// A pass over the lines of one block.
#[derive(Debug)]
pub struct Scan<'a> {
    matcher: &'a Matcher,
    block: &'a [u8],
    /// Up to here nothing hinders the engine: the start of a line with invalid UTF-8, or the end.
    clean: usize,
}

impl Scan<'_> {
    /// The first matching line at or after `from`, which is the start of a line and never goes back.
    pub fn next_line(&mut self, from: usize) -> Option<Range<usize>> {
        if from >= self.block.len() {
            return None;
        }
        match &self.matcher.kind {
            Kind::Everything => line_at(self.block, from),
            Kind::Literal(finder) => {
                let at = finder.find(&self.block[from..])?;
                line_at(self.block, from + at)
            }
            Kind::Regex(regex) => self.next_match(regex, from),
        }
    }

    fn next_match(&mut self, regex: &Regex, from: usize) -> Option<Range<usize>> {
        let mut from = from;
        loop {
            if from >= self.clean && self.clean < self.block.len() {
                self.clean = clean_until(self.block, from);
            }
            if let Some(line) = regex.next_line(&self.block[..self.clean], from) {
                return Some(line);
            }
            if self.clean == self.block.len() {
                return None;
            }
            let dirty = line_at(self.block, self.clean)?;
            if regex.matches(&with_replacements(content(&self.block[dirty.clone()]))) {
                return Some(dirty);
            }
            from = dirty.end;
        }
    }
}

/// The largest compiled pattern, in bytes, so that memory stays small whatever is repeated in it.
const SIZE_LIMIT: usize = 10 << 20;

impl Regex {
    fn new(pattern: &str) -> Result<Self, String> {
        let translation = dialect::translate(pattern, Repetitions::Lazy);
        let Translation {
            pattern: translated,
            sees_invalid,
        } = translation.map_err(|error| error.to_string())?;
        let mut builder = RegexMatcherBuilder::new();
        builder.size_limit(SIZE_LIMIT).dfa_size_limit(4 << 20);
        let over_lines = builder
            .clone()
            .line_terminator(Some(b'\n'))
            .build(&translated);
        let spans_lines = over_lines.is_ok();
        let engine = over_lines
            .or_else(|_| builder.build(&translated))
            .map_err(|error| last_line(&error.to_string()))?;
        Ok(Regex {
            pattern: pattern.to_owned(),
            engine,
            spans_lines,
            sees_invalid,
        })
    }

    /// The first matching line of `block` at or after `from`.
    fn next_line(&self, block: &[u8], from: usize) -> Option<Range<usize>> {
        let mut from = from;
        while from < block.len() {
            let (at, confirmed) = if self.spans_lines {
                self.find(&block[from..])?
            } else {
                (0, false)
            };
            let line = line_at(block, from + at)?;
            if confirmed || self.matches(content(&block[line.clone()])) {
                return Some(line);
            }
            from = line.end;
        }
        None
    }

    /// Where a line may match, and whether it does for certain. The engine has no errors.
    fn find(&self, text: &[u8]) -> Option<(usize, bool)> {
        match self.engine.find_candidate_line(text).unwrap_or_default()? {
            LineMatchKind::Confirmed(at) => Some((at, true)),
            LineMatchKind::Candidate(at) => Some((at, false)),
        }
    }

    fn matches(&self, line: &[u8]) -> bool {
        self.engine.is_match(line).unwrap_or_default()
    }
}

fn is_literal(pattern: &str) -> bool {
    !pattern.is_empty() && !pattern.contains(|c: char| ".+*?^$[]{}()|\\\n".contains(c))
}

/// The start of the first line at or after `from` that is no UTF-8, or the end.
fn clean_until(block: &[u8], from: usize) -> usize {
    match std::str::from_utf8(&block[from..]) {
        Ok(_) => block.len(),
        Err(error) => {
            let invalid = from + error.valid_up_to();
            line_at(block, invalid).map_or(block.len(), |line| line.start)
        }
    }
}

/// The line with each byte that is no UTF-8 as U+FFFD, as Go reads it.
fn with_replacements(line: &[u8]) -> Vec<u8> {
    let mut text = String::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text.into_bytes()
}

/// The reason, which the regex library puts last, below a drawing.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or(text);
    let reason = line.strip_prefix("error: ").unwrap_or(line);
    if reason.starts_with("compiled regex exceeds") {
        return "too large when compiled".to_owned();
    }
    reason.to_owned()
}
