//! What a sample costs, counted in the handler itself.
//!
//! Cycles of the time stamp counter go to a histogram with four bins for each doubling, so a quantile
//! is known to a fifth of its value. They become nanoseconds at the end, when the counter has been
//! compared with a clock over the whole recording.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::sys::arch::cycles;

/// Four bins for each of the 64 doublings.
const BINS: usize = 256;

static COSTS: [AtomicU64; BINS] = [const { AtomicU64::new(0) }; BINS];

/// Books what has passed since `start`, which [`cycles`] gave. Async-signal-safe.
pub(super) fn book(start: u64) {
    let bin = bin_of(cycles().saturating_sub(start));
    if let Some(count) = COSTS.get(bin) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn bin_of(cycles: u64) -> usize {
    let cycles = cycles.max(4);
    let doubling = cycles.ilog2();
    (doubling * 4) as usize | (cycles >> (doubling - 2)) as usize & 3
}

/// The middle of a bin, in cycles.
fn middle_of(bin: usize) -> f64 {
    let quarter = 2_f64.powi((bin / 4) as i32 - 2);
    (4.0 + (bin % 4) as f64 + 0.5) * quarter
}

/// Reads the histogram over a stretch of time.
#[derive(Debug)]
pub(super) struct Meter {
    counts: Vec<u64>,
    cycles: u64,
    start: Instant,
}

/// What a sample cost in the handler.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SampleCost {
    pub(crate) median: Duration,
    /// The cost that one sample in a hundred exceeds.
    pub(crate) p99: Duration,
}

impl Meter {
    pub(super) fn start() -> Self {
        Self {
            counts: counts(),
            cycles: cycles(),
            start: Instant::now(),
        }
    }

    /// The costs since the start; `None` without a sample.
    pub(super) fn read(&self) -> Option<SampleCost> {
        let new: Vec<u64> = counts()
            .iter()
            .zip(&self.counts)
            .map(|(now, then)| now - then)
            .collect();
        let nanos_per_cycle = self.start.elapsed().as_nanos() as f64
            / cycles().saturating_sub(self.cycles).max(1) as f64;
        let quantile = |share| {
            let cycles = middle_of(quantile(&new, share)?);
            Some(Duration::from_nanos((cycles * nanos_per_cycle) as u64))
        };
        Some(SampleCost {
            median: quantile(0.5)?,
            p99: quantile(0.99)?,
        })
    }
}

fn counts() -> Vec<u64> {
    COSTS
        .iter()
        .map(|count| count.load(Ordering::Relaxed))
        .collect()
}

/// The bin below which, or in which, `share` of the counts lie.
fn quantile(counts: &[u64], share: f64) -> Option<usize> {
    let rank = (counts.iter().sum::<u64>() as f64 * share).ceil() as u64;
    let mut below = 0;
    counts.iter().position(|count| {
        below += count;
        rank > 0 && below >= rank
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_holds_its_cycles() {
        for cycles in (4..5000).chain([1 << 40, u64::MAX]) {
            let middle = middle_of(bin_of(cycles));
            assert!(
                (middle / cycles as f64 - 1.0).abs() < 0.13,
                "{cycles} in {middle}"
            );
        }
        assert_eq!(bin_of(0), bin_of(4));
    }

    fn check(counts: &[u64], share: f64, expected: Option<usize>) {
        assert_eq!(quantile(counts, share), expected);
    }

    #[test]
    fn quantiles_are_by_rank() {
        check(&[0, 99, 1], 0.5, Some(1));
        check(&[0, 99, 1], 0.99, Some(1));
        check(&[0, 98, 2], 0.99, Some(2));
        check(&[0, 0], 0.5, None);
    }
}
