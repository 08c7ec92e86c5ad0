//! Symbols of C++ as names to read.

use cpp_demangle::{DemangleOptions, ParseOptions, Symbol};

use super::Demangle;
use super::symbol::closing;

/// How deep names may nest; deeper symbols are left alone.
const DEPTH_MAX: u32 = 256;

/// The name that `symbol` encodes; `None` when it is no symbol of C++.
pub(super) fn demangle(symbol: &str, mode: Demangle) -> Option<String> {
    let symbol = without_clones(symbol, mode);
    let encoding = symbol.strip_prefix("_Z")?;
    if let Some((kind, target)) = thunk(encoding) {
        let name = parse(&format!("_Z{target}"))?.full()?;
        let name = match mode {
            Demangle::Simple => without_templates(&name),
            _ => name,
        };
        return Some(format!("{kind} to {name}"));
    }
    let parsed = parse(symbol)?;
    if mode == Demangle::Full {
        return parsed.full();
    }
    let name = without_enclosing_arguments(without_qualifiers(&parsed.short()?));
    Some(match mode {
        Demangle::Simple => without_templates(&name),
        _ => name,
    })
}

/// A symbol that can be printed.
struct Parsed<'a> {
    symbol: Symbol<&'a str>,
    /// What the name begins with as the library prints it, and what with as it is to be read.
    class: Option<(String, String)>,
}

fn parse(symbol: &str) -> Option<Parsed<'_>> {
    let options = ParseOptions::default().recursion_limit(DEPTH_MAX);
    Some(Parsed {
        symbol: Symbol::new_with_options(symbol, &options).ok()?,
        class: class_name(symbol),
    })
}

impl Parsed<'_> {
    /// The name with arguments and return type.
    fn full(&self) -> Option<String> {
        self.print(&DemangleOptions::default().recursion_limit(DEPTH_MAX))
    }

    fn short(&self) -> Option<String> {
        let options = DemangleOptions::default().recursion_limit(DEPTH_MAX);
        self.print(&options.no_params().no_return_type())
    }

    fn print(&self, options: &DemangleOptions) -> Option<String> {
        let name = self.symbol.demangle_with_options(options).ok()?;
        let name = with_suffixed_numbers(&without_empty_packs(&name));
        let Some((printed, wanted)) = &self.class else {
            return Some(name);
        };
        Some(match name.strip_prefix(printed) {
            Some(rest) => format!("{wanted}{rest}"),
            None => name,
        })
    }
}

/// Classes with a short symbol: the symbol, the template, its arguments.
const ABBREVIATIONS: [(&str, &str, &str); 4] = [
    ("Si", "istream", "char, std::char_traits<char>"),
    ("So", "ostream", "char, std::char_traits<char>"),
    ("Sd", "iostream", "char, std::char_traits<char>"),
    (
        "Ss",
        "string",
        "char, std::char_traits<char>, std::allocator<char>",
    ),
];

/// How the class in front of a method is printed by the library, and how the reference reader prints it:
/// constructors and destructors say what the short name stands for, other methods do not.
fn class_name(symbol: &str) -> Option<(String, String)> {
    let method = symbol.strip_prefix("_ZN")?;
    let method = method.strip_prefix('K').unwrap_or(method);
    let (class, method) = method.split_at_checked(2)?;
    let (_, name, arguments) = ABBREVIATIONS.iter().find(|(short, ..)| *short == class)?;
    let template = format!("std::basic_{name}");
    let spelt_out = format!("{template}<{arguments} >");
    Some(match method.as_bytes().first()? {
        b'C' => (
            format!("std::{name}::{name}"),
            format!("{spelt_out}::basic_{name}"),
        ),
        b'D' => (
            format!("std::{name}::~{name}"),
            format!("{spelt_out}::~basic_{name}"),
        ),
        _ => (spelt_out, format!("std::{name}")),
    })
}

/// What kind of thunk an encoding is, and the encoding of what it calls.
fn thunk(encoding: &str) -> Option<(&'static str, &str)> {
    let rest = encoding.strip_prefix('T')?;
    match rest.as_bytes().first()? {
        b'h' => Some(("non-virtual thunk", offset(rest)?)),
        b'v' => Some(("virtual thunk", offset(rest)?)),
        b'c' => Some(("covariant return thunk", offset(offset(&rest[1..])?)?)),
        _ => None,
    }
}

/// What is behind the offset of a thunk: `h` and a number, or `v` and two.
fn offset(text: &str) -> Option<&str> {
    match text.as_bytes().first()? {
        b'h' => number(&text[1..]),
        b'v' => number(number(&text[1..])?),
        _ => None,
    }
}

/// What is behind a number and its underscore; `n` stands for a minus.
fn number(text: &str) -> Option<&str> {
    let text = text.strip_prefix('n').unwrap_or(text);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix('_').filter(|_| rest.len() < text.len())
}

/// The symbol without what is appended to copies of a function; where arguments are left out, also without
/// its version.
fn without_clones(symbol: &str, mode: Demangle) -> &str {
    let starts: &[char] = if mode == Demangle::Full {
        &['.']
    } else {
        &['.', '@']
    };
    symbol
        .split_once(starts)
        .map_or(symbol, |(symbol, _)| symbol)
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

/// A name without the arguments of the functions that it is defined in: `f(int)::{lambda(int)#1}` becomes
/// `f()::{lambda(int)#1}`.
fn without_enclosing_arguments(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find('(') {
        out.push_str(&rest[..=start]);
        rest = &rest[start + 1..];
        let is_list = !out.ends_with("{lambda(") && !out.ends_with("decltype(");
        if let Some(end) = closing_parenthesis(rest).filter(|_| is_list)
            && is_enclosing(&rest[end + 1..])
            && &rest[..end] != "anonymous namespace"
        {
            rest = &rest[end..];
        }
    }
    out + rest
}

/// Whether what follows a list of arguments says that something is defined within the function.
fn is_enclosing(behind: &str) -> bool {
    let behind = behind.strip_prefix(" const").unwrap_or(behind);
    behind.starts_with("::")
}

/// Where the parenthesis that was opened in front of `text` is closed.
fn closing_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 1usize;
    text.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

/// A name without template arguments; the brackets of operators stay.
fn without_templates(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let is_operator = out.ends_with("operator") || out.ends_with("operator<");
        match closing(rest).filter(|_| !is_operator) {
            Some(end) => {
                // A space keeps the brackets of an operator apart from those of its arguments.
                if out.ends_with("operator< ") || out.ends_with("operator<< ") {
                    out.pop();
                }
                rest = &rest[end..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// A name without the commas that stand in front of empty packs of template arguments.
fn without_empty_packs(name: &str) -> String {
    name.replace(">, >", "> >").replace(", >", ">")
}

/// Numbers of the integer types have a suffix rather than a cast: `(unsigned int)8` is `8u`.
fn with_suffixed_numbers(name: &str) -> String {
    const CASTS: [(&str, &str); 5] = [
        ("(unsigned int)", "u"),
        ("(long)", "l"),
        ("(unsigned long)", "ul"),
        ("(long long)", "ll"),
        ("(unsigned long long)", "ull"),
    ];
    let suffixed = |name: String, (cast, suffix): &(&str, &str)| {
        let mut parts = name.split(cast);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let digits = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
            let number = &part[..part.len() - digits.len()];
            let (before, behind) = if number.is_empty() {
                (*cast, "")
            } else {
                ("", *suffix)
            };
            out.push_str(&format!("{before}{number}{behind}{digits}"));
        }
        out
    };
    CASTS.iter().fold(name.to_owned(), suffixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(symbol: &str, simple: &str, templates: &str, full: &str) {
        let modes = [Demangle::Simple, Demangle::Templates, Demangle::Full];
        let names = modes.map(|mode| demangle(symbol, mode).unwrap_or_default());
        assert_eq!(names, [simple, templates, full], "{symbol}");
    }

    #[test]
    fn functions() {
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
    }

    #[test]
    fn operators() {
        let same = |symbol, name, full| check(symbol, name, name, full);
        same("_ZN1AltEi", "A::operator<", "A::operator<(int)");
        check(
            "_ZN1AlsIiEEvT_",
            "A::operator<<",
            "A::operator<< <int>",
            "void A::operator<< <int>(int)",
        );
        same("_ZN3foo3barEv@plt", "foo::bar", "");
    }

    #[test]
    fn thunks() {
        let same = |symbol, name| check(symbol, name, name, name);
        same("_ZTv0_n24_N3Foo3barEv", "virtual thunk to Foo::bar()");
        same("_ZThn8_N3Foo3barEi", "non-virtual thunk to Foo::bar(int)");
        same(
            "_ZTch0_v0_n40_N3Foo5cloneEv",
            "covariant return thunk to Foo::clone()",
        );
        check(
            "_ZThn16_N3FooIiED1Ev",
            "non-virtual thunk to Foo::~Foo()",
            "non-virtual thunk to Foo<int>::~Foo()",
            "non-virtual thunk to Foo<int>::~Foo()",
        );
    }

    #[test]
    fn functions_within_functions() {
        check(
            "_ZZN1A3fooEiENKUliE_clEi",
            "A::foo()::{lambda(int)#1}::operator()",
            "A::foo()::{lambda(int)#1}::operator()",
            "A::foo(int)::{lambda(int)#1}::operator()(int) const",
        );
        check(
            "_ZN12_GLOBAL__N_11AC1Ev",
            "(anonymous namespace)::A::A",
            "(anonymous namespace)::A::A",
            "(anonymous namespace)::A::A()",
        );
    }

    #[test]
    fn arguments_of_templates() {
        check("_Z1fILj8EEvv", "f", "f<8u>", "void f<8u>()");
        check("_Z1fILln5EJEEvv", "f", "f<-5l>", "void f<-5l>()");
        check(
            "_ZNSi3getERSt15basic_streambufIcSt11char_traitsIcEE",
            "std::istream::get",
            "std::istream::get",
            "std::istream::get(std::basic_streambuf<char, std::char_traits<char> >&)",
        );
        check(
            "_ZNSoC2Ev",
            "std::basic_ostream::basic_ostream",
            "std::basic_ostream<char, std::char_traits<char> >::basic_ostream",
            "std::basic_ostream<char, std::char_traits<char> >::basic_ostream()",
        );
    }
}
