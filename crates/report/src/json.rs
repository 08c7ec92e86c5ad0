//! Text as JSON strings. The documents around them are small and fixed, so they are written as they
//! stand.

use std::fmt;

/// A text that prints as a JSON string, quotes included.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                control if control < ' ' => write!(f, "\\u{:04x}", control as u32)?,
                other => write!(f, "{other}")?,
            }
        }
        f.write_str("\"")
    }
}

/// Items that print separated by commas.
pub(crate) struct Listed<I>(pub(crate) I);

impl<I: Iterator<Item = T> + Clone, T: fmt::Display> fmt::Display for Listed<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.clone().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{item}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Listed, Quoted};

    #[test]
    fn strings_and_lists() {
        assert_eq!(
            Quoted("a\"b\\c\n\t\u{1}ö").to_string(),
            "\"a\\\"b\\\\c\\n\\t\\u0001ö\""
        );
        assert_eq!(Listed([1, 2, 3].iter()).to_string(), "1,2,3");
        assert_eq!(Listed([0; 0].iter()).to_string(), "");
    }
}
