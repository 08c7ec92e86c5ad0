//! Names of functions that mean the same in two builds.
//!
//! Compilers number what has no name, and append what a linker needs to tell one copy from another.
//! All of that changes from build to build while the function stays: it is taken off before names
//! are compared. Functions that were renamed are matched only where the user says so.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// What becomes of generic arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generics {
    /// Each instance is a function of its own.
    #[default]
    Keep,
    /// All instances are one function.
    Erase,
}

/// How names are brought to the form in which they are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameRules {
    /// What becomes of generic arguments.
    pub generics: Generics,
    /// Names of old and what they are called now; one that ends in `::` stands for all names that
    /// begin with it.
    pub renames: Vec<(String, String)>,
}

/// The hash that ends Rust's older symbols, and what LLVM and GCC append to clones.
static SUFFIX: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"(?:::h[0-9a-f]{16}|\.llvm\.[0-9]+|\.(?:cold|part|constprop|isra)(?:\.[0-9]+)?)+$")
});

/// What is numbered in braces: closures, implementations, shims.
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| expression(r"\{+([a-z_]+(?:[:.][a-z_]+)?)\}*(?:#[0-9]+)?\}*"));

fn expression(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the rules are valid expressions")
}

impl NameRules {
    /// `name` in the form in which it is compared.
    pub fn apply(&self, name: &str) -> String {
        let mut name = stable(name);
        if self.generics == Generics::Erase {
            name = without_generics(&name);
        }
        self.renamed(name)
    }

    fn renamed(&self, name: String) -> String {
        for (from, to) in &self.renames {
            let rest = name.strip_prefix(from.as_str());
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || from.ends_with("::")) {
                return format!("{to}{rest}");
            }
        }
        name
    }
}

/// `name` without what differs between builds of the same code.
fn stable(name: &str) -> String {
    let name = SUFFIX.replace(name, "");
    let numbered: Cow<'_, str> = if name.contains('{') {
        NUMBERED.replace_all(&name, "{$1}")
    } else {
        name
    };
    numbered.into_owned()
}

/// `name` without generic arguments. The angle brackets of a path such as `<T as Trait>::f` stay,
/// those within go. A name whose brackets do not match stays as it is.
fn without_generics(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    // For each open bracket, whether it is kept.
    let mut open: Vec<bool> = Vec::new();
    let mut previous = ' ';
    for character in name.chars() {
        let is_shown = open.iter().all(|kept| *kept);
        match character {
            '<' => {
                let is_argument = previous.is_alphanumeric() || "_:}>".contains(previous);
                if is_shown && is_argument {
                    kept.truncate(kept.trim_end_matches("::").len());
                } else if is_shown {
                    kept.push('<');
                }
                open.push(!is_argument);
            }
            // The arrow of a function's type closes nothing.
            '>' if previous != '-' && !open.is_empty() => {
                if is_shown {
                    kept.push('>');
                }
                open.pop();
            }
            _ if is_shown => kept.push(character),
            _ => {}
        }
        previous = character;
    }
    if open.is_empty() {
        kept
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, kept: &str, erased: &str) {
        assert_eq!(NameRules::default().apply(name), kept);
        let erase = NameRules {
            generics: Generics::Erase,
            ..NameRules::default()
        };
        assert_eq!(erase.apply(name), erased);
    }

    #[test]
    fn builds_name_the_same_function_alike() {
        check("main", "main", "main");
        check("a::b::h0123456789abcdef", "a::b", "a::b");
        check(
            "a::b::h0123456789abcde",
            "a::b::h0123456789abcde",
            "a::b::h0123456789abcde",
        );
        check("a::b::{closure#12}", "a::b::{closure}", "a::b::{closure}");
        check("a::b::{{closure}}", "a::b::{closure}", "a::b::{closure}");
        check(
            "a::b::{{closure}}#3::c",
            "a::b::{closure}::c",
            "a::b::{closure}::c",
        );
        check("a::{impl#4}::f", "a::{impl}::f", "a::{impl}::f");
        check(
            "a::f::{closure_env#0}",
            "a::f::{closure_env}",
            "a::f::{closure_env}",
        );
        check("f::{shim:vtable#0}", "f::{shim:vtable}", "f::{shim:vtable}");
        check("f{{vtable.shim}}", "f{vtable.shim}", "f{vtable.shim}");
        check("a::f.llvm.1234567", "a::f", "a::f");
        check("f.cold", "f", "f");
        check("f.part.0.constprop.1", "f", "f");
        check("main.run.func1", "main.run.func1", "main.run.func1");
    }

    #[test]
    fn generics_stay_or_go() {
        check("Vec<u8>::push", "Vec<u8>::push", "Vec::push");
        check("sort::<u8, A<B>>", "sort::<u8, A<B>>", "sort");
        check(
            "<T as Trait<U>>::f",
            "<T as Trait<U>>::f",
            "<T as Trait>::f",
        );
        check(
            "<alloc::vec::Vec<T, A> as core::iter::Extend<&T>>::extend<I>",
            "<alloc::vec::Vec<T, A> as core::iter::Extend<&T>>::extend<I>",
            "<alloc::vec::Vec as core::iter::Extend>::extend",
        );
        check(
            "call<fn(u8) -> u8>::go",
            "call<fn(u8) -> u8>::go",
            "call::go",
        );
        check("f<{closure#0}>", "f<{closure}>", "f");
        check("a<b", "a<b", "a<b");
        check("a>b", "a>b", "a>b");
    }

    #[test]
    fn only_what_is_said_is_renamed() {
        let rename = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let rules = NameRules {
            renames: vec![rename("a::f", "a::g"), rename("old::", "current::part::")],
            ..NameRules::default()
        };
        assert_eq!(rules.apply("a::f::h0123456789abcdef"), "a::g");
        assert_eq!(rules.apply("a::f2"), "a::f2");
        assert_eq!(rules.apply("old::x::y"), "current::part::x::y");
        assert_eq!(rules.apply("older"), "older");
    }
}
