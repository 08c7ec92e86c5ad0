//! When a program that could go on is to finish: a signal came, or its time is up.
//!
//! A program that has something to show at its end does not die of SIGINT, SIGTERM or SIGHUP: it
//! asks [`Ending::is_due`] now and then, finishes, and then ends by the same signal, so that its exit
//! status says so. A second signal ends it at once. One that was ignored when the program started
//! stays ignored.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// Tells when to finish.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// The number of the signal that came, or 0.
    caught: Arc<AtomicUsize>,
    deadline: Arc<OnceLock<Instant>>,
    /// The signals that are caught.
    signals: Vec<i32>,
}

impl Ending {
    /// Catches the signals from now on.
    ///
    /// # Errors
    /// Those of the system; signals then end the program at once.
    pub(crate) fn by_signals() -> io::Result<Self> {
        let ignored = ignored_signals();
        let is_heard = |signal: &i32| ignored & 1 << (signal - 1) == 0;
        let ending = Ending {
            signals: SIGNALS.into_iter().filter(is_heard).collect(),
            ..Ending::default()
        };
        let is_second = Arc::new(AtomicBool::new(false));
        for &signal in &ending.signals {
            flag::register_conditional_default(signal, Arc::clone(&is_second))?;
            flag::register(signal, Arc::clone(&is_second))?;
            let number = signal.unsigned_abs() as usize;
            flag::register_usize(signal, Arc::clone(&ending.caught), number)?;
        }
        Ok(ending)
    }

    /// Calls `wake` on a thread of its own when a signal comes.
    ///
    /// # Errors
    /// Those of the system.
    pub fn wake_on_signal(&self, wake: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut signals = Signals::new(&self.signals)?;
        let wait = move || {
            if signals.forever().next().is_some() {
                wake();
            }
        };
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(wait)?;
        Ok(())
    }

    /// Makes the ending due so many seconds from now, unless that is 0. The first limit stays.
    pub fn after_seconds(&self, seconds: u64) {
        let limit = Instant::now().checked_add(Duration::from_secs(seconds));
        if let Some(limit) = limit.filter(|_| seconds > 0) {
            let _ = self.deadline.set(limit);
        }
    }

    /// When time is up.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline.get().copied()
    }

    /// Whether to finish now.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.signal().is_some() || self.deadline().is_some_and(|at| Instant::now() >= at)
    }

    fn signal(&self) -> Option<i32> {
        i32::try_from(self.caught.load(Ordering::Relaxed))
            .ok()
            .filter(|&signal| signal > 0)
    }

    /// Ends the program by the signal that came, if one did.
    pub(crate) fn die(&self) {
        if let Some(signal) = self.signal() {
            // Where that fails the program ends with its own status.
            let _ = low_level::emulate_default_handler(signal);
        }
    }
}

/// The signals that this process ignores, a bit each, the lowest for signal 1; none where the system
/// does not say.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_up_once_it_is() {
        let ending = Ending::default();
        ending.after_seconds(0);
        assert!(!ending.is_due() && ending.deadline().is_none());
        ending.after_seconds(1 << 40);
        assert!(!ending.is_due() && ending.deadline().is_some());
        let passed = Ending::default();
        passed.deadline.set(Instant::now()).expect("set once");
        assert!(passed.is_due());
    }

    #[test]
    fn no_time_is_too_long() {
        let ending = Ending::default();
        ending.after_seconds(u64::MAX);
        assert!(!ending.is_due());
    }
}
