//! What a profile file says about itself: the figures that `list` and
//! `analyze` put before everything else. All of it is read from the file.

use std::{path::Path, time::Duration};

use anyhow::{Context, Error, Result};
use compare::Facts;
use dtail_profile::{Profile, ValueType};
use jiff::Timestamp;

use crate::profile_file;

/// The summary of one profile.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    /// The kind of value that readers show first: `cpu`, `inuse_space`.
    pub(crate) value_kind: String,
    /// The unit of that value: `nanoseconds`, `bytes`.
    pub(crate) unit: String,
    /// That value, its absolute figures summed over all samples.
    pub(crate) total: i64,
    /// How many samples the file rests on; see [`Contents::of`].
    pub(crate) samples: u64,
    /// When the profile was started.
    pub(crate) time: Option<Timestamp>,
    /// How long it was taken; zero when the file does not say.
    pub(crate) duration: Duration,
    /// How much of what happened between two samples, and its unit.
    pub(crate) period: (i64, String),
    /// The facts about the run.
    pub(crate) facts: Facts,
}

impl Contents {
    /// The summary of `profile`.
    ///
    /// A CPU profile rests on its signals: the sum of `samples/count`, or the
    /// fact `signals` where that is smaller (one late signal can stand for
    /// several samples). Any other profile is counted by its records.
    pub(crate) fn of(profile: &Profile) -> Contents {
        let shown = shown_value(profile);
        let value_type = profile.sample_types.get(shown).copied().unwrap_or_default();
        let facts = Facts::of(profile);
        let samples = match ticks(profile) {
            Some(ticks) => facts.number("signals").unwrap_or(ticks).min(ticks),
            None => profile.samples.len() as u64,
        };
        Contents {
            value_kind: profile.text(value_type.kind).to_owned(),
            unit: profile.text(value_type.unit).to_owned(),
            total: total(profile, shown),
            samples,
            time: Some(profile.time_nanos)
                .filter(|&nanos| nanos != 0)
                .and_then(|nanos| Timestamp::from_nanosecond(nanos.into()).ok()),
            duration: Duration::from_nanos(u64::try_from(profile.duration_nanos).unwrap_or(0)),
            period: (
                profile.period,
                profile.text(profile.period_type.unit).to_owned(),
            ),
            facts,
        }
    }

    /// Signals a second of CPU time, of a CPU profile.
    pub(crate) fn cpu_rate_hz(&self) -> Option<i64> {
        let period = || {
            self.period_in("nanoseconds")
                .map(|period| 1_000_000_000 / period)
        };
        let rate = || self.facts.number("cpu_rate_hz").or_else(period);
        self.is_cpu().then(rate).flatten()
    }

    /// Mean bytes allocated between two samples, 1 when every allocation is one; of
    /// any other profile.
    pub(crate) fn memory_rate_bytes(&self) -> Option<i64> {
        let rate = || {
            self.facts
                .number("memory_rate_bytes")
                .or_else(|| self.period_in("bytes"))
        };
        (!self.is_cpu()).then(rate).flatten()
    }

    fn period_in(&self, unit: &str) -> Option<i64> {
        let (period, its_unit) = &self.period;
        Some(*period).filter(|&period| its_unit == unit && period > 0)
    }

    /// Whether this is a CPU profile.
    pub(crate) fn is_cpu(&self) -> bool {
        self.value_kind == "cpu" || self.value_kind == "samples"
    }
}

/// Reads and decodes the profile at `path`.
///
/// # Errors
/// What is wrong with the file; the path is named in the message.
pub(crate) fn load(path: &Path) -> Result<Profile> {
    let read = profile_file::load(path).map_err(Error::msg);
    read.with_context(|| path.display().to_string())
}

/// The position of the value that readers show first: the one the profile
/// names, else the last.
pub(crate) fn shown_value(profile: &Profile) -> usize {
    let types = &profile.sample_types;
    let named = types
        .iter()
        .position(|t| !t.kind.is_empty() && t.kind == profile.default_sample_type);
    named.unwrap_or(types.len().saturating_sub(1))
}

fn total(profile: &Profile, value: usize) -> i64 {
    if profile.sample_types.is_empty() {
        return 0;
    }
    let values = profile
        .samples
        .iter()
        .map(|sample| sample.values[value].saturating_abs());
    values.fold(0, i64::saturating_add)
}

/// The sum of `samples/count`, which only CPU profiles have.
fn ticks(profile: &Profile) -> Option<u64> {
    let is_ticks =
        |t: &ValueType| profile.text(t.kind) == "samples" && profile.text(t.unit) == "count";
    let value = profile.sample_types.iter().position(is_ticks)?;
    u64::try_from(total(profile, value)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dtail_profile::ProfileBuilder;

    fn cpu(counts: &[i64], comments: &[&str]) -> Contents {
        let mut builder = ProfileBuilder::new();
        builder
            .sample_type("samples", "count")
            .sample_type("cpu", "nanoseconds");
        builder.time(1_795_435_200_000_000_000, 2_500_000_000);
        for comment in comments {
            builder.comment(comment);
        }
        for count in counts {
            builder.sample(&[], &[*count, count * 10_000_000], &[]);
        }
        Contents::of(&builder.finish().unwrap())
    }

    #[track_caller]
    fn check_samples(counts: &[i64], comments: &[&str], expected: u64) {
        assert_eq!(cpu(counts, comments).samples, expected);
    }

    #[test]
    fn a_cpu_profile_rests_on_its_signals() {
        check_samples(&[3, 4], &[], 7);
        check_samples(&[3, 4], &["# dtail.signals=5"], 5);
        check_samples(&[3, 4], &["# dtail.signals=50"], 7);
        check_samples(&[], &["# dtail.signals=50"], 0);
    }

    #[test]
    fn time_duration_and_total_come_from_the_file() {
        let contents = cpu(&[3, 4], &["# dtail.host=web1"]);
        assert_eq!(
            (contents.value_kind.as_str(), contents.unit.as_str()),
            ("cpu", "nanoseconds")
        );
        assert_eq!(contents.total, 70_000_000);
        assert_eq!(contents.duration, Duration::from_millis(2500));
        assert_eq!(contents.time.unwrap().to_string(), "2026-11-23T12:00:00Z");
        assert_eq!(contents.facts.get("host"), Some("web1"));
        assert!(contents.is_cpu());
    }

    #[test]
    fn the_value_shown_is_the_one_the_profile_names() {
        let mut builder = ProfileBuilder::new();
        builder
            .sample_type("inuse_space", "bytes")
            .sample_type("inuse_objects", "count");
        builder
            .default_sample_type("inuse_space")
            .sample(&[], &[4096, 2], &[])
            .sample(&[], &[-96, 0], &[]);
        let contents = Contents::of(&builder.finish().unwrap());
        assert_eq!((contents.total, contents.samples), (4192, 2));
        assert_eq!(contents.time, None);
        assert!(!contents.is_cpu());
    }

    #[test]
    fn an_empty_profile_has_no_values() {
        let contents = Contents::of(&Profile::default());
        assert_eq!((contents.total, contents.samples), (0, 0));
    }
}
