//! Names of functions made fit to be read, on load.
//!
//! Only names that are empty or equal to the symbol are touched: a writer that gives both has
//! demangled already.

mod cpp;
mod legacy_rust;
mod symbol;

use dtail_profile::Profile;

/// How much of a demangled name stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demangle {
    /// No arguments, no generic parameters, no return type.
    #[default]
    Simple,
    /// No arguments, no return type.
    Templates,
    /// All.
    Full,
}

/// Demangles the functions of `profile`, none without a mode; with `force` names that look demangled are
/// replaced by their symbols first.
pub(crate) fn demangle(profile: &mut Profile, mode: Option<Demangle>, force: bool) {
    for index in 0..profile.functions.len() {
        let function = &mut profile.functions[index];
        if force && !function.name.is_empty() && !function.system_name.is_empty() {
            function.name = function.system_name;
        }
        let is_symbol = function.name.is_empty() || function.name == function.system_name;
        if let Some(mode) = mode.filter(|_| is_symbol) {
            let system_name = function.system_name;
            let name = readable(profile.text(system_name), mode);
            profile.functions[index].name = profile.strings.intern(&name);
        }
    }
}

/// A symbol as a name to read.
pub(crate) fn readable(symbol: &str, mode: Demangle) -> String {
    symbol::demangle(symbol, mode).unwrap_or_else(|| simplified(symbol, mode))
}

/// A name that may be demangled already, without what `mode` leaves out.
fn simplified(name: &str, mode: Demangle) -> String {
    let mut name = name.to_owned();
    if mode == Demangle::Full || !looks_demangled(&name) {
        return name;
    }
    name = without_brackets(&name, '(', ')');
    if mode == Demangle::Simple {
        name = without_brackets(&name, '<', '>');
    }
    name
}

/// Whether a name has parts that only demangled names have; those of Java and of Go methods look
/// alike and are left alone.
fn looks_demangled(name: &str) -> bool {
    let foreign = name.contains(".<") || name.contains("]).");
    !foreign && (name.contains(['<', '>', '[', ']']) || name.contains("::"))
}

/// `name` without bracketed parts; from the first bracket that closes nothing on it stays as it is.
fn without_brackets(name: &str, open: char, close: char) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find([open, close]) {
        let inner = &rest[start..];
        let end = if inner.starts_with(open) {
            closing(inner, open, close)
        } else {
            None
        };
        let Some(end) = end else {
            break;
        };
        kept.push_str(&rest[..start]);
        rest = &inner[end..];
    }
    kept + rest
}

/// Where the bracket that `text` begins with is closed: the position behind the closing one.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (index, character) in text.char_indices() {
        if character == open {
            depth += 1;
        } else if character == close {
            depth -= 1;
            if depth == 0 {
                return Some(index + character.len_utf8());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use dtail_profile::ProfileBuilder;

    use super::*;

    /// What becomes of a function called `name` with this symbol.
    #[track_caller]
    fn check(name: &str, symbol: &str, mode: Option<Demangle>, force: bool, expected: &str) {
        let mut builder = ProfileBuilder::new();
        builder.function(name, symbol, "", 0);
        let mut profile = builder.finish().unwrap();
        demangle(&mut profile, mode, force);
        let function = &profile.functions[0];
        assert_eq!(profile.text(function.name), expected, "{name} {symbol}");
    }

    #[test]
    fn names_that_are_no_symbols_stay_unless_forced() {
        let symbol = "_ZN3foo3barEv";
        check("", symbol, Some(Demangle::Simple), false, "foo::bar");
        check(symbol, symbol, Some(Demangle::Full), false, "foo::bar()");
        check("other", symbol, Some(Demangle::Simple), false, "other");
        check("other", symbol, Some(Demangle::Simple), true, "foo::bar");
        check("other", symbol, None, true, symbol);
        check("other", "", Some(Demangle::Simple), true, "other");
        check("", symbol, None, true, "");
    }

    #[test]
    fn simple_names() {
        let cases = [
            ("main", "main"),
            ("f(int)", "f(int)"),
            ("a::f(int)", "a::f"),
            ("<T as Trait>::f", "::f"),
            ("a::Vec<b<c>, d>::push", "a::Vec::push"),
            ("a::b>c<d>", "a::b>c<d>"),
            ("a::b<c", "a::b<c"),
            ("com.Foo.<init>", "com.Foo.<init>"),
            ("foo.(*Bar[...]).Method", "foo.(*Bar[...]).Method"),
            ("a::operator()(int)", "a::operator"),
        ];
        for (name, expected) in cases {
            assert_eq!(simplified(name, Demangle::Simple), expected, "{name}");
        }
        assert_eq!(simplified("a<b>::f(c)", Demangle::Templates), "a<b>::f");
        assert_eq!(simplified("a<b>::f(c)", Demangle::Full), "a<b>::f(c)");
    }
}
