//! Classes in brackets.

use super::escape::perl_class;
use super::{Error, Translator};

/// The names that may stand in `[:name:]`.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// What a class holds, as the engine writes it.
#[derive(Default)]
struct Members {
    text: String,
    /// All of them are ASCII.
    ascii: bool,
    /// U+FFFD is, or may be, among them.
    replacement: bool,
}

impl Translator<'_> {
    /// The class after its `[`, up to and with its `]`.
    pub(super) fn class(&mut self) -> Result<(), Error> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut members = Members {
            ascii: true,
            ..Members::default()
        };
        let mut first = true;
        loop {
            match self.rest.peek() {
                None => return Err(Error::MissingBracket),
                Some(']') if !first => break,
                Some(_) => self.class_member(&mut members)?,
            }
            first = false;
        }
        self.rest.next();
        self.sees_invalid |= !negated && members.replacement;
        self.push_class(negated, members.ascii, &members.text);
        Ok(())
    }

    /// Writes a class. Any number of characters outside a class of ASCII characters is any number
    /// of bytes outside it, valid or not.
    pub(super) fn push_class(&mut self, negated: bool, ascii: bool, members: &str) {
        let sign = if negated { "^" } else { "" };
        let repeated = self.rest.peek() == Some(&'*');
        if negated && ascii && repeated && !self.folds_case() {
            self.out.push_str(&format!("(?-u:[^{members}])"));
        } else {
            self.sees_invalid |= negated;
            self.out.push_str(&format!("[{sign}{members}]"));
        }
    }

    /// Whether a flag may have joined upper and lower case, beyond ASCII.
    fn folds_case(&self) -> bool {
        self.out.contains("(?i") || self.out.contains("(?U")
    }

    fn class_member(&mut self, members: &mut Members) -> Result<(), Error> {
        let mut ahead = self.rest.clone();
        match (ahead.next(), ahead.next()) {
            (Some('['), Some(':')) if self.posix(members)? => Ok(()),
            (Some('\\'), Some('p' | 'P')) => {
                self.rest.next();
                members.text.push_str(&self.unicode_class()?);
                members.ascii = false;
                members.replacement = true;
                Ok(())
            }
            (Some('\\'), Some(letter)) if perl_class(letter).is_some() => {
                self.skip(2);
                self.perl_member(letter, members);
                Ok(())
            }
            _ => self.range(members),
        }
    }

    fn perl_member(&mut self, letter: char, members: &mut Members) {
        let inside = perl_class(letter).unwrap_or_default();
        if letter.is_ascii_uppercase() {
            members.text.push_str(&format!("[^{inside}]"));
            members.ascii = false;
            members.replacement = true;
        } else {
            members.text.push_str(inside);
        }
    }

    /// `[:name:]`; nothing is taken, and the bracket stands for itself, when it is not closed.
    fn posix(&mut self, members: &mut Members) -> Result<bool, Error> {
        let inside: String = self.rest.clone().skip(2).collect();
        let Some(end) = inside.find(":]") else {
            return Ok(false);
        };
        let name = &inside[..end];
        let positive = name.strip_prefix('^');
        if !POSIX.contains(&positive.unwrap_or(name)) {
            return Err(Error::BadRange(format!("[:{name}:]")));
        }
        members.text.push_str(&format!("[:{name}:]"));
        members.ascii &= positive.is_none();
        members.replacement |= positive.is_some();
        self.skip(2 + name.chars().count() + 2);
        Ok(true)
    }

    /// One character, or a range of them.
    fn range(&mut self, members: &mut Members) -> Result<(), Error> {
        let low = self.class_character()?;
        let mut ahead = self.rest.clone();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|next| next != ']');
        let mut high = low;
        if is_range {
            self.rest.next();
            high = self.class_character()?;
        }
        if high < low {
            return Err(Error::BadRange(format!("{low}-{high}")));
        }
        members.ascii &= high.is_ascii();
        members.replacement |= (low..=high).contains(&char::REPLACEMENT_CHARACTER);
        members
            .text
            .push_str(&format!("\\x{{{:X}}}-\\x{{{:X}}}", low as u32, high as u32));
        Ok(())
    }

    fn class_character(&mut self) -> Result<char, Error> {
        match self.rest.next() {
            None => Err(Error::MissingBracket),
            Some('\\') => self.escaped_character(),
            Some(character) => Ok(character),
        }
    }
}
