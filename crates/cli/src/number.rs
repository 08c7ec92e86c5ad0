//! Whole numbers as Go's flag package reads them: `10`, `0x10`, `0b1`, `0o7`, `017`, `1_000`.

/// A count of lines: a negative number counts as none.
///
/// # Errors
/// Text that is no Go integer of 64 bits.
pub fn count(text: &str) -> Result<u64, String> {
    integer(text).map(|number| number.max(0).unsigned_abs())
}

/// A number of at least one.
///
/// # Errors
/// Text that is no Go integer, zero, negative, or too large for `T`.
pub fn positive<T: TryFrom<i64>>(text: &str) -> Result<T, String> {
    match integer(text)? {
        number if number < 1 => Err("must be at least 1".to_owned()),
        number => T::try_from(number).map_err(|_| "is too large".to_owned()),
    }
}

/// A Go integer literal with an optional sign.
pub(crate) fn integer(text: &str) -> Result<i64, String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = split_radix(digits);
    let separated = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    let bare: String = digits.chars().filter(|&c| c != '_').collect();
    if separated || bare.starts_with(['+', '-']) {
        return Err(not_a_number());
    }
    i64::from_str_radix(&format!("{sign}{bare}"), radix).map_err(|_| not_a_number())
}

fn split_radix(digits: &str) -> (u32, &str) {
    let lower = digits.get(..2).map(str::to_ascii_lowercase);
    let prefixed = |rest: &str| rest.strip_prefix('_').map_or(rest.len(), str::len);
    let rest = |radix| (radix, &digits[digits.len() - prefixed(&digits[2..])..]);
    match lower.as_deref() {
        Some("0x") => rest(16),
        Some("0b") => rest(2),
        Some("0o") => rest(8),
        Some(octal) if octal.starts_with('0') => {
            (8, digits[1..].strip_prefix('_').unwrap_or(&digits[1..]))
        }
        _ => (10, digits),
    }
}

fn not_a_number() -> String {
    "is not a whole number of 64 bits".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(integer(text).ok(), expected, "{text}");
    }

    #[test]
    fn literals_are_read_as_in_go() {
        for (text, number) in [
            ("10", 10),
            ("0x10", 16),
            ("0b11", 3),
            ("0o7", 7),
            ("017", 15),
        ] {
            check(text, Some(number));
        }
        check("1_000", Some(1000));
        check("0x_ff", Some(255));
        check("0_17", Some(15));
        check("-5", Some(-5));
        check("+5", Some(5));
        check("0", Some(0));
        check("-9223372036854775808", Some(i64::MIN));
    }

    #[test]
    fn other_text_is_refused() {
        let bad = [
            "",
            "-",
            "ten",
            "0x",
            "1__0",
            "_1",
            "1_",
            "--1",
            "1.5",
            "9223372036854775808",
        ];
        for text in bad {
            check(text, None);
        }
        check("é1", None);
        check("08", None);
    }

    #[test]
    fn ranges_are_checked() {
        assert_eq!(count("-3"), Ok(0));
        assert_eq!(positive::<u32>("100"), Ok(100));
        assert!(positive::<u32>("0").is_err());
        assert!(positive::<u32>("4294967296").is_err());
    }
}
