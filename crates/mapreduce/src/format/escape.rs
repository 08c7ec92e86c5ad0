//! Backslash escapes in quoted text, as JSON defines them; `logfmt` uses the same.

/// The length of the quoted text that `bytes` begins with, with both quotes; `None` if it is never
/// closed.
pub(super) fn quoted_bytes(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Replaces the escapes in `value` from `start` on by what they stand for. A broken escape stays.
pub(super) fn unescape(value: &mut Vec<u8>, start: usize) {
    let escaped = value.split_off(start);
    let mut rest = escaped.as_slice();
    while let Some(at) = memchr::memchr(b'\\', rest) {
        value.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let length = push_escape(rest, value);
        rest = &rest[length..];
    }
    value.extend_from_slice(rest);
}

/// Appends what the escape at the start of `bytes` stands for; gives the escape's length.
fn push_escape(bytes: &[u8], value: &mut Vec<u8>) -> usize {
    let byte = match bytes.get(1) {
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'r') => b'\r',
        Some(b'b') => 0x08,
        Some(b'f') => 0x0c,
        Some(b'u') => return push_unicode(bytes, value),
        Some(itself @ (b'"' | b'\\' | b'/')) => *itself,
        _ => {
            value.push(b'\\');
            return 1;
        }
    };
    value.push(byte);
    2
}

/// `\u0041`, or two of them that make one character.
fn push_unicode(bytes: &[u8], value: &mut Vec<u8>) -> usize {
    let Some(first) = code_unit(bytes) else {
        value.push(b'\\');
        return 1;
    };
    let second = code_unit(&bytes[6..]);
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next());
    let (character, length) = match (char::from_u32(u32::from(first)), pair) {
        (Some(character), _) => (character, 6),
        (None, Some(Ok(character))) => (character, 12),
        (None, _) => (char::REPLACEMENT_CHARACTER, 6),
    };
    value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    length
}

/// The sixteen bits of the escape at the start of `bytes`.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    digits
        .iter()
        .try_fold(0, |unit, byte| Some(unit << 4 | digit(byte)? as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(escaped: &str, expected: &str) {
        let mut value = [b"kept ", escaped.as_bytes()].concat();
        unescape(&mut value, 5);
        assert_eq!(
            String::from_utf8(value).unwrap(),
            format!("kept {expected}")
        );
    }

    #[test]
    fn escapes_stand_for_characters() {
        check(r#"a\"b\\c\/d\n\t\r\b\f"#, "a\"b\\c/d\n\t\r\u{8}\u{c}");
        check(r"\u0041\u00fc\u20AC", "Aü€");
        check(r"\ud83d\ude00", "😀");
    }

    #[test]
    fn broken_escapes_stay() {
        check(r"\x", r"\x");
        check(r"\u12", r"\u12");
        check(r"\ud83d-", "\u{fffd}-");
        check(r"\ud83d\u0041", "\u{fffd}A");
        check("\\", "\\");
    }

    #[test]
    fn quoted_text_ends_at_a_quote_without_backslash() {
        assert_eq!(quoted_bytes(br#""a\"b"c"#), Some(6));
        assert_eq!(quoted_bytes(br#""a\\"c"#), Some(5));
        assert_eq!(quoted_bytes(br#""a\""#), None);
        assert_eq!(quoted_bytes(br#""a\"#), None);
    }
}
