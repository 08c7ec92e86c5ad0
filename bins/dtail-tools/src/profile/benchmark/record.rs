//! What is written down about a benchmark, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::measure::Timing;

/// Of a record; another number when its form changes.
pub(super) const RECORD: &str = "dtail.benchmark/1";

/// How often one interval or more of a comparison fails to hold its true ratio.
const DOUBT: f64 = 0.05;

/// Of a comparison.
pub(super) const COMPARISON: &str = "dtail.benchmark.comparison/1";

/// The times of one build.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Record {
    pub(super) schema: String,
    /// What a baseline is called; empty for a run.
    pub(super) tag: String,
    /// When it was run, RFC 3339 in UTC.
    pub(super) time: String,
    /// The commit of the current directory; empty outside a repository.
    pub(super) commit: String,
    /// Machine and build, by the facts of a profile.
    pub(super) machine: BTreeMap<String, String>,
    pub(super) workloads: Vec<WorkloadRecord>,
}

/// The times of one workload.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct WorkloadRecord {
    pub(super) title: String,
    pub(super) program: String,
    /// The command line, with the file named once.
    pub(super) command: String,
    /// How often the file was read in a run.
    pub(super) passes: u64,
    /// Bytes read in a run.
    pub(super) bytes: u64,
    pub(super) runs: Vec<Timing>,
}

/// The times of two builds, run in turn.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Comparison {
    pub(super) schema: &'static str,
    pub(super) time: String,
    pub(super) old: SideRecord,
    pub(super) new: SideRecord,
    pub(super) machine: BTreeMap<String, String>,
    pub(super) workloads: Vec<WorkloadComparison>,
}

/// Which build a side is.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct SideRecord {
    /// The baseline or the directory of the programs.
    pub(super) source: String,
    /// The commit it was built from, as far as known.
    pub(super) commit: String,
}

/// Both builds at one workload.
#[derive(Clone, Debug, Serialize)]
pub(super) struct WorkloadComparison {
    pub(super) title: String,
    pub(super) program: String,
    pub(super) command: String,
    pub(super) passes: u64,
    pub(super) old: Vec<Timing>,
    pub(super) new: Vec<Timing>,
    /// New to old, on the clock.
    pub(super) wall: Option<Ratio>,
    /// New to old, CPU time.
    pub(super) cpu: Option<Ratio>,
    /// Functions whose CPU time changed beyond chance, in profiles of runs of their own.
    pub(super) moved: Vec<Moved>,
}

/// How many times as long, with an interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Ratio {
    pub(super) ratio: f64,
    /// Those of all workloads hold their true ratios at once with 95 % confidence. Absent when there are too
    /// few runs for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interval: Option<(f64, f64)>,
}

/// A function whose share of the CPU time changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Moved {
    pub(super) function: String,
    /// Shares of the CPU time.
    pub(super) old: f64,
    pub(super) new: f64,
    /// CPU seconds in a run.
    pub(super) old_seconds: f64,
    pub(super) new_seconds: f64,
    /// The rate of false discoveries at which this is one.
    pub(super) q: f64,
}

impl Ratio {
    /// The ratio of each pair, in the middle, one of the ratios of so many workloads. `None` when a value is
    /// not positive.
    pub(super) fn of(old: &[f64], new: &[f64], workloads: usize) -> Option<Ratio> {
        if old.iter().chain(new).any(|value| *value <= 0.0) {
            return None;
        }
        let pairs: Vec<f64> = old
            .iter()
            .zip(new)
            .map(|(old, new)| (new / old).ln())
            .collect();
        // C. E. Bonferroni's bound. The interval has half of its doubt on each side: of both times of all
        // workloads, one is slower by chance once in twenty comparisons at most.
        let confidence = 1.0 - DOUBT / workloads as f64;
        let middle = stats::hodges_lehmann(&pairs, confidence)?;
        Some(Ratio {
            ratio: middle.estimate.exp(),
            interval: middle.interval.map(|(low, high)| (low.exp(), high.exp())),
        })
    }

    /// `slower`, `faster`, or what cannot be told.
    pub(super) fn verdict(&self) -> &'static str {
        match self.interval {
            None => "too few runs",
            Some((low, _)) if low > 1.0 => "slower",
            Some((_, high)) if high < 1.0 => "faster",
            Some(_) => "no difference shown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &[f64], new: &[f64], ratio: f64, verdict: &str) {
        let found = Ratio::of(old, new, 1).unwrap();
        assert!((found.ratio - ratio).abs() < 1e-9, "{found:?}");
        assert_eq!(found.verdict(), verdict, "{found:?}");
    }

    #[test]
    fn pairs_cancel_what_both_have_in_common() {
        // The machine is slower and slower, the second build always by a tenth.
        let old: Vec<f64> = (1..=10).map(f64::from).collect();
        let new: Vec<f64> = old.iter().map(|time| time * 1.1).collect();
        check(&old, &new, 1.1, "slower");
        check(&new, &old, 1.0 / 1.1, "faster");
        check(&old, &old, 1.0, "no difference shown");
        check(&old[..5], &new[..5], 1.1, "too few runs");
    }

    #[test]
    fn many_workloads_want_more_runs() {
        let (old, new) = ([1.0; 9], [1.1, 1.2, 1.1, 1.3, 1.1, 1.2, 1.1, 1.2, 1.1]);
        let verdict = |runs: usize, workloads| {
            let ratio = Ratio::of(&old[..runs], &new[..runs], workloads);
            ratio.unwrap().verdict()
        };
        assert_eq!(verdict(6, 1), "slower");
        assert_eq!(verdict(6, 3), "too few runs");
        assert_eq!(verdict(9, 7), "slower");
        assert_eq!(verdict(8, 7), "too few runs");
    }

    #[test]
    fn times_of_nothing_have_no_ratio() {
        assert_eq!(Ratio::of(&[0.0, 1.0], &[1.0, 1.0], 1), None);
        assert_eq!(Ratio::of(&[], &[], 1), None);
    }
}
