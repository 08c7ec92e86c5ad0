//! Values in units that a person reads, each in the unit that fits it best.

use std::time::Duration;

/// `value` of `unit`, with at most two decimals: `2.31s`, `1.50MB`, `17`.
pub(crate) fn value(value: i64, unit: &str) -> String {
    report::scaled_label(value, unit, "auto")
}

/// A size in bytes.
pub(crate) fn size(bytes: u64) -> String {
    value(i64::try_from(bytes).unwrap_or(i64::MAX), "bytes")
}

/// A span of time; `-` for none.
pub(crate) fn span(span: Duration) -> String {
    if span.is_zero() {
        return "-".to_owned();
    }
    value(
        i64::try_from(span.as_nanos()).unwrap_or(i64::MAX),
        "nanoseconds",
    )
}
