//! Regular expressions as Go writes them, in the words of the Rust engine.
//!
//! The two dialects agree on most of what they accept, but not on what classes mean, on braces that
//! repeat nothing, on octal numbers and on much of what is an error. The translation reads the
//! pattern by Go's rules, refuses what Go refuses, and writes down what is left without relying on
//! any rule that differs: classes as numbers, groups without names, `^` and `$` as the ends of the
//! line that is looked at.
//!
//! It knows nothing of lines beyond that, and does not check the names of Unicode classes; the
//! engine does.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

mod class;
mod escape;

/// A translated pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Translation {
    /// The pattern for the engine, to be matched against one line without its end.
    pub(crate) pattern: String,
    /// Whether a byte that is no UTF-8 may matter: Go takes it for the character U+FFFD, the engine
    /// for none at all.
    pub(crate) sees_invalid: bool,
}

/// Why Go would refuse the pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Error {
    MissingParenthesis,
    UnexpectedParenthesis,
    MissingBracket,
    BadRange(String),
    BadEscape(String),
    TrailingBackslash,
    BadGroup(String),
    BadClassName(String),
    NothingToRepeat(String),
    NestedRepetition(String),
    RepeatCount(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::MissingParenthesis => f.write_str("missing closing )"),
            Error::UnexpectedParenthesis => f.write_str("unexpected )"),
            Error::MissingBracket => f.write_str("missing closing ]"),
            Error::BadRange(range) => write!(f, "invalid character class range {range}"),
            Error::BadEscape(escape) => write!(f, "invalid escape sequence {escape}"),
            Error::TrailingBackslash => f.write_str("trailing backslash"),
            Error::BadGroup(group) => write!(f, "invalid or unsupported group {group}"),
            Error::BadClassName(name) => write!(f, "invalid character class {name}"),
            Error::NothingToRepeat(operator) => write!(f, "nothing to repeat before {operator}"),
            Error::NestedRepetition(operator) => write!(f, "nested repetition at {operator}"),
            Error::RepeatCount(operator) => write!(f, "invalid repeat count {operator}"),
        }
    }
}

/// The largest count of a repetition.
const MAX_REPEAT: u32 = 1000;

/// How much a repetition takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Repetitions {
    /// Always as little as possible. That does not change whether a line matches, and the engine
    /// stops at the first end of a match.
    Lazy,
    /// What the pattern says, which is what shows where the line matches.
    AsWritten,
}

/// Translates `pattern`, or says why Go would refuse it.
pub(crate) fn translate(pattern: &str, repetitions: Repetitions) -> Result<Translation, Error> {
    let mut translator = Translator {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() * 2),
        sees_invalid: false,
        outer_swaps: Vec::new(),
        is_swapped: false,
        last: Last::Nothing,
        flags_behind: String::new(),
        repetitions,
    };
    while let Some(character) = translator.rest.next() {
        translator.item(character)?;
    }
    if !translator.outer_swaps.is_empty() {
        return Err(Error::MissingParenthesis);
    }
    Ok(Translation {
        pattern: translator.out,
        sees_invalid: translator.sees_invalid,
    })
}

/// What was written last, as far as a repetition cares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Last {
    /// Nothing that can be repeated: the start of an alternative.
    Nothing,
    Item,
    Repetition,
    /// A repetition and flags behind it, after which Go lets it be repeated again.
    RepetitionAndFlags,
}

struct Translator<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
    sees_invalid: bool,
    /// For each open group, what `is_swapped` was before it.
    outer_swaps: Vec<bool>,
    /// Whether the flag `U` is on: operators are lazy, and those with a `?` behind them are not.
    is_swapped: bool,
    last: Last,
    /// The flags set since then, which are written once no repetition can follow: Go repeats the item
    /// before the flags, the engine refuses to repeat flags.
    flags_behind: String,
    repetitions: Repetitions,
}

impl Translator<'_> {
    fn item(&mut self, character: char) -> Result<(), Error> {
        if !"(*+?{".contains(character) {
            self.write_flags();
        }
        match character {
            '(' => return self.open_group(),
            ')' => self.close_group()?,
            '|' => {
                self.out.push('|');
                self.last = Last::Nothing;
                return Ok(());
            }
            '*' | '+' | '?' => return self.repetition(character.to_string()),
            '{' => match self.braces() {
                Some(counts) => return self.repetition(counts),
                None => {
                    self.write_flags();
                    self.literal('{');
                }
            },
            '[' => self.class()?,
            '.' => self.any(),
            '^' => self.out.push_str("(?m:^)"),
            '$' => self.out.push_str("(?m:$)"),
            '\\' => return self.escape(),
            other => self.literal(other),
        }
        self.last = Last::Item;
        Ok(())
    }

    fn literal(&mut self, character: char) {
        self.sees_invalid |= character == char::REPLACEMENT_CHARACTER;
        if r"\.+*?()|[]{}^$#&-~".contains(character) {
            self.out.push('\\');
        }
        self.out.push(character);
    }

    /// Any character. Any number of them is any number of bytes, valid or not.
    fn any(&mut self) {
        if self.rest.peek() == Some(&'*') {
            self.out.push_str("(?-u:.)");
        } else {
            self.sees_invalid = true;
            self.out.push('.');
        }
    }

    fn open_group(&mut self) -> Result<(), Error> {
        if self.rest.peek() != Some(&'?') {
            self.begin_group("(?:");
            return Ok(());
        }
        let inside: String = self.rest.clone().skip(1).collect();
        for prefix in ["P<", "<"] {
            if let Some(name) = inside.strip_prefix(prefix) {
                return self.named_group(1 + prefix.len(), name);
            }
        }
        self.flags(&inside)
    }

    fn begin_group(&mut self, opening: &str) {
        self.write_flags();
        self.out.push_str(opening);
        self.outer_swaps.push(self.is_swapped);
        self.last = Last::Nothing;
    }

    fn write_flags(&mut self) {
        self.out.push_str(&self.flags_behind);
        self.flags_behind.clear();
    }

    /// A group whose `name` follows after `skipped` characters. Names are dropped, for Go lets two
    /// groups have one.
    fn named_group(&mut self, skipped: usize, name: &str) -> Result<(), Error> {
        let length = name.find('>').unwrap_or(0);
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if length == 0 || !name[..length].chars().all(valid) {
            return Err(Error::BadGroup(format!("(?<{name}")));
        }
        self.skip(skipped + length + 1);
        self.begin_group("(?:");
        Ok(())
    }

    /// `(?flags)` and `(?flags:`.
    fn flags(&mut self, inside: &str) -> Result<(), Error> {
        let bad = || Error::BadGroup(format!("(?{inside}"));
        let end = inside.find([')', ':']).ok_or_else(bad)?;
        let (on, off) = match inside[..end].split_once('-') {
            Some((_, "")) => return Err(bad()),
            Some((on, off)) => (on, off),
            None => (&inside[..end], ""),
        };
        let mut flags = on.chars().chain(off.chars());
        if !flags.all(|flag| "imsU".contains(flag)) {
            return Err(bad());
        }
        // Those for `^`, `$` and `.` say nothing about one line.
        let is_set = |flag| on.contains(flag) && !off.contains(flag);
        let case = match (is_set('i'), off.contains('i')) {
            (true, _) => "i",
            (_, true) => "-i",
            _ => "",
        };
        self.skip(1 + end + 1);
        if inside[end..].starts_with(':') {
            self.begin_group(&format!("(?{case}:"));
        } else {
            self.set_behind(case);
        }
        self.is_swapped = is_set('U') || self.is_swapped && !off.contains('U');
        Ok(())
    }

    /// A flag for what follows in this group, or none.
    fn set_behind(&mut self, flag: &str) {
        if !flag.is_empty() {
            self.flags_behind += &format!("(?{flag})");
        }
        if self.last == Last::Repetition {
            self.last = Last::RepetitionAndFlags;
        }
    }

    fn close_group(&mut self) -> Result<(), Error> {
        self.is_swapped = self.outer_swaps.pop().ok_or(Error::UnexpectedParenthesis)?;
        self.out.push(')');
        Ok(())
    }

    /// The operator after its item, with the `?` behind it that makes it lazy.
    fn repetition(&mut self, operator: String) -> Result<(), Error> {
        let last = std::mem::replace(&mut self.last, Last::Repetition);
        match last {
            Last::Nothing => return Err(Error::NothingToRepeat(operator)),
            Last::Repetition => return Err(Error::NestedRepetition(operator)),
            Last::Item | Last::RepetitionAndFlags => {}
        }
        if let Some(counts) = operator
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            let bounds: Vec<Option<u32>> = counts.split(',').map(|n| n.parse().ok()).collect();
            let low = bounds[0].unwrap_or(u32::MAX);
            let high = match counts.rsplit(',').next() {
                Some("") => low,
                _ => bounds[bounds.len() - 1].unwrap_or(u32::MAX),
            };
            if low > high || high > MAX_REPEAT {
                return Err(Error::RepeatCount(operator));
            }
        }
        let is_lazy = self.rest.next_if_eq(&'?').is_some() != self.is_swapped;
        // A `?` behind another operator would make that one lazy.
        self.out.push_str(match (last, operator.as_str()) {
            (Last::RepetitionAndFlags, "?") => "{0,1}",
            (_, operator) => operator,
        });
        if is_lazy || self.repetitions == Repetitions::Lazy {
            self.out.push('?');
        }
        Ok(())
    }

    /// The counts after a `{`, with their braces; `None` when they are none and the brace stands
    /// for itself.
    fn braces(&mut self) -> Option<String> {
        let inside: String = self.rest.clone().take_while(|&c| c != '}').collect();
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        let (low, high) = inside.split_once(',').unwrap_or((&inside, ""));
        let closed = self.rest.clone().nth(inside.chars().count()) == Some('}');
        let without_leading_zero = |text: &str| text.len() < 2 || !text.starts_with('0');
        let counts = closed && !low.is_empty() && digits(low) && digits(high);
        if !counts || !without_leading_zero(low) || !without_leading_zero(high) {
            return None;
        }
        self.skip(inside.len() + 1);
        Some(format!("{{{inside}}}"))
    }

    fn skip(&mut self, characters: usize) {
        self.rest.by_ref().take(characters).for_each(drop);
    }
}

#[cfg(test)]
mod tests;
