//! The one line of a terminal that says how far the work is, and that every other line replaces.
//!
//! It is on standard error, and only where that is a terminal that can erase a line. Nothing is shown in
//! the first half second, which is most runs, and then ten times a second at most. Whoever else writes to
//! the terminal erases it before, with [`erased`].

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long work goes on before anything is said about it.
const SILENCE: Duration = Duration::from_millis(500);

/// How long a line stands at least.
const PAUSE: Duration = Duration::from_millis(100);

/// Columns where the terminal does not say how many it has.
const COLUMNS: usize = 80;

/// Whether the line stands.
static IS_SHOWN: Mutex<bool> = Mutex::new(false);

/// As long as it lives the line is away, and does not come back.
#[derive(Debug)]
pub struct Erased(#[allow(dead_code, reason = "held")] MutexGuard<'static, bool>);

/// Erases the line, if it stands, before something else is written to the terminal.
pub fn erased() -> Erased {
    let mut is_shown = IS_SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if *is_shown {
        write("\r\x1b[K");
        *is_shown = false;
    }
    Erased(is_shown)
}

/// Whether there can be such a line.
pub(crate) fn is_possible() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    io::stderr().is_terminal() && !is_dumb
}

/// Shows `text` in place of what the line was; not while somebody else writes.
fn show(text: &str) {
    if let Ok(mut is_shown) = IS_SHOWN.try_lock() {
        let terminal = terminal_size::terminal_size_of(io::stderr());
        let columns = terminal.map_or(COLUMNS, |(width, _)| width.0.into());
        // The cursor goes back, so that whatever comes next begins in the first column.
        write(&format!(
            "\r\x1b[K{}\r",
            clipped(text, columns.saturating_sub(1))
        ));
        *is_shown = true;
    }
}

/// A standard error that is gone is nobody's to complain to.
fn write(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// The end of `text` in at most `columns`, where a path has its file; control characters are left out.
fn clipped(text: &str, columns: usize) -> String {
    let text: Vec<char> = text.chars().filter(|c| !c.is_control()).collect();
    let from = text.len().saturating_sub(columns);
    text[from..].iter().collect()
}

/// When a line is shown, and that it goes away in the end.
#[derive(Debug)]
pub(crate) struct Pace {
    started: Instant,
    /// When the next line is due, in milliseconds from the start.
    next_ms: AtomicU64,
}

impl Pace {
    pub(crate) fn new() -> Pace {
        Pace {
            started: Instant::now(),
            next_ms: AtomicU64::new(SILENCE.as_millis() as u64),
        }
    }

    /// Shows what `text` makes of the time that has passed, if a line is due.
    pub(crate) fn show(&self, text: impl FnOnce(Duration) -> Option<String>) {
        let elapsed = self.started.elapsed();
        let now = elapsed.as_millis() as u64;
        let due = self.next_ms.load(Ordering::Relaxed);
        let next = now + PAUSE.as_millis() as u64;
        // One of several threads shows it.
        let is_ours = now >= due
            && self
                .next_ms
                .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if let Some(text) = is_ours.then(|| text(elapsed)).flatten() {
            show(&text);
        }
    }
}

impl Drop for Pace {
    fn drop(&mut self) {
        drop(erased());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fits_the_terminal_and_holds_no_commands() {
        assert_eq!(clipped("a\x1b[31mb.log: 5%", 80), "a[31mb.log: 5%");
        assert_eq!(clipped("/very/long/größe.log: 5%", 13), "größe.log: 5%");
        assert_eq!(clipped("abc", 0), "");
    }

    #[test]
    fn nothing_is_said_of_short_work() {
        let pace = Pace::new();
        pace.show(|_| panic!("half a second has not passed"));
        pace.next_ms.store(0, Ordering::Relaxed);
        let mut shown = 0;
        for _ in 0..2 {
            pace.show(|_| {
                shown += 1;
                None
            });
        }
        assert_eq!(shown, 1, "the next line is due later");
    }
}
