//! Regular expressions in the syntax that pprof's users know: RE2, as Go has it.
//!
//! The `regex` crate reads almost the same syntax. Where the two differ, the expression is
//! rewritten: `\d`, `\w`, `\s` and `\b` mean ASCII only, `\Q…\E` quotes, a brace that starts no
//! repetition is a brace, an escaped sign is that sign, and set operators within brackets are ordinary
//! characters. What Go does not take is refused: repetitions of repetitions or of more than 1000, classes,
//! flags and escapes that it does not have.

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
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
        let regex = Regex::new(&translate(source)?).map_err(|error| {
            let text = error.to_string();
            let reason = text.lines().last().unwrap_or(&text);
            PatternError(reason.trim().to_owned())
        })?;
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

/// The largest number of repetitions.
const REPEAT_MAX: u32 = 1000;
/// Names of classes within brackets, such as `[:alpha:]`.
const CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];
/// Letters that mean something behind a backslash.
const ESCAPED_LETTERS: &str = "ABCDPQSWabdfnprstvwxz";

/// `source` with the differences between the two syntaxes spelt out.
fn translate(source: &str) -> Result<String, PatternError> {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut in_class = false;
    let mut repetition = None;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = repetition_length(rest).filter(|_| !in_class) {
            // Where the repetition started that this one repeats.
            let start = repetition.unwrap_or(source.len() - rest.len());
            if repetition.is_some() {
                let end = source.len() - rest.len() + length;
                return refuse("invalid nested repetition operator", &source[start..end]);
            }
            repetition = Some(start);
            check_count(&rest[..length])?;
            rest = &rest[copy(length, rest, &mut out)..];
            continue;
        }
        repetition = None;
        let taken = match first {
            '\\' => escape(rest, in_class, &mut out)?,
            '[' if !in_class => {
                in_class = true;
                class_start(rest, &mut out)
            }
            '[' if rest.starts_with("[:") => class_name(rest, &mut out)?,
            ']' if in_class => {
                in_class = false;
                copy(1, rest, &mut out)
            }
            '[' | '&' | '~' if in_class => quote(first, &mut out),
            '-' if in_class && rest.starts_with("--") => quote(first, &mut out),
            '{' if !in_class => quote(first, &mut out),
            '(' if !in_class && rest.starts_with("(?") => {
                check_flags(rest)?;
                copy(2, rest, &mut out)
            }
            _ => copy(first.len_utf8(), rest, &mut out),
        };
        rest = &rest[taken..];
    }
    Ok(out)
}

fn refuse<T>(reason: &str, part: &str) -> Result<T, PatternError> {
    Err(PatternError(format!("{reason}: `{part}`")))
}

/// The bytes of a repetition at the start of `rest`, with the sign that makes it lazy.
fn repetition_length(rest: &str) -> Option<usize> {
    let length = match rest.as_bytes().first()? {
        b'*' | b'+' | b'?' => 1,
        b'{' if is_repetition(rest) => rest.find('}')? + 1,
        _ => return None,
    };
    Some(length + usize::from(rest[length..].starts_with('?')))
}

fn check_count(repetition: &str) -> Result<(), PatternError> {
    let numbers = repetition.split(|c: char| !c.is_ascii_digit());
    let is_allowed = |number: &str| number.parse::<u32>().is_ok_and(|count| count <= REPEAT_MAX);
    match numbers.filter(|number| !number.is_empty()).all(is_allowed) {
        true => Ok(()),
        false => refuse("invalid repeat count", repetition),
    }
}

/// Judges what follows `(?`: a name, or flags.
fn check_flags(rest: &str) -> Result<(), PatternError> {
    let flags = &rest[2..];
    if flags.starts_with("P<") || flags.starts_with('<') {
        return Ok(());
    }
    let end = flags.find([':', ')']).unwrap_or(flags.len());
    match flags[..end].chars().all(|flag| "imsU-".contains(flag)) {
        true => Ok(()),
        false => refuse("invalid or unsupported Perl syntax", &rest[..2 + end]),
    }
}

/// A class by name within brackets; a bracket that names none stands for itself.
fn class_name(rest: &str, out: &mut String) -> Result<usize, PatternError> {
    let Some(end) = rest.find(":]") else {
        return Ok(quote('[', out));
    };
    let name = &rest[2..end];
    if !CLASSES.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return refuse("invalid character class range", &rest[..end + 2]);
    }
    Ok(copy(end + 2, rest, out))
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
fn escape(rest: &str, in_class: bool, out: &mut String) -> Result<usize, PatternError> {
    let Some(escaped) = rest[1..].chars().next() else {
        return Ok(copy(1, rest, out));
    };
    let length = 1 + escaped.len_utf8();
    let (inside, outside) = match escaped {
        'Q' => {
            let quoted = rest[2..].split("\\E").next().unwrap_or_default();
            out.push_str(&regex::escape(quoted));
            return Ok((2 + quoted.len() + 2).min(rest.len()));
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
            return Ok(2);
        }
        _ if escaped.is_ascii() && !escaped.is_ascii_alphanumeric() => {
            out.push_str(&regex::escape(&rest[1..2]));
            return Ok(2);
        }
        _ if ESCAPED_LETTERS.contains(escaped) => return Ok(copy(length, rest, out)),
        _ => return refuse("invalid escape sequence", &rest[..length]),
    };
    out.push_str(if in_class { inside } else { outside });
    Ok(2)
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
        check(r"\<T as \-\_", &["a<T as -_"], &["T as"]);
        check("[[:x]", &["[", ":", "x"], &["y"]);
        check("^a*?b{1,1000}?$", &["b", "aabb"], &["a"]);
    }

    #[test]
    fn what_go_refuses() {
        let refused = [
            ("a**", "invalid nested repetition operator: `**`"),
            ("a{2}+", "invalid nested repetition operator: `{2}+`"),
            ("a+?*", "invalid nested repetition operator: `+?*`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
            ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
            (r"\y", r"invalid escape sequence: `\y`"),
            (r"\8", r"invalid escape sequence: `\8`"),
        ];
        for (source, reason) in refused {
            assert_eq!(Pattern::new(source).unwrap_err().to_string(), reason);
        }
        for source in ["(", "*", r"\", "a{2,1}", "[", "(?<n", "(?P>a)"] {
            assert!(Pattern::new(source).is_err(), "{source}");
        }
    }
}
