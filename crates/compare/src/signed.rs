//! Numbers with their sign, as text.

/// A value of `unit` in unit `shown`, a plus in front of what is more.
pub(crate) fn value(value: f64, unit: &str, shown: &str) -> String {
    let text = plain(value, unit, shown);
    if value > 0.0 && text != "0" {
        format!("+{text}")
    } else {
        text
    }
}

/// A value of `unit` in unit `shown`.
pub(crate) fn plain(value: f64, unit: &str, shown: &str) -> String {
    report::scaled_label(value.round() as i64, unit, shown)
}

/// A fraction in points of percentage: `+3.52`.
pub(crate) fn points(fraction: f64) -> String {
    format!("{:+.2}", without_negative_zero(100.0 * fraction, 2))
}

/// A fraction in percent: `12.3%`.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{:.1}%", without_negative_zero(100.0 * fraction, 1))
}

/// `number` to six significant digits: what statistics say is no more certain, and the last digits
/// of a logarithm differ from machine to machine.
pub(crate) fn rounded(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// `number`, or 0 where it would print as -0 with that many decimals.
fn without_negative_zero(number: f64, decimals: i32) -> f64 {
    if number.abs() < 0.5 * 10f64.powi(-decimals) {
        0.0
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_has_a_plus() {
        assert_eq!(value(1.5e6, "nanoseconds", "ms"), "+1.50ms");
        assert_eq!(value(-1.5e6, "nanoseconds", "ms"), "-1.50ms");
        assert_eq!(value(1.0, "nanoseconds", "s"), "0");
        assert_eq!(
            (points(0.0352), points(-0.000_01)),
            ("+3.52".into(), "+0.00".into())
        );
        assert_eq!(
            (percent(0.1234), percent(-0.5)),
            ("12.3%".into(), "-50.0%".into())
        );
    }
}
