//! Regular expressions in the syntax that pprof's users know: RE2, as Go has it.
//!
//! The `regex` crate reads almost the same syntax. Where the two differ, the expression is
//! rewritten: `\d`, `\w`, `\s` and `\b` mean ASCII only, `\Q…\E` quotes, a brace that starts no
//! repetition is a brace, and set operators within brackets are ordinary characters.

use std::fmt;

use regex::bytes::Regex;

/// A compiled expression and the text it was made from.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

/// Why an expression cannot be read.
#[derive(Debug)]
pub struct PatternError(regex::Error);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        f.write_str(text.lines().last().unwrap_or(&text).trim())
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// When it is no regular expression, or far too large a one.
    pub fn new(source: &str) -> Result<Pattern, PatternError> {
        let regex = Regex::new(&translate(source)).map_err(PatternError)?;
        Ok(Pattern {
            source: source.to_owned(),
            regex,
        })
    }

    /// The expression that matches `text` and nothing else.
    pub fn exactly(text: &str) -> String {
        format!("^{}$", regex::escape(text))
    }

    /// Whether the expression matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text.as_bytes())
    }

    /// The expression as given.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

/// `source` with the differences between the two syntaxes spelt out.
fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '\\' => escape(rest, in_class, &mut out),
            '[' if !in_class => {
                in_class = true;
                class_start(rest, &mut out)
            }
            '[' if rest.starts_with("[:") => copy(2, rest, &mut out),
            ':' if in_class && rest.starts_with(":]") => copy(2, rest, &mut out),
            ']' if in_class => {
                in_class = false;
                copy(1, rest, &mut out)
            }
            '[' | '&' | '~' if in_class => quote(first, &mut out),
            '-' if in_class && rest.starts_with("--") => quote(first, &mut out),
            '{' if !in_class && !is_repetition(rest) => quote(first, &mut out),
            _ => copy(first.len_utf8(), rest, &mut out),
        };
        rest = &rest[taken..];
    }
    out
}

fn copy(bytes: usize, rest: &str, out: &mut String) -> usize {
    out.push_str(&rest[..bytes]);
    bytes
}

fn quote(character: char, out: &mut String) -> usize {
    out.push('\\');
    out.push(character);
    character.len_utf8()
}

/// The opening bracket, its negation, and a closing bracket that stands for itself.
fn class_start(rest: &str, out: &mut String) -> usize {
    let mut taken = copy(if rest.starts_with("[^") { 2 } else { 1 }, rest, out);
    if rest[taken..].starts_with(']') {
        taken += quote(']', out);
    }
    taken
}

/// A backslash and what it escapes.
fn escape(rest: &str, in_class: bool, out: &mut String) -> usize {
    let Some(escaped) = rest[1..].chars().next() else {
        return copy(1, rest, out);
    };
    let (inside, outside) = match escaped {
        'Q' => {
            let quoted = rest[2..].split("\\E").next().unwrap_or_default();
            out.push_str(&regex::escape(quoted));
            return (2 + quoted.len() + 2).min(rest.len());
        }
        'd' => ("0-9", "[0-9]"),
        'w' => ("0-9A-Za-z_", "[0-9A-Za-z_]"),
        's' => ("\\t\\n\\f\\r ", "[\\t\\n\\f\\r ]"),
        'D' => ("[^0-9]", "[^0-9]"),
        'W' => ("[^0-9A-Za-z_]", "[^0-9A-Za-z_]"),
        'S' => ("[^\\t\\n\\f\\r ]", "[^\\t\\n\\f\\r ]"),
        'b' | 'B' if !in_class => {
            out.push_str(if escaped == 'b' {
                "(?-u:\\b)"
            } else {
                "(?-u:\\B)"
            });
            return 2;
        }
        _ => return copy(1 + escaped.len_utf8(), rest, out),
    };
    out.push_str(if in_class { inside } else { outside });
    2
}

/// Whether the brace at the start of `rest` opens `{n}`, `{n,}` or `{n,m}`.
fn is_repetition(rest: &str) -> bool {
    let Some((inner, _)) = rest[1..].split_once('}') else {
        return false;
    };
    let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !low.is_empty() && digits(low) && digits(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, matching: &[&str], other: &[&str]) {
        let pattern = Pattern::new(pattern).unwrap();
        for text in matching {
            assert!(pattern.is_match(text), "{} on {text}", pattern.as_str());
        }
        for text in other {
            assert!(!pattern.is_match(text), "{} on {text}", pattern.as_str());
        }
    }

    #[test]
    fn the_syntax_of_go() {
        check(r"^\w+$", &["ab_1"], &["größe"]);
        check(r"\bfoo\b", &["a foo", "éfoo"], &["afoo"]);
        check(r"\Qa.b\E.", &["a.bc"], &["axbc", "a.b"]);
        check(r"\Qa.b", &["a.b"], &["axb"]);
        check("a{", &["a{"], &["a"]);
        check("a{,2}", &["a{,2}"], &["aa"]);
        check("^a{2,3}$", &["aa", "aaa"], &["a"]);
        check("[a&&b]", &["&", "b"], &["c"]);
        check("[]a]", &["]", "a"], &["b"]);
        check("[[:alpha:]]", &["x"], &["1"]);
        check(r"[\d.]", &["1", "."], &["a"]);
        check(r"[^\s]", &["a"], &[" "]);
        check("[[]", &["["], &["a"]);
        check("(?i)größe", &["GRÖSSE naïve GRÖßE"], &["GROSSE"]);
        check("^.$", &["ö"], &["öö"]);
        assert!(Pattern::new("(").is_err());
    }
}
