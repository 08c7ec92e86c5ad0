//! What a backslash begins.

use super::{Error, Last, Translator};

/// The members of Go's `\d`, `\s` and `\w`, which are ASCII.
pub(super) fn perl_class(letter: char) -> Option<&'static str> {
    match letter.to_ascii_lowercase() {
        'd' => Some(r"0-9"),
        's' => Some(r"\t\n\x0C\r\x20"),
        'w' => Some(r"0-9A-Za-z_"),
        _ => None,
    }
}

impl Translator<'_> {
    /// An escape outside a class.
    pub(super) fn escape(&mut self) -> Result<(), Error> {
        let letter = *self.rest.peek().ok_or(Error::TrailingBackslash)?;
        match letter {
            'A' => self.instead("(?m:^)"),
            'z' => self.instead("(?m:$)"),
            'b' => self.instead(r"(?-u:\b)"),
            // Go's stands between characters; the engine's alone would stand within one, too.
            'B' => {
                self.sees_invalid = true;
                self.instead(r"(?:(?-u:\B)(?:\b|\B))");
            }
            'Q' => {
                self.quoted();
                return Ok(());
            }
            'p' | 'P' => {
                let class = self.unicode_class()?;
                self.sees_invalid = true;
                self.out.push_str(&class);
            }
            _ if perl_class(letter).is_some() => {
                self.rest.next();
                self.perl(letter);
            }
            _ => {
                let character = self.escaped_character()?;
                self.literal(character);
            }
        }
        self.last = Last::Item;
        Ok(())
    }

    fn instead(&mut self, text: &str) {
        self.rest.next();
        self.out.push_str(text);
    }

    fn perl(&mut self, letter: char) {
        let members = perl_class(letter).unwrap_or_default();
        let negated = letter.is_ascii_uppercase();
        self.push_class(negated, true, members);
    }

    /// `\Q...\E`: text that stands for itself, to the end if need be.
    fn quoted(&mut self) {
        self.rest.next();
        while let Some(character) = self.rest.next() {
            if character == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(character);
            self.last = Last::Item;
        }
    }

    /// `\pL`, `\p{Greek}` or `\p{^Greek}`, as the engine writes it.
    pub(super) fn unicode_class(&mut self) -> Result<String, Error> {
        let positive = self.rest.next() == Some('p');
        let bad = |name: &str| Err(Error::BadClassName(format!("\\p{name}")));
        let name = match self.rest.next() {
            Some('{') => {
                let name: String = self.rest.by_ref().take_while(|&c| c != '}').collect();
                if name.is_empty() {
                    return bad("{}");
                }
                name
            }
            Some(letter) if letter.is_ascii_uppercase() => letter.to_string(),
            Some(other) => return bad(&other.to_string()),
            None => return bad(""),
        };
        let (inverted, name) = match name.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, name.as_str()),
        };
        let known = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(known) {
            return bad(&format!("{{{name}}}"));
        }
        let letter = if positive == inverted { 'P' } else { 'p' };
        Ok(format!("\\{letter}{{{name}}}"))
    }

    /// The single character that an escape stands for, after its backslash.
    pub(super) fn escaped_character(&mut self) -> Result<char, Error> {
        let letter = self.rest.next().ok_or(Error::TrailingBackslash)?;
        let bad = || Error::BadEscape(format!("\\{letter}"));
        match letter {
            '1'..='7' if !matches!(self.rest.peek(), Some('0'..='7')) => Err(bad()),
            '0'..='7' => Ok(self.octal(letter)),
            'x' => self.hexadecimal().ok_or_else(bad),
            'a' => Ok('\x07'),
            'f' => Ok('\x0C'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\x0B'),
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => Ok(other),
            _ => Err(bad()),
        }
    }

    /// Up to three octal digits, the first of which is read.
    fn octal(&mut self, first: char) -> char {
        let mut number = first.to_digit(8).unwrap_or(0);
        for _ in 0..2 {
            let Some(digit) = self.rest.peek().and_then(|digit| digit.to_digit(8)) else {
                break;
            };
            self.rest.next();
            number = number * 8 + digit;
        }
        char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Two hexadecimal digits, or any number of them in braces.
    fn hexadecimal(&mut self) -> Option<char> {
        let digits: String = if self.rest.next_if_eq(&'{').is_some() {
            let digits = self
                .rest
                .clone()
                .take_while(|&c| c != '}')
                .collect::<String>();
            self.skip(digits.chars().count());
            self.rest.next_if_eq(&'}')?;
            digits
        } else {
            let digits = self.rest.clone().take(2).collect::<String>();
            self.skip(2);
            Some(digits).filter(|digits| digits.len() == 2)?
        };
        let hexadecimal = digits.chars().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(&digits, 16)
            .ok()
            .filter(|_| hexadecimal)?;
        char::from_u32(number)
    }
}
