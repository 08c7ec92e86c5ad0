//! How often a workload reads its input, so that its profile tells something.
//!
//! A short run gives a handful of samples. The first attempt reads the input
//! once; each further one reads it as often as the last attempt suggests.

use std::time::Duration;

/// A CPU profile that rests on fewer signals than this tells too little: a
/// function with a tenth of the time is then known to 4 points at best.
pub(crate) const ENOUGH_SIGNALS: u64 = 200;

/// What an attempt aims at: some more than enough, since runs vary.
const AIM: u64 = ENOUGH_SIGNALS * 13 / 10;

/// One attempt multiplies the passes by this at most: few signals are a poor
/// basis for a forecast.
const STEEPEST: u64 = 64;

/// The words and pointers of a command line may take this many bytes: systems
/// allow 2 MiB, together with the environment.
const COMMAND_LINE: u64 = 1 << 20;

/// How often a command line can name a file whose path has `length` bytes.
pub(crate) fn most(length: usize) -> u64 {
    COMMAND_LINE / (length as u64 + 9)
}

/// What one attempt showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// How often the input was named.
    pub(crate) passes: u64,
    /// How many signals the CPU profile rests on.
    pub(crate) signals: u64,
    /// How long the program ran.
    pub(crate) elapsed: Duration,
}

impl Attempt {
    /// Whether the profile rests on enough signals.
    pub(crate) fn is_enough(&self) -> bool {
        self.signals >= ENOUGH_SIGNALS
    }

    /// The number of passes for another attempt, at most `most`, which is to
    /// last no longer than `left`; `None` when this attempt is enough, or when
    /// the limits do not allow a better one.
    pub(crate) fn next(&self, left: Duration, most: u64) -> Option<u64> {
        if self.is_enough() {
            return None;
        }
        let wanted = self.passes * (AIM / self.signals.max(1)).clamp(2, STEEPEST);
        let next = wanted.min(self.affordable(left)).min(most);
        (next > self.passes).then_some(next)
    }

    /// The passes that fit into `left`, a fifth of it kept in reserve.
    fn affordable(&self, left: Duration) -> u64 {
        let each = self.elapsed.as_secs_f64() / self.passes as f64;
        (left.as_secs_f64() * 0.8 / each.max(1e-9)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(passes: u64, signals: u64, millis: u64, left: u64, expected: Option<u64>) {
        let elapsed = Duration::from_millis(millis);
        let attempt = Attempt {
            passes,
            signals,
            elapsed,
        };
        assert_eq!(attempt.next(Duration::from_secs(left), 8192), expected);
    }

    #[test]
    fn enough_signals_end_the_search() {
        check(1, 200, 2000, 30, None);
        check(1, 199, 2000, 30, Some(2));
    }

    #[test]
    fn passes_grow_with_what_is_missing() {
        check(1, 10, 100, 30, Some(26));
        check(10, 100, 1000, 30, Some(20));
    }

    #[test]
    fn a_poor_basis_is_not_trusted_far() {
        check(1, 0, 1, 30, Some(64));
        check(64, 0, 1, 30, Some(4096));
        check(4096, 0, 1, 30, Some(8192));
        check(8192, 0, 1, 30, None);
    }

    #[test]
    fn a_command_line_holds_thousands_of_names() {
        assert_eq!(most("testdata/log_10MB.log".len()), 34_952);
    }

    #[test]
    fn the_time_that_is_left_is_the_limit() {
        check(10, 20, 1000, 10, Some(80));
        check(10, 20, 1000, 1, None);
        check(10, 20, 1000, 0, None);
    }
}
