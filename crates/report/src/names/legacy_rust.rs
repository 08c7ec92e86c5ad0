//! Rust's older symbols: `_ZN`, identifiers with their lengths in front, a hash, `E`.
//!
//! The reference reader takes an underscore behind a length for a separator that the length counts, so
//! that `_mm_add` loses its first character. Names have to be found under what it prints.

/// Hexadecimal digits of the hash that ends the path.
const HASH_DIGITS: usize = 16;
/// Distinct digits that a hash has at least; with fewer it is no hash.
const DISTINCT_DIGITS_MIN: u32 = 5;
/// What `$XY$` stands for.
const ESCAPES: [(&str, &str); 8] = [
    ("SP", "@"),
    ("BP", "*"),
    ("RF", "&"),
    ("LT", "<"),
    ("GT", ">"),
    ("LP", "("),
    ("RP", ")"),
    ("C", ","),
];

/// The path that `symbol` encodes; `None` when it is none of these symbols. What a compiler appends behind
/// the last `E` is left out.
pub(super) fn demangle(symbol: &str) -> Option<String> {
    let path = symbol.strip_prefix("_ZN")?;
    let path = match path.rfind("E.") {
        Some(end) => &path[..=end],
        None => path,
    };
    let mut rest = without_hash(path)?;
    let mut name = String::with_capacity(rest.len());
    while !rest.is_empty() {
        let (identifier, behind) = take_identifier(rest)?;
        if !name.is_empty() {
            name.push_str("::");
        }
        unescape(identifier, &mut name);
        rest = behind;
    }
    Some(name)
}

/// The path without its hash.
fn without_hash(path: &str) -> Option<&str> {
    let path = path.strip_suffix('E')?;
    let (start, hash) = path.split_at_checked(path.len().checked_sub(HASH_DIGITS)?)?;
    let mut seen = 0u16;
    for digit in hash.bytes() {
        let is_lower = digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
        seen |= 1 << char::from(digit).to_digit(16).filter(|_| is_lower)?;
    }
    (seen.count_ones() >= DISTINCT_DIGITS_MIN).then(|| start.strip_suffix("17h"))?
}

/// The first identifier, and what is behind it.
fn take_identifier(path: &str) -> Option<(&str, &str)> {
    let digits = path.bytes().take_while(u8::is_ascii_digit).count();
    let mut length: usize = path[..digits].parse().ok()?;
    let mut rest = &path[digits..];
    if let Some(behind) = rest.strip_prefix('_') {
        rest = behind;
        length = length.checked_sub(1)?;
    }
    rest.split_at_checked(length)
}

fn unescape(identifier: &str, out: &mut String) {
    let is_escaped = identifier.starts_with("_$");
    let mut rest = &identifier[usize::from(is_escaped)..];
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("..") {
            out.push_str("::");
            rest = behind;
            continue;
        }
        if first != '$' {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let Some((text, behind)) = escape(&rest[1..]) else {
            return out.push_str(rest);
        };
        out.push_str(&text);
        rest = behind;
    }
}

/// What the escape whose `$` was taken stands for, and what is behind it.
fn escape(text: &str) -> Option<(String, &str)> {
    let (code, behind) = text.split_once('$')?;
    if let Some((_, meaning)) = ESCAPES.iter().find(|(name, _)| *name == code) {
        return Some(((*meaning).to_owned(), behind));
    }
    let digits = code.strip_prefix('u').filter(|digits| digits.len() == 2)?;
    let character = char::from(u8::from_str_radix(digits, 16).ok()?);
    let is_allowed = character.is_ascii() && character >= ' ';
    is_allowed.then(|| (character.to_string(), behind))
}

#[cfg(test)]
mod tests {
    use super::demangle;

    #[track_caller]
    fn check(symbol: &str, expected: Option<&str>) {
        assert_eq!(demangle(symbol).as_deref(), expected, "{symbol}");
    }

    #[test]
    fn paths() {
        check("_ZN3app5parse17h0123456789abcdefE", Some("app::parse"));
        check(
            "_ZN5alloc3vec16Vec$LT$T$C$A$GT$4push17h0123456789abcdefE",
            Some("alloc::vec::Vec<T,A>::push"),
        );
        check(
            "_ZN3foo3bar28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE.llvm.123456",
            Some("foo::bar::{{closure}}"),
        );
        check(
            "_ZN64_$LT$core..ops..Range$LT$Idx$GT$$u20$as$u20$core..fmt..Debug$GT$3fmt\
             17hc1c0fe6a6a0b0bb6E.cold",
            Some("<core::ops::Range<Idx> as core::fmt::Debug>::fmt"),
        );
        check("_ZN3app3a$b17h0123456789abcdefE", Some("app::a$b"));
        check("_ZN3app5a$u1$17h0123456789abcdefE", Some("app::a$u1$"));
    }

    #[test]
    fn an_underscore_behind_a_length_is_taken_for_a_separator() {
        check(
            "_ZN3x867__m128i7_mm_add17h0123456789abcdefE",
            Some("x86::_m128i::mm_add"),
        );
        check("_ZN3app1_3add17h0123456789abcdefE", Some("app::::add"));
    }

    #[test]
    fn other_symbols() {
        for symbol in [
            "",
            "main",
            "_ZN3foo3barEv",
            "_ZN",
            "_ZNE",
            "_ZN17h0123456789abcdef",
            "_ZN3app17h0123456789ABCDEFE",
            "_ZN3app17h0000000011111111E",
            "_ZN9app17h0123456789abcdefE",
            "_ZNxapp17h0123456789abcdefE",
            "_ZN2é17h0123456789abcdefE",
            "_ZN3é17h0123456789abcdefE",
        ] {
            let is_valid = symbol == "_ZN2é17h0123456789abcdefE";
            check(symbol, is_valid.then_some("é"));
        }
    }
}
