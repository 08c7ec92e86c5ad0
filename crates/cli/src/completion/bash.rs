//! A command line as bash has it: one text with quotes, cut where readline thinks that words begin.
//!
//! Bash does not say which words a line has, only how readline cuts it, at `:` and `=` too; and it puts
//! candidates in as they are, without quotes. Both are done here.

use std::ffi::OsString;

/// The line up to the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct BashLine {
    /// The words behind the program's name and before the cursor, without quotes.
    pub(super) before: Vec<OsString>,
    /// The word at the cursor, without quotes.
    pub(super) typed: String,
    /// How many bytes of `typed` readline keeps; it replaces the rest.
    kept: usize,
    /// The quote that is open at the cursor.
    quote: Option<char>,
}

impl BashLine {
    /// Splits a line, which begins with the program's name; `breaks` is `COMP_WORDBREAKS`.
    pub(super) fn split(line: &str, breaks: &str) -> BashLine {
        let mut split = BashLine::default();
        let mut words: Vec<OsString> = Vec::new();
        let mut characters = line.chars();
        let mut begun = false;
        while let Some(character) = characters.next() {
            match (split.quote, character) {
                (None, ' ' | '\t' | '\n') => {
                    if begun {
                        words.push(std::mem::take(&mut split.typed).into());
                    }
                    (begun, split.kept) = (false, 0);
                    continue;
                }
                (None, '\'' | '"') => {
                    split.quote = Some(character);
                    split.kept = split.typed.len();
                }
                (Some(quote), _) if quote == character => split.quote = None,
                (None | Some('"'), '\\') => split.typed.extend(characters.next()),
                (quote, _) => {
                    split.typed.push(character);
                    if quote.is_none() && breaks.contains(character) {
                        split.kept = split.typed.len();
                    }
                }
            }
            begun = true;
        }
        split.before = words.into_iter().skip(1).collect();
        split
    }

    /// What bash is to put in for `word`, which begins with [`BashLine::typed`].
    pub(super) fn replacement(&self, word: &str) -> String {
        let rest = word.get(self.kept..).unwrap_or_default();
        let mut out = String::new();
        for character in rest.chars() {
            match self.quote {
                Some('\'') if character == '\'' => out.push_str("'\\''"),
                Some('"') if "\\\"$`".contains(character) => out.extend(['\\', character]),
                None if !is_plain(character) => out.extend(['\\', character]),
                _ => out.push(character),
            }
        }
        out
    }
}

/// Whether bash takes a character for itself.
fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "-_=:/.,+@%".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, before: &[&str], typed: &str, kept: usize) {
        let split = BashLine::split(line, " \"'><=;|&(:");
        let before: Vec<OsString> = before.iter().map(OsString::from).collect();
        assert_eq!(
            (split.before, split.typed.as_str()),
            (before, typed),
            "{line}"
        );
        assert_eq!(split.kept, kept, "{line}");
    }

    #[test]
    fn lines_are_split_as_bash_does() {
        check("p ", &[], "", 0);
        check("p", &[], "p", 0);
        check("p  a b", &["a"], "b", 0);
        check("p 'a b'  c\\ d", &["a b"], "c d", 0);
        check("p \"a\\\" b\" '' x", &["a\" b", ""], "x", 0);
        check("p -f=a::b", &[], "-f=a::b", 6);
        check("p -f='a::b", &[], "-f=a::b", 3);
        check("p 'a b", &[], "a b", 0);
        check("p a\\:b", &[], "a:b", 0);
    }
}
