//! Text within XML and HTML.

use std::fmt::{self, Write};

/// A text for the content of an element or an attribute in quotes. Characters that XML does not
/// have become the replacement character.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\n' | '\r' => f.write_char(' ')?,
                '\t' => f.write_char('\t')?,
                '\0'..' ' | '\u{fffe}' | '\u{ffff}' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn texts() {
        let text = "<T as U>::f(&\"x\")\n\t\u{1}é";
        let expected = "&lt;T as U&gt;::f(&amp;&quot;x&quot;) \t\u{fffd}é";
        assert_eq!(Escaped(text).to_string(), expected);
    }
}
