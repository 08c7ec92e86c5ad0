//! Symbols of Rust and C++ as names to read.
//!
//! What a mode leaves out differs by language, as in the reference reader: Rust's older symbols
//! always keep their generic parameters, in its newer ones `<...>` becomes `<>`, in C++ it goes.

use cpp_demangle::{DemangleOptions, ParseOptions, Symbol};

use super::Demangle;

/// How deep names may nest; deeper symbols are left alone.
const DEPTH_MAX: u32 = 256;
/// Hexadecimal digits of the hash that ends the path of Rust's older symbols.
const HASH_DIGITS: usize = 16;

/// The name that `symbol` encodes; `None` when it is no symbol of these languages.
pub(super) fn demangle(symbol: &str, mode: Demangle) -> Option<String> {
    let plain = |symbol: &str| {
        if symbol.starts_with("_R") {
            return rust(symbol, mode);
        }
        if !symbol.starts_with("_Z") {
            return None;
        }
        match legacy_rust_path(symbol) {
            Some(path) => rustc_demangle::try_demangle(path)
                .ok()
                .map(|name| format!("{name:#}")),
            None => cpp(symbol, mode),
        }
    };
    // macOS puts an underscore in front of every symbol.
    plain(symbol).or_else(|| plain(symbol.strip_prefix('_')?))
}

/// The path of a symbol that ends in a hash, as Rust's older symbols do, without what follows it.
fn legacy_rust_path(symbol: &str) -> Option<&str> {
    let clones = symbol.match_indices("E.").map(|(end, _)| &symbol[..=end]);
    clones.chain([symbol]).find(|path| {
        let hash = path
            .strip_suffix('E')
            .and_then(|path| Some(path.rsplit_once("17h")?.1));
        let is_digit = |digit: u8| digit.is_ascii_hexdigit();
        hash.is_some_and(|digits| digits.len() == HASH_DIGITS && digits.bytes().all(is_digit))
    })
}

fn rust(symbol: &str, mode: Demangle) -> Option<String> {
    let name = rustc_demangle::try_demangle(without_clones(symbol)).ok()?;
    let name = format!("{name:#}");
    Some(if mode == Demangle::Simple {
        with_empty_generics(&name)
    } else {
        name
    })
}

fn cpp(symbol: &str, mode: Demangle) -> Option<String> {
    let parse = ParseOptions::default().recursion_limit(DEPTH_MAX);
    let symbol = Symbol::new_with_options(without_clones(symbol), &parse).ok()?;
    let full = DemangleOptions::default().recursion_limit(DEPTH_MAX);
    let whole = symbol.demangle_with_options(&full).ok()?;
    if let Some(target) = thunk_target(&whole) {
        return Some(format!("non-virtual thunk to {target}"));
    }
    if mode == Demangle::Full {
        return Some(whole);
    }
    let name = symbol
        .demangle_with_options(&full.no_params().no_return_type())
        .ok()?;
    let name = without_qualifiers(&name);
    Some(if mode == Demangle::Simple {
        without_templates(name)
    } else {
        name.to_owned()
    })
}

/// What a thunk that only moves `this` calls, in full.
fn thunk_target(name: &str) -> Option<&str> {
    let offset = name.strip_prefix("{virtual override thunk({offset(")?;
    offset.split_once("}, ")?.1.strip_suffix(")}")
}

/// A method's name without `const`, `volatile` and reference qualifiers.
fn without_qualifiers(name: &str) -> &str {
    let qualifiers = [" const", " volatile", " &", " &&"];
    match qualifiers
        .iter()
        .find_map(|qualifier| name.strip_suffix(qualifier))
    {
        Some(shorter) => without_qualifiers(shorter),
        None => name,
    }
}

/// The symbol without what the compiler appends to copies of a function.
fn without_clones(symbol: &str) -> &str {
    symbol.split_once('.').map_or(symbol, |(symbol, _)| symbol)
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

/// A C++ name without template arguments; the brackets of operators stay.
fn without_templates(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end =
            closing(rest).filter(|_| !out.ends_with("operator") && !out.ends_with("operator<"));
        match end {
            Some(end) => rest = &rest[end..],
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// Where the bracket that `text` begins with is closed: the position behind. Arrows close nothing.
fn closing(text: &str) -> Option<usize> {
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
        same(
            "_ZN5alloc3vec16Vec$LT$T$C$A$GT$4push17h0123456789abcdefE",
            "alloc::vec::Vec<T,A>::push",
        );
        same(
            "_ZN3foo3bar28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE.llvm.123456",
            "foo::bar::{{closure}}",
        );
        same(
            "_ZN64_$LT$core..ops..Range$LT$Idx$GT$$u20$as$u20$core..fmt..Debug$GT$3fmt\
             17hc1c0fe6a6a0b0bb6E.cold",
            "<core::ops::Range<Idx> as core::fmt::Debug>::fmt",
        );
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
    fn cpp_symbols() {
        check("_Z3fooi", "foo", "foo", "foo(int)");
        check("_ZN3foo3barEv", "foo::bar", "foo::bar", "foo::bar()");
        check(
            "_Z3barIiEvT_.isra.0",
            "bar",
            "bar<int>",
            "void bar<int>(int)",
        );
        check("_ZN3FooD2Ev", "Foo::~Foo", "Foo::~Foo", "Foo::~Foo()");
        check(
            "_ZN3FoolsEi",
            "Foo::operator<<",
            "Foo::operator<<",
            "Foo::operator<<(int)",
        );
        check(
            "_ZNKSt3mapIiSt6stringE5emptyEv",
            "std::map::empty",
            "std::map<int, std::string>::empty",
            "std::map<int, std::string>::empty() const",
        );
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
