//! One-line messages on standard error: `PROGRAM: SUBJECT: reason`.

use std::fmt;
use std::io::{self, Write};

use crate::LogLevel;

/// Writes the messages of one program, down to a level.
#[derive(Clone, Debug)]
pub struct Messages {
    program: String,
    level: LogLevel,
}

impl Messages {
    /// Messages of `program`; those of less weight than `level` are not written.
    pub fn new(program: impl Into<String>, level: LogLevel) -> Self {
        Messages {
            program: program.into(),
            level,
        }
    }

    /// Something could not be done; `text` is `FILE: reason`.
    pub fn error(&self, text: impl fmt::Display) {
        self.write(LogLevel::Error, &text);
    }

    /// Something was done otherwise than one would expect; `text` is `FILE: reason`.
    pub fn warn(&self, text: impl fmt::Display) {
        self.write(LogLevel::Warn, &text);
    }

    /// An error or, where nothing is missing from the output, a warning.
    pub fn report(&self, is_error: bool, text: impl fmt::Display) {
        if is_error {
            self.error(text);
        } else {
            self.warn(text);
        }
    }

    /// Something that was asked for, whatever the level, unless no message is wanted at all.
    pub fn note(&self, text: impl fmt::Display) {
        self.write(LogLevel::Fatal, &text);
    }

    /// The command cannot go on.
    pub fn fatal(&self, reason: impl fmt::Display) {
        self.write(LogLevel::Fatal, &reason);
    }

    /// The command cannot go on, for a reason with further lines that show where it lies.
    pub fn explain(&self, reason: impl fmt::Display) {
        let text = reason.to_string();
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        self.fatal(first);
        if LogLevel::Fatal <= self.level && !rest.is_empty() {
            let _ = writeln!(io::stderr().lock(), "{rest}");
        }
    }

    /// A standard error that is closed is nobody's to complain to.
    fn write(&self, level: LogLevel, text: &dyn fmt::Display) {
        if level <= self.level {
            let line = format!("{}: {}\n", self.program, one_line(&text.to_string()));
            let _ = io::stderr().lock().write_all(line.as_bytes());
        }
    }
}

/// `text` with control characters, as a file name may hold them, made visible.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_whatever_the_file_is_called() {
        assert_eq!(one_line("a\nb\u{1b}[m: gone"), "a\\nb\\u{1b}[m: gone");
        assert_eq!(
            one_line("größe.log: no such file"),
            "größe.log: no such file"
        );
    }
}
