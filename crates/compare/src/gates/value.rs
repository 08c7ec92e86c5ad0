//! Single values of a configuration: words, numbers, limits and patterns, every mistake with its place.

use std::ops::Range;

use glob::Pattern as Glob;
use report::Pattern;
use toml::Spanned;

use super::measure::Limit;
use super::place::{ConfigError, Place};

/// Reads values, and knows where they stand.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
}

impl Reader<'_> {
    /// Where a value stands.
    pub(super) fn place<T>(self, value: &Spanned<T>) -> Place {
        self.place_of(&value.span())
    }

    pub(super) fn place_of(self, span: &Range<usize>) -> Place {
        Place::of(self.text, span)
    }

    /// A text, which says something.
    pub(super) fn text(
        self,
        text: &Option<Spanned<String>>,
    ) -> Result<Option<String>, ConfigError> {
        text.as_ref().map(|text| self.filled(text)).transpose()
    }

    pub(super) fn filled(self, text: &Spanned<String>) -> Result<String, ConfigError> {
        if text.get_ref().trim().is_empty() {
            return Err(self.place(text).error("this is empty"));
        }
        Ok(text.get_ref().clone())
    }

    pub(super) fn limit(
        self,
        text: &Option<Spanned<String>>,
    ) -> Result<Option<Limit>, ConfigError> {
        let read = |text: &Spanned<String>| Limit::parse(text.get_ref(), self.place(text));
        text.as_ref().map(read).transpose()
    }

    /// A number of something, at least 1.
    pub(super) fn count(
        self,
        number: &Option<Spanned<i64>>,
        usual: i64,
    ) -> Result<i64, ConfigError> {
        match number {
            Some(number) if *number.get_ref() < 1 => {
                Err(self.place(number).error("the number must be 1 or more"))
            }
            Some(number) => Ok(*number.get_ref()),
            None => Ok(usual),
        }
    }

    /// A number within `range`, without its ends.
    pub(super) fn fraction(
        self,
        number: &Option<Spanned<f64>>,
        key: &str,
        range: Range<f64>,
        usual: f64,
    ) -> Result<f64, ConfigError> {
        let Some(number) = number else {
            return Ok(usual);
        };
        let value = *number.get_ref();
        if value > range.start && value < range.end {
            return Ok(value);
        }
        let Range { start, end } = range;
        let reason = format!("{key} must be above {start} and below {end}");
        Err(self.place(number).error(reason))
    }

    /// What a word stands for, of those that are known.
    pub(super) fn choose<T: Copy + Default>(
        self,
        word: &Option<Spanned<String>>,
        known: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let Some(word) = word else {
            return Ok(T::default());
        };
        let found = known.iter().find(|(name, _)| name == word.get_ref());
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let reason = format!("'{}' is none of {}", word.get_ref(), names.join(", "));
            self.place(word).error(reason)
        })
    }

    /// A regular expression. An empty one would match everything, which is easier said than meant.
    pub(super) fn pattern(self, text: &Spanned<String>) -> Result<Pattern, ConfigError> {
        let pattern = Pattern::new(&self.filled(text)?);
        pattern.map_err(|error| {
            let reason = format!("regular expression: {error}");
            self.place(text).error(reason)
        })
    }

    pub(super) fn patterns(
        self,
        texts: &Option<Spanned<Vec<Spanned<String>>>>,
    ) -> Result<Vec<Pattern>, ConfigError> {
        let texts = texts.iter().flat_map(|texts| texts.get_ref());
        texts.map(|text| self.pattern(text)).collect()
    }

    /// A pattern of file names.
    pub(super) fn glob(self, text: &Option<Spanned<String>>) -> Result<Option<Glob>, ConfigError> {
        let read = |text: &Spanned<String>| {
            Glob::new(&self.filled(text)?).map_err(|error| {
                let reason = format!("pattern of files: {}", error.msg);
                self.place(text).error(reason)
            })
        };
        text.as_ref().map(read).transpose()
    }
}
