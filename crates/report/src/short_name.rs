//! Function names shortened for pictures, by the rules of pprof.

use std::sync::LazyLock;

use regex::Regex;

/// A module version within a Go import path.
static GO_VERSION: LazyLock<Regex> =
    LazyLock::new(|| rule(r"^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$"));

/// What is kept of names of Go, Java and C++: the first rule that fits decides.
static RULES: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        // Go: without the path of the import.
        rule(r"^(?:[0-9A-Za-z_\-.]+/)+([^.]+\..+)"),
        // Java: without package and arguments.
        rule(concat!(
            r"^(?:[a-z][0-9A-Za-z_]*\.)*",
            r"([A-Z][0-9A-Za-z_$]*\.(?:<init>|[a-z][0-9A-Za-z_$]*(?:\$[0-9]+)?))(?:\(|$)"
        )),
        // C++: without namespaces, from the class on.
        rule(concat!(
            r"^(?:[_a-zA-Z][0-9A-Za-z_]*::)+",
            r"(_*[A-Z][0-9A-Za-z_]*::~?[_a-zA-Z][0-9A-Za-z_]*(?:<.*>)?)"
        )),
    ]
});

fn rule(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the rules are valid expressions")
}

/// `name` without what the reader of a picture can do without.
pub(crate) fn shorten(name: &str) -> String {
    let name = name.strip_prefix("(anonymous namespace)::").unwrap_or(name);
    let name = GO_VERSION.replace(name, "${1}${2}");
    let kept = RULES
        .iter()
        .find_map(|rule| Some(rule.captures(&name)?.get(1)?.as_str()));
    kept.unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn shortened_names() {
        let cases = [
            ("main.main", "main.main"),
            ("github.com/x/y/v2/z.Run.func1", "z.Run.func1"),
            ("github.com/x/y/v2.Run", "y.Run"),
            ("a.b/c-d/e.(*T).f", "e.(*T).f"),
            ("com.example.Foo.bar(int)", "Foo.bar"),
            ("java.lang.Foo.<init>", "Foo.<init>"),
            ("foo::bar::Class::method<int>", "Class::method<int>"),
            ("(anonymous namespace)::foo::Bar::baz", "Bar::baz"),
            ("alloc::vec::Vec<T,A>::push", "alloc::vec::Vec<T,A>::push"),
            ("app::main", "app::main"),
        ];
        for (name, expected) in cases {
            assert_eq!(shorten(name), expected, "{name}");
        }
    }
}
