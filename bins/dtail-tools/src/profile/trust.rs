//! How far a profile can be trusted: what its number of samples can tell.

use super::{contents::Contents, figure, passes::ENOUGH_SIGNALS};

/// The share whose uncertainty stands for the others.
const SHARE: f64 = 0.1;

/// The two counts of CPU time may differ by this much, the tick of the kernel
/// and the ends of the run being what they are.
const CPU_TOLERANCE: f64 = 0.05;

/// Half the width of the 95 % interval of a share of `SHARE` that was seen in
/// `samples` independent samples, in points of percentage.
fn half_width(samples: u64) -> f64 {
    1.96 * (SHARE * (1.0 - SHARE) / samples as f64).sqrt() * 100.0
}

/// What to know before believing the profile, one sentence a line.
pub(crate) fn statements(contents: &Contents) -> Vec<String> {
    let mut lines = vec![if contents.is_cpu() {
        signals(contents)
    } else {
        records(contents)
    }];
    lines.extend(cpu_covered(contents));
    lines.extend(lost(contents));
    lines
}

fn signals(contents: &Contents) -> String {
    match contents.samples {
        0 => "No signal arrived: the profile tells nothing about CPU time".to_owned(),
        n if n < ENOUGH_SIGNALS => format!(
            "{n} signals are few: a share of 10% is known to ±{:.1} points only (95% confidence)",
            half_width(n)
        ),
        n => format!(
            "{n} signals: a share of 10% is known to ±{:.1} points (95% confidence)",
            half_width(n)
        ),
    }
}

/// A sampled heap profile does not say how many samples it rests on, but each
/// stands for the rate at least.
fn records(contents: &Contents) -> String {
    match contents
        .memory_rate_bytes()
        .filter(|_| contents.unit == "bytes")
    {
        Some(1) => "Every allocation was recorded: the figures are exact".to_owned(),
        Some(rate) if rate > 1 && contents.total >= rate => {
            let samples = (contents.total / rate).unsigned_abs();
            format!(
                "At most {samples} samples, one in {} on average: a share of 10% is known to \
                 ±{:.1} points at best (95% confidence)",
                figure::value(rate, "bytes"),
                half_width(samples)
            )
        }
        Some(rate) if rate > 1 => format!(
            "Less than the {} between two samples: the profile tells next to nothing",
            figure::value(rate, "bytes")
        ),
        _ => format!(
            "{} records; the file does not say how they were sampled",
            contents.samples
        ),
    }
}

/// How much of the CPU time that the process used was sampled.
fn cpu_covered(contents: &Contents) -> Option<String> {
    let used: f64 = contents
        .facts
        .number("cpu_seconds")
        .filter(|&used| used > 0.0)?;
    let sampled: f64 = contents.facts.number("sampled_cpu_seconds")?;
    let percent = 100.0 * sampled / used;
    let odd = (sampled / used - 1.0).abs() > CPU_TOLERANCE && contents.is_cpu();
    let warning = if odd {
        ": the figures are off by as much"
    } else {
        ""
    };
    Some(format!(
        "{sampled:.2}s sampled of {used:.2}s CPU time used ({percent:.0}%){warning}"
    ))
}

fn lost(contents: &Contents) -> Option<String> {
    let lost: u64 = contents.facts.number("lost")?;
    let all = contents.samples + lost;
    Some(match lost {
        0 => "No sample was lost".to_owned(),
        n => format!(
            "{n} samples were lost ({:.1}%)",
            100.0 * n as f64 / all as f64
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use compare::Facts;

    fn contents(kind: &str, unit: &str, total: i64, samples: u64, comments: &[&str]) -> Contents {
        Contents {
            value_kind: kind.to_owned(),
            unit: unit.to_owned(),
            total,
            samples,
            time: None,
            duration: std::time::Duration::ZERO,
            period: (0, String::new()),
            facts: Facts::among(comments.iter().copied()),
        }
    }

    #[track_caller]
    fn check(contents: Contents, expected: &[&str]) {
        assert_eq!(statements(&contents), expected);
    }

    fn cpu(samples: u64, comments: &[&str]) -> Contents {
        contents("cpu", "nanoseconds", 0, samples, comments)
    }

    fn heap(total: i64, comments: &[&str]) -> Contents {
        contents("inuse_space", "bytes", total, 3, comments)
    }

    #[test]
    fn the_half_width_is_that_of_a_proportion() {
        for (samples, points) in [(100, 5.88), (500, 2.63), (1000, 1.86), (10_000, 0.588)] {
            assert!((half_width(samples) - points).abs() < 0.005, "{samples}");
        }
    }

    #[test]
    fn signals_say_what_they_can_tell() {
        let few =
            "57 signals are few: a share of 10% is known to ±7.8 points only (95% confidence)";
        check(cpu(57, &[]), &[few]);
        let many = "262 signals: a share of 10% is known to ±3.6 points (95% confidence)";
        check(cpu(262, &[]), &[many]);
        check(
            cpu(0, &[]),
            &["No signal arrived: the profile tells nothing about CPU time"],
        );
    }

    #[test]
    fn cpu_time_that_was_missed_is_said() {
        let facts = [
            "# dtail.cpu_seconds=2.5",
            "# dtail.sampled_cpu_seconds=2.45",
            "# dtail.lost=0",
        ];
        let lines = statements(&cpu(245, &facts));
        assert_eq!(lines[1], "2.45s sampled of 2.50s CPU time used (98%)");
        assert_eq!(lines[2], "No sample was lost");
        let facts = [
            "# dtail.cpu_seconds=2",
            "# dtail.sampled_cpu_seconds=1",
            "# dtail.lost=5",
        ];
        let lines = statements(&cpu(95, &facts));
        assert_eq!(
            lines[1],
            "1.00s sampled of 2.00s CPU time used (50%): the figures are off by as much"
        );
        assert_eq!(lines[2], "5 samples were lost (5.0%)");
    }

    #[test]
    fn heap_profiles_rest_on_their_rate() {
        let rate = "# dtail.memory_rate_bytes=524288";
        check(
            heap(50 << 20, &[rate]),
            &[
                "At most 100 samples, one in 512kB on average: a share of 10% is known to \
               ±5.9 points at best (95% confidence)",
            ],
        );
        check(
            heap(1000, &[rate]),
            &["Less than the 512kB between two samples: the profile tells next to nothing"],
        );
        let exact = "Every allocation was recorded: the figures are exact";
        check(heap(1000, &["# dtail.memory_rate_bytes=1"]), &[exact]);
        check(
            heap(1000, &[]),
            &["3 records; the file does not say how they were sampled"],
        );
    }
}
