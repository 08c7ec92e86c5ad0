//! Numbers as Go's `fmt` prints them and as its conversions round them.

/// `value` cut to an integer; out of range it becomes the smallest, as on x86.
pub(crate) fn to_integer(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

/// `value` with `digits` significant digits and no trailing zeros: `%.2g`.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    let scientific = format!("{value:.*e}", digits.saturating_sub(1));
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent < -4 || exponent >= digits as i32 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", without_zeros(mantissa), exponent.abs());
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    without_zeros(&format!("{value:.decimals$}")).to_owned()
}

/// A decimal fraction without the zeros at its end.
fn without_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_significant_digits() {
        let cases = [
            (0.0, "0"),
            (0.5, "0.5"),
            (0.574, "0.57"),
            (0.999, "1"),
            (0.0171, "0.017"),
            (0.00012, "0.00012"),
            (0.000012, "1.2e-05"),
            (6.14e-7, "6.1e-07"),
        ];
        for (value, expected) in cases {
            assert_eq!(significant(value, 2), expected);
        }
    }

    #[test]
    fn conversion_out_of_range() {
        assert_eq!(to_integer(-1.9), -1);
        assert_eq!(to_integer(1e30), i64::MIN);
        assert_eq!(to_integer(f64::NAN), i64::MIN);
        assert_eq!(to_integer(i64::MIN as f64), i64::MIN);
    }
}
