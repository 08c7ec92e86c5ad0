//! Numbers as the Go ancestor reads and prints them.
//!
//! Reading accepts Go's floating point literals: an optional sign, decimal digits with `.` and an
//! exponent, underscores between digits, hexadecimal mantissas with a `p` exponent, and `inf`,
//! `infinity` and `nan` in any case. A value that overflows is not a number, and blanks are errors.
//! Printing is fixed with six decimals.

use std::io::{self, Write};

/// More digits than this may not fit the 53 bits of an `f64` exactly.
const EXACT_DIGITS: usize = 15;

/// The `f64` that `text` spells, or `None` when it is not a number.
pub(crate) fn parse(text: &[u8]) -> Option<f64> {
    match small_integer(text) {
        Some(value) => Some(value),
        None => parse_literal(text),
    }
}

/// The common case, a few digits and nothing else, read without leaving the loop.
fn small_integer(text: &[u8]) -> Option<f64> {
    if text.is_empty() || text.len() > EXACT_DIGITS {
        return None;
    }
    let mut value = 0_u64;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value as f64)
}

fn parse_literal(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    if text.contains('_') {
        return parse_literal(text_without_underscores(text)?.as_bytes());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(hex) = unsigned
        .strip_prefix("0x")
        .or_else(|| unsigned.strip_prefix("0X"))
    {
        let magnitude = parse_hexadecimal(hex)?;
        return Some(if text.starts_with('-') {
            -magnitude
        } else {
            magnitude
        });
    }
    let spelled_out = unsigned.starts_with(|c: char| c.is_ascii_alphabetic());
    let value: f64 = text.parse().ok()?;
    let signed_nan = value.is_nan() && unsigned.len() < text.len();
    let overflow = value.is_infinite() && !spelled_out;
    (!signed_nan && !overflow).then_some(value)
}

/// Drops the underscores, or `None` when one is not between two digits (`0x_1` counts its prefix as one).
fn text_without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let unsigned = text.trim_start_matches(['+', '-']);
    let hex = unsigned.starts_with("0x") || unsigned.starts_with("0X");
    let is_digit = |at: Option<&u8>| match at {
        Some(byte) if hex => byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X'),
        Some(byte) => byte.is_ascii_digit(),
        None => false,
    };
    let separates = |(at, byte): (usize, &u8)| {
        *byte != b'_' || (at > 0 && is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1)))
    };
    bytes
        .iter()
        .enumerate()
        .all(separates)
        .then(|| text.replace('_', ""))
}

/// Reads `1.8p-3` (the part after `0x`); the exponent is mandatory.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once(['p', 'P'])?;
    let exponent: i32 = parse_exponent(exponent)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut mantissa = 0_u64;
    let mut scale = exponent;
    for (digit, is_fraction) in whole
        .bytes()
        .map(|d| (d, false))
        .chain(fraction.bytes().map(|d| (d, true)))
    {
        let value = u64::from(char::from(digit).to_digit(16)?);
        if mantissa >> 59 == 0 {
            mantissa = mantissa << 4 | value;
            scale = scale.saturating_sub(if is_fraction { 4 } else { 0 });
        } else {
            mantissa |= u64::from(value != 0);
            scale = scale.saturating_add(if is_fraction { 0 } else { 4 });
        }
    }
    let value = scale_by_power_of_two(mantissa, scale);
    value.is_finite().then_some(value)
}

/// A decimal exponent, clamped to where every mantissa is zero or infinite anyway.
fn parse_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse().unwrap_or(100_000_i32).min(100_000);
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

/// `mantissa * 2^exponent`, rounded once, to the nearest even; also for subnormal results.
fn scale_by_power_of_two(mantissa: u64, exponent: i32) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let top_bit = 63 - mantissa.leading_zeros() as i32;
    let lowest_kept = (top_bit - 52).max(-1074_i32.saturating_sub(exponent));
    if lowest_kept <= 0 {
        return multiply_by_power_of_two(mantissa as f64, exponent);
    }
    if lowest_kept > 64 {
        return 0.0;
    }
    let wide = u128::from(mantissa);
    let kept = (wide >> lowest_kept) as u64;
    let rest = wide & ((1 << lowest_kept) - 1);
    let half = 1_u128 << (lowest_kept - 1);
    let round_up = rest > half || (rest == half && kept & 1 == 1);
    multiply_by_power_of_two(
        (kept + u64::from(round_up)) as f64,
        exponent.saturating_add(lowest_kept),
    )
}

/// Exact as long as the result is representable: the factor is applied in steps that are.
fn multiply_by_power_of_two(mut value: f64, mut exponent: i32) -> f64 {
    while exponent != 0 && value != 0.0 && value.is_finite() {
        let step = exponent.clamp(-1000, 1000);
        value *= 2_f64.powi(step);
        exponent -= step;
    }
    value
}

/// Writes `value` with six decimals; infinities as `+Inf` and `-Inf`.
pub(crate) fn write(out: &mut Vec<u8>, value: f64) {
    let written: io::Result<()> = if value.is_nan() {
        out.write_all(b"NaN")
    } else if value.is_infinite() {
        out.write_all(if value > 0.0 { b"+Inf" } else { b"-Inf" })
    } else if value.fract() == 0.0 && value.abs() < 1e15 && value.is_sign_positive() {
        write!(out, "{}.000000", value as u64)
    } else {
        write!(out, "{value:.6}")
    };
    debug_assert!(written.is_ok(), "a vector takes every byte");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<f64>) {
        let got = parse(text.as_bytes());
        assert_eq!(
            got.map(f64::to_bits),
            expected.map(f64::to_bits),
            "{text:?} gave {got:?}"
        );
    }

    #[test]
    fn decimal_literals() {
        check("0", Some(0.0));
        check("42", Some(42.0));
        check("+42", Some(42.0));
        check("-0", Some(-0.0));
        check("999999999999999", Some(999_999_999_999_999.0));
        check("9007199254740993", Some(9_007_199_254_740_992.0));
        check(".5", Some(0.5));
        check("5.", Some(5.0));
        check("1e3", Some(1000.0));
        check("1E-3", Some(0.001));
        check("1e-400", Some(0.0));
    }

    #[test]
    fn what_is_not_a_number() {
        for text in [
            "", ".", "-", "e5", "1e", " 1", "1 ", "1e400", "zz", "1,5", "0x", "+nan", "1\u{a0}",
        ] {
            check(text, None);
        }
        assert_eq!(parse(b"1\xff"), None);
    }

    #[test]
    fn words_for_infinity_and_nan() {
        check("inf", Some(f64::INFINITY));
        check("-Infinity", Some(f64::NEG_INFINITY));
        check("+INF", Some(f64::INFINITY));
        assert!(parse(b"NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn underscores_separate_digits() {
        check("1_000", Some(1000.0));
        check("1_0.0_1e1_0", Some(10.01e10));
        for text in ["_1", "1_", "1__0", "1_.0", "1._0", "-_1"] {
            check(text, None);
        }
        check("0x_1p0", Some(1.0));
    }

    #[test]
    fn hexadecimal_mantissas() {
        check("0x1p0", Some(1.0));
        check("-0X1.8p1", Some(-3.0));
        check("0x.8p1", Some(1.0));
        check("0x1p-1074", Some(f64::from_bits(1)));
        check("0x1p-1075", Some(0.0));
        check("0x1.8p-1075", Some(f64::from_bits(1)));
        check("0x1.fffffffffffff8p0", Some(2.0));
        check("0x1.fffffffffffffp1023", Some(f64::MAX));
        check(
            "0x123456789abcdef01p0",
            Some(0x1_2345_6789_abcd_ef01_u128 as f64),
        );
        for text in ["0x1", "0xp1", "0x1p", "0x1p1024", "0xg p1", "0x1p1.5"] {
            check(text, None);
        }
    }

    #[test]
    fn six_decimals() {
        let check = |value: f64, expected: &str| {
            let mut out = Vec::new();
            write(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check(5.0, "5.000000");
        check(-5.0, "-5.000000");
        check(-0.0, "-0.000000");
        check(11.628_140_7, "11.628141");
        check(1e21, "1000000000000000000000.000000");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
        check(f64::NAN, "NaN");
    }
}
