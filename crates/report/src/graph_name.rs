//! Function names as our own pictures show them: long enough to be recognised, short enough for a
//! box.
//!
//! Of a path the last two parts are left, what it is a method of and what it is called. Generic
//! parameters and arguments go; of an implementation of a trait both names stay, and a closure
//! stays behind the function that it was written in. Text, JSON and tooltips have names in full.

use crate::short_name::shorten;

/// A function's name without what the reader of a picture can do without.
///
/// ```
/// use report::graph_name;
/// assert_eq!(graph_name("<alloc::vec::Vec<T> as core::clone::Clone>::clone"), "<Vec as Clone>::clone");
/// assert_eq!(graph_name("app::run::{{closure}}"), "app::run::{closure}");
/// assert_eq!(graph_name("github.com/x/y/v2/z.(*T).Run"), "z.(*T).Run");
/// ```
pub fn graph_name(name: &str) -> String {
    if name.contains("::") {
        let (path, operator) = split_operator(name);
        let short = path_name(without_result(path), 1);
        return match (short.is_empty(), operator.is_empty()) {
            (true, true) => name.to_owned(),
            (false, false) => format!("{short}::{operator}"),
            _ => short + operator,
        };
    }
    shorten(name)
}

/// The last part of a path with the `owners` parts in front of it, and closures behind it.
fn path_name(path: &str, owners: usize) -> String {
    let is_parameters = |part: &str| part.starts_with('<') && !part.starts_with("<impl ");
    let parts = split_path(path).into_iter().enumerate();
    let parts = parts.filter(|(index, part)| *index == 0 || !is_parameters(part));
    let parts = parts.map(|(_, part)| part_name(part));
    let parts: Vec<String> = parts.filter(|part| !is_noise(part)).collect();
    let function = parts
        .iter()
        .rposition(|part| !part.starts_with('{'))
        .unwrap_or(0);
    parts[function.saturating_sub(owners).min(parts.len())..].join("::")
}

/// Parts that say nothing: empty ones, and numbered implementations.
fn is_noise(part: &str) -> bool {
    part.is_empty() || part.starts_with("{impl#") || part == "(anonymous namespace)"
}

/// One part of a path without parameters and arguments.
fn part_name(part: &str) -> String {
    if let Some(rest) = part.strip_prefix('<') {
        return qualified_name(rest.strip_suffix('>').unwrap_or(rest));
    }
    if let Some(closure) = part.strip_prefix("{{") {
        return format!("{{{}", closure.replace("}}", "}"));
    }
    if part.starts_with(['{', '(']) {
        return part.to_owned();
    }
    let end = part.find(['<', '(', '[']).unwrap_or(part.len());
    part[..end].trim_end().to_owned()
}

/// What stands in brackets in front of a method: a type, perhaps with the trait it is a method of.
fn qualified_name(inner: &str) -> String {
    if let Some((of, name)) = split_at_word(inner, " as ") {
        return format!("<{} as {}>", type_name(of), type_name(name));
    }
    let Some(implementation) = inner.strip_prefix("impl ") else {
        return type_name(inner);
    };
    match split_at_word(implementation, " for ") {
        Some((name, of)) => format!("<{} as {}>", type_name(of), type_name(name)),
        None => type_name(implementation),
    }
}

/// The last part of a type's path; what has no path is only hinted at.
fn type_name(name: &str) -> String {
    let words = ["&", "mut ", "dyn ", "*const ", "*mut "];
    let mut name = name.trim();
    while let Some(rest) = words.iter().find_map(|word| name.strip_prefix(word)) {
        name = rest.trim_start();
    }
    match name.as_bytes().first() {
        Some(b'(') => "(…)".to_owned(),
        Some(b'[') => "[…]".to_owned(),
        _ => path_name(&name[..arguments(name)], 0),
    }
}

/// Where the arguments of a function begin, or the end.
fn arguments(name: &str) -> usize {
    let bracket = top_level(name).find(|(_, character)| *character == '(');
    bracket.map_or(name.len(), |(at, _)| at)
}

/// The operator that a C++ name ends with, without its arguments, and what is in front of it.
fn split_operator(name: &str) -> (&str, &str) {
    const WORD: &str = "operator";
    let is_operator = |start: &usize| {
        let behind = name[start + WORD.len()..].chars().next();
        behind.is_some_and(|next| !next.is_alphanumeric() && next != '_' && next != ':')
    };
    let starts = name.match_indices(WORD).map(|(start, _)| start);
    let own = |start: &usize| *start == 0 || name[..*start].ends_with([':', ' ']);
    let Some(start) = starts.filter(own).find(is_operator) else {
        return (name, "");
    };
    let symbol = start + WORD.len();
    let call = if name[symbol..].starts_with("()") {
        2
    } else {
        0
    };
    let end = name[symbol + call..]
        .find('(')
        .map_or(name.len(), |at| symbol + call + at);
    (name[..start].trim_end_matches("::"), &name[start..end])
}

/// A C++ name without the type of its result.
fn without_result(path: &str) -> &str {
    // Of `f(int) const` the last word is no name.
    let end = arguments(path);
    let blanks = top_level(path).filter(|(at, c)| *c == ' ' && *at < end);
    blanks.last().map_or(path, |(at, _)| &path[at + 1..])
}

/// `text` in front of and behind a word outside of all brackets.
fn split_at_word<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (at, _) = top_level(text).find(|(at, _)| text[*at..].starts_with(word))?;
    Some((&text[..at], &text[at + word.len()..]))
}

/// The parts of a path, which `::` separates outside of all brackets.
fn split_path(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let colons = top_level(path).filter(|(at, _)| path[*at..].starts_with("::"));
    for (at, _) in colons {
        // Three colons in a row are one separator.
        if at >= start {
            parts.push(&path[start..at]);
            start = at + 2;
        }
    }
    parts.push(&path[start..]);
    parts
}

/// The characters of `text` outside of all brackets, an opening bracket there among them.
fn top_level(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut depth, mut previous) = (0usize, ' ');
    text.char_indices().filter(move |(_, character)| {
        // Arrows close nothing.
        let is_arrow = *character == '>' && matches!(previous, '-' | '=');
        previous = *character;
        let is_outside = depth == 0;
        match character {
            '<' | '(' | '[' | '{' => depth += 1,
            '>' | ')' | ']' | '}' if !is_arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_outside
    })
}

#[cfg(test)]
mod tests {
    use super::graph_name;

    fn check(cases: &[(&str, &str)]) {
        for (name, expected) in cases {
            assert_eq!(graph_name(name), *expected, "{name}");
        }
    }

    #[test]
    fn names_of_rust() {
        check(&[
            ("main", "main"),
            ("app::main", "app::main"),
            ("core::str::pattern::find", "pattern::find"),
            ("alloc::vec::Vec<T,A>::push", "Vec::push"),
            ("std::mem::align_of::<f64>", "mem::align_of"),
            ("<T as Trait>::f", "<T as Trait>::f"),
            ("<a::B<c::D> as e::F<g::H>>::i::<j>", "<B as F>::i"),
            ("<&mut a::B as c::Iterator>::next", "<B as Iterator>::next"),
            ("<[T] as a::Index<I>>::index", "<[…] as Index>::index"),
            ("<core::str::str>::find", "str::find"),
            ("core::str::<impl str>::find", "str::find"),
            (
                "a::<impl b::From<c> for d::E<f>>::from",
                "<E as From>::from",
            ),
            ("<<a::B as c::D>::E as f::G>::h", "<E as G>::h"),
            ("a::b::c::{{closure}}", "b::c::{closure}"),
            (
                "a::b::c::{closure#0}::{closure#1}",
                "b::c::{closure#0}::{closure#1}",
            ),
            (
                "<a::b::{closure#0} as c::FnOnce<()>>::call_once",
                "<b::{closure#0} as FnOnce>::call_once",
            ),
            ("a::b::{impl#3}::drop", "b::drop"),
            ("<F as c::Fn(&str) -> d::E>::call", "<F as Fn>::call"),
            ("::f", "f"),
            ("::", "::"),
        ]);
    }

    #[test]
    fn names_of_cpp() {
        check(&[
            (
                "foo::bar::Class::method<int>(char const*) const",
                "Class::method",
            ),
            ("(anonymous namespace)::Bar::baz", "Bar::baz"),
            (
                "std::vector<int, std::allocator<int> >::push_back(int&&)",
                "vector::push_back",
            ),
            ("void ns::f<int>(int)", "ns::f"),
            ("ns::Foo::operator()(int)", "ns::Foo::operator()"),
            ("ns::Foo::operator<<(std::ostream&)", "ns::Foo::operator<<"),
            ("ns::operators::run", "operators::run"),
            ("Foo::~Foo", "Foo::~Foo"),
        ]);
    }

    #[test]
    fn names_of_go_and_java() {
        check(&[
            ("main.main", "main.main"),
            ("github.com/x/y/v2/z.Run.func1", "z.Run.func1"),
            (
                "slices.SortFunc[go.shape.[]int,go.shape.int]",
                "slices.SortFunc[go.shape.[]int,go.shape.int]",
            ),
            ("com.example.Foo.bar(int)", "Foo.bar"),
        ]);
    }
}
