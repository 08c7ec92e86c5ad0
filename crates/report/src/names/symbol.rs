//! Symbols of Rust and C++ as names to read.
//!
//! What a mode leaves out differs by language, as in the reference reader: Rust's older symbols
//! always keep their generic parameters, in its newer ones `<...>` becomes `<>`, in C++ it goes.

use super::{Demangle, cpp, legacy_rust};

/// The name that `symbol` encodes; `None` when it is no symbol of these languages.
pub(super) fn demangle(symbol: &str, mode: Demangle) -> Option<String> {
    let plain = |symbol: &str| {
        if symbol.starts_with("_R") {
            return rust(symbol, mode);
        }
        legacy_rust::demangle(symbol).or_else(|| cpp::demangle(symbol, mode))
    };
    // macOS puts an underscore in front of every symbol.
    plain(symbol).or_else(|| plain(symbol.strip_prefix('_')?))
}

fn rust(symbol: &str, mode: Demangle) -> Option<String> {
    let symbol = symbol.split_once('.').map_or(symbol, |(symbol, _)| symbol);
    let name = rustc_demangle::try_demangle(symbol).ok()?;
    let name = format!("{name:#}");
    Some(if mode == Demangle::Simple {
        with_empty_generics(&name)
    } else {
        name
    })
}

/// A Rust name with `<>` for generic parameters. Brackets that follow no name are part of a path,
/// as in `<T as Trait>::f`, and stay.
fn with_empty_generics(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..=start]);
        let is_generic =
            out[..out.len() - 1].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c));
        rest = &rest[start..];
        match closing(rest).filter(|_| is_generic) {
            Some(end) => {
                out.push('>');
                rest = &rest[end..];
            }
            None => rest = &rest[1..],
        }
    }
    out + rest
}

/// Where the bracket that `text` begins with is closed: the position behind. Arrows close nothing.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut previous = ' ';
    for (index, character) in text.char_indices() {
        match character {
            '<' => depth += 1,
            '>' if previous != '-' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
        previous = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(symbol: &str, simple: &str, templates: &str, full: &str) {
        let modes = [Demangle::Simple, Demangle::Templates, Demangle::Full];
        let names = modes.map(|mode| demangle(symbol, mode).unwrap_or_default());
        assert_eq!(names, [simple, templates, full], "{symbol}");
    }

    #[test]
    fn rust_symbols() {
        let same = |symbol, name| check(symbol, name, name, name);
        same("_ZN3app5parse17h0123456789abcdefE", "app::parse");
        same("__ZN3app5parse17h0123456789abcdefE", "app::parse");
        same("_RNvCs1234_7mycrate3foo", "mycrate::foo");
        same("_RNCNvC7mycrate4main0", "mycrate::main::{closure#0}");
        same(
            "_RNvMNtCs1_4core3strNtB2_3str4find",
            "<core::str::str>::find",
        );
        check(
            "_RINvNtC3std3mem8align_ofdE",
            "std::mem::align_of::<>",
            "std::mem::align_of::<f64>",
            "std::mem::align_of::<f64>",
        );
        check(
            "_RNvYINtC5alloc3VechENtC4core5Clone5clone",
            "<alloc::Vec<> as core::Clone>::clone",
            "<alloc::Vec<u8> as core::Clone>::clone",
            "<alloc::Vec<u8> as core::Clone>::clone",
        );
    }

    #[test]
    fn other_names() {
        for other in [
            "main",
            "_start",
            "_ZN",
            "_Rnot",
            "_Znot",
            "",
            "_",
            "foo::bar(int)",
        ] {
            assert_eq!(demangle(other, Demangle::Simple), None, "{other}");
        }
    }
}
