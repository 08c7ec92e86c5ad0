//! Progress on standard error: what is being done, and how far it is.

use std::io::{self, IsTerminal, Write};

/// Where progress goes. Lines that replace one another appear on a terminal
/// only; elsewhere each step leaves one line.
#[derive(Debug)]
pub(crate) struct Progress {
    live: bool,
    silent: bool,
    percent: Option<u64>,
}

impl Progress {
    /// Progress on standard error.
    pub(crate) fn on_stderr() -> Progress {
        Progress {
            live: io::stderr().is_terminal(),
            silent: false,
            percent: None,
        }
    }

    /// No progress at all.
    #[cfg(test)]
    pub(crate) fn silent() -> Progress {
        Progress {
            live: false,
            silent: true,
            percent: None,
        }
    }

    /// One line that stays.
    pub(crate) fn note(&mut self, text: &str) {
        let clear = if self.percent.take().is_some() {
            "\r\x1b[K"
        } else {
            ""
        };
        self.write(&format!("{clear}{text}\n"));
    }

    /// `done` of `whole`: a line that the next one replaces.
    pub(crate) fn part(&mut self, text: &str, done: u64, whole: u64) {
        let percent = 100 * done / whole.max(1);
        if self.live && self.percent != Some(percent) {
            self.percent = Some(percent);
            self.write(&format!("\r{text} {percent}%"));
        }
    }

    /// Takes a line away that the next one would have replaced.
    pub(crate) fn clear(&mut self) {
        if self.percent.take().is_some() {
            self.write("\r\x1b[K");
        }
    }

    /// Progress is a courtesy: a standard error that is gone stops nothing.
    fn write(&self, text: &str) {
        if !self.silent {
            drop(io::stderr().lock().write_all(text.as_bytes()));
        }
    }
}
