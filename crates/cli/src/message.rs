//! One-line messages, on standard error as `PROGRAM: SUBJECT: reason`, and in the log file.

use std::fmt;
use std::io::{self, Write};

use crate::LogLevel;
use crate::log_file::LogFile;
use crate::settings::Settings;
use crate::status_line::erased;

/// Writes the messages of one program, down to a level.
#[derive(Clone, Debug)]
pub struct Messages {
    program: String,
    level: LogLevel,
    is_printed: bool,
    log: Option<LogFile>,
}

impl Messages {
    /// Messages of `program`; those of less weight than `level` are not written.
    pub fn new(program: impl Into<String>, level: LogLevel) -> Self {
        Messages {
            program: program.into(),
            level,
            is_printed: true,
            log: None,
        }
    }

    /// Messages of `program`, to where the settings say.
    pub(crate) fn of(program: &str, settings: &Settings) -> Self {
        Messages {
            program: program.to_owned(),
            level: settings.level,
            is_printed: settings.is_printed,
            log: settings.log.clone(),
        }
    }

    /// Something could not be done; `text` is `FILE: reason`.
    pub fn error(&self, text: impl fmt::Display) {
        self.write(LogLevel::Error, "ERROR", &text);
    }

    /// Something was done otherwise than one would expect; `text` is `FILE: reason`.
    pub fn warn(&self, text: impl fmt::Display) {
        self.write(LogLevel::Warn, "WARN", &text);
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
        self.write(LogLevel::Fatal, "INFO", &text);
    }

    /// The command cannot go on.
    pub fn fatal(&self, reason: impl fmt::Display) {
        self.write(LogLevel::Fatal, "FATAL", &reason);
    }

    /// The command cannot go on, for a reason with further lines that show where it lies.
    pub fn explain(&self, reason: impl fmt::Display) {
        let text = reason.to_string();
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        self.fatal(first);
        if LogLevel::Fatal <= self.level && self.is_printed && !rest.is_empty() {
            let _ = writeln!(io::stderr().lock(), "{rest}");
        }
    }

    /// A standard error that is closed is nobody's to complain to. What the log file does not take is
    /// printed.
    fn write(&self, level: LogLevel, name: &str, text: &dyn fmt::Display) {
        if level > self.level {
            return;
        }
        let text = one_line(&text.to_string());
        let logged = self.log.as_ref().map(|log| log.line(name, &text).is_ok());
        if self.is_printed || logged == Some(false) {
            let line = format!("{}: {text}\n", self.program);
            let _erased = erased();
            let _ = io::stderr().lock().write_all(line.as_bytes());
        }
    }
}

/// `text` with control characters, as a file name may hold them, made visible: they must not reach a
/// terminal as commands.
pub fn one_line(text: &str) -> String {
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
