//! Where in a configuration something stands, and what is wrong with it.

use std::fmt;
use std::ops::Range;

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.reason)
    }
}

impl std::error::Error for ConfigError {}

/// Line and column, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// The place of the byte at which `span` begins.
    pub(crate) fn of(text: &str, span: &Range<usize>) -> Place {
        let start = (0..=span.start.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at));
        let before = &text[..start.unwrap_or(0)];
        let line = before.rsplit('\n').next().unwrap_or(before);
        Place {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }

    /// The error that `reason` holds here.
    pub(crate) fn error(self, reason: impl Into<String>) -> ConfigError {
        ConfigError {
            line: self.line,
            column: self.column,
            reason: reason.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places_count_characters() {
        let text = "a = 1\nö = \"ä\" x";
        for (at, line, column) in [
            (0, 1, 1),
            (4, 1, 5),
            (6, 2, 1),
            (9, 2, 3),
            (16, 2, 9),
            (99, 2, 10),
        ] {
            assert_eq!(Place::of(text, &(at..at)), Place { line, column }, "{at}");
        }
    }
}
