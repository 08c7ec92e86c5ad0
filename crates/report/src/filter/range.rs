//! Ranges of numeric labels: `32kb`, `:64kb`, `4mb:`, `12kb:64mb`.

use crate::measurement::scale;

/// Numbers between two bounds, in a unit.
#[derive(Debug, PartialEq)]
pub(super) struct Range {
    low: f64,
    high: f64,
    unit: String,
}

impl Range {
    /// Reads a range; `None` when `text` is none, and so may be an expression.
    pub(super) fn parse(text: &str) -> Option<Range> {
        let Some((low, high)) = text.split_once(':') else {
            let (value, unit) = bound(text, None)?;
            return Some(Range {
                low: value,
                high: value,
                unit,
            });
        };
        match (low, high) {
            ("", high) => {
                let (high, unit) = bound(high, None)?;
                Some(Range {
                    low: f64::NEG_INFINITY,
                    high,
                    unit,
                })
            }
            (low, "") => {
                let (low, unit) = bound(low, None)?;
                Some(Range {
                    low,
                    high: f64::INFINITY,
                    unit,
                })
            }
            (low, high) => {
                let (low, unit) = bound(low, None)?;
                let (high, other) = bound(high, Some(&unit))?;
                (unit == other).then_some(Range { low, high, unit })
            }
        }
    }

    /// Whether `value` of `unit` lies within; bounds included.
    pub(super) fn contains(&self, value: i64, unit: &str) -> bool {
        let scaled = scale(value, unit, &self.unit);
        scaled.unit == self.unit && scaled.value >= self.low && scaled.value <= self.high
    }
}

/// A number with an optional unit, scaled to unit `to` or else to its own.
fn bound(text: &str, to: Option<&str>) -> Option<(f64, String)> {
    let digits = text.trim_start_matches(['+', '-']);
    if text.len() - digits.len() > 1 {
        return None;
    }
    let unit = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &text[..text.len() - unit.len()];
    if !unit.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let scaled = scale(number.parse().ok()?, unit, to.unwrap_or(unit));
    Some((scaled.value, scaled.unit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let cases = [
            ("32kb", 32768, "bytes", true),
            ("32kb", 32769, "bytes", false),
            (":64kb", 1, "bytes", true),
            (":64kb", 65537, "bytes", false),
            ("4mb:", 4 << 20, "bytes", true),
            ("12kb:64mb", 12288, "bytes", true),
            ("12kb:64mb", 12287, "bytes", false),
            ("12kb:64mb", 50_000, "ns", false),
            ("-5", -5, "", true),
        ];
        for (range, value, unit, expected) in cases {
            assert_eq!(
                Range::parse(range).unwrap().contains(value, unit),
                expected,
                "{range}"
            );
        }
        for text in [
            "",
            ":",
            "a",
            "1:2:3",
            "1kb:2ms",
            "1k b",
            "--1",
            "99999999999999999999",
        ] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }
}
