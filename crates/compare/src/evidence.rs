//! How many independent samples a profile rests on.

use dtail_profile::{Profile, ValueType};

use crate::facts::Facts;

/// What the figures of a profile rest on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Samples that are as good as independent; `None` when the file does not tell.
    pub samples: Option<f64>,
    /// Whether the value was counted by signals, each of which stands for a period.
    pub is_cpu: bool,
}

impl Evidence {
    /// The evidence for value number `index` of `profile`, whose sum is `total`.
    ///
    /// A CPU profile rests on its signals: the sum of `samples/count`, or the fact `signals` where
    /// that is smaller (one late signal can stand for several samples). Any other profile rests on
    /// its total over its period: where one byte in a period is hit on average, the variance of a
    /// sum is at most the sum times the period, which is that of so many samples. Without a period
    /// of the value's unit, a value that counts something is its own number of samples.
    pub fn of(profile: &Profile, facts: &Facts, index: usize, total: i64) -> Evidence {
        if let Some(ticks) = ticks(profile) {
            let signals = facts.number::<u64>("signals").unwrap_or(ticks).min(ticks);
            return Evidence {
                samples: Some(signals as f64),
                is_cpu: true,
            };
        }
        let unit = profile.text(profile.sample_types[index].unit);
        let kind = profile.text(profile.sample_types[index].kind);
        let period_unit = profile.text(profile.period_type.unit);
        let samples = if profile.period > 0 && period_unit == unit {
            Some(total as f64 / profile.period as f64)
        } else {
            (unit == "count").then_some(total as f64)
        };
        Evidence {
            samples,
            is_cpu: kind == "cpu",
        }
    }
}

/// The sum of `samples/count`, which only CPU profiles have.
fn ticks(profile: &Profile) -> Option<u64> {
    let is_ticks =
        |t: &ValueType| profile.text(t.kind) == "samples" && profile.text(t.unit) == "count";
    let index = profile.sample_types.iter().position(is_ticks)?;
    let values = profile.samples.iter().map(|sample| sample.values[index]);
    let sum = values.fold(0u64, |sum, value| sum.saturating_add(value.unsigned_abs()));
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dtail_profile::ProfileBuilder;

    #[track_caller]
    fn check(
        types: &[(&str, &str)],
        period: i64,
        values: &[i64],
        comment: &str,
        expected: Option<f64>,
    ) {
        let mut builder = ProfileBuilder::new();
        for (kind, unit) in types {
            builder.sample_type(kind, unit);
        }
        let unit = types[types.len() - 1].1;
        builder.period("period", unit, period).comment(comment);
        builder.sample(&[], values, &[]).sample(&[], values, &[]);
        let profile = builder.finish().unwrap();
        let index = types.len() - 1;
        let evidence = Evidence::of(&profile, &Facts::of(&profile), index, 2 * values[index]);
        assert_eq!(evidence.samples, expected);
    }

    #[test]
    fn what_profiles_rest_on() {
        let cpu = [("samples", "count"), ("cpu", "nanoseconds")];
        check(&cpu, 10, &[50, 500], "", Some(100.0));
        check(&cpu, 10, &[50, 500], "# dtail.signals=80", Some(80.0));
        check(&cpu, 10, &[50, 500], "# dtail.signals=800", Some(100.0));
        check(&[("cpu", "nanoseconds")], 10, &[500], "", Some(100.0));
        check(&[("inuse_space", "bytes")], 512, &[5120], "", Some(20.0));
        check(&[("contentions", "count")], 0, &[7], "", Some(14.0));
        check(&[("delay", "nanoseconds")], 0, &[7], "", None);
    }
}
