//! Values in units that a person reads.

use std::time::Duration;

const BYTES: &[(&str, f64)] = &[
    ("B", 1.0),
    ("kB", 1024.0),
    ("MB", 1048576.0),
    ("GB", 1073741824.0),
    ("TB", 1099511627776.0),
];
const NANOSECONDS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("hrs", 3600e9),
];

/// `value` in the largest unit of its family that leaves at least one, with at
/// most two decimals: `2.31s`, `1.50MB`, `17`.
pub(crate) fn figure(value: i64, unit: &str) -> String {
    let family = match unit {
        "bytes" => BYTES,
        "nanoseconds" => NANOSECONDS,
        _ => return value.to_string(),
    };
    let value = value as f64;
    let fits = |(_, factor): &&(&str, f64)| value.abs() >= *factor;
    let (name, factor) = family.iter().rev().find(fits).unwrap_or(&family[0]);
    let number = format!("{:.2}", value / factor);
    format!("{}{name}", number.strip_suffix(".00").unwrap_or(&number))
}

/// A time span as a figure; `-` for none.
pub(crate) fn duration(span: Duration) -> String {
    if span.is_zero() {
        return "-".to_owned();
    }
    figure(
        i64::try_from(span.as_nanos()).unwrap_or(i64::MAX),
        "nanoseconds",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: i64, unit: &str, expected: &str) {
        assert_eq!(figure(value, unit), expected);
    }

    #[test]
    fn values_have_the_unit_that_fits_them() {
        check(2_310_000_000, "nanoseconds", "2.31s");
        check(999, "nanoseconds", "999ns");
        check(0, "nanoseconds", "0ns");
        check(7_200_000_000_000, "nanoseconds", "2hrs");
        check(1536, "bytes", "1.50kB");
        check(-3 << 20, "bytes", "-3MB");
        check(17, "count", "17");
    }
}
