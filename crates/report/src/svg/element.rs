//! Texts, numbers and paths as the attributes and contents of XML elements.

use std::fmt::{self, Write};

use layout::Point;

/// A text for the content of an element or an attribute in quotes. Characters that XML does not
/// have become the replacement character.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\t' | '\n' | '\r' => f.write_char(' ')?,
                '\0'..' ' | '\u{fffe}' | '\u{ffff}' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// A length with one decimal at most.
#[derive(Clone, Copy)]
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.1}", self.0);
        f.write_str(text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// The path of a curve: a point, then three for each piece.
pub(super) fn curve(points: &[Point]) -> String {
    let mut path = String::new();
    for (index, point) in points.iter().enumerate() {
        let command = match index {
            0 => "M",
            1 => "C",
            _ => " ",
        };
        path += &format!("{command}{} {}", Number(point.x), Number(point.y));
    }
    path
}

/// The path of an area with straight borders.
pub(super) fn polygon(points: &[Point]) -> String {
    let points = points
        .iter()
        .map(|point| format!("{} {}", Number(point.x), Number(point.y)));
    format!("M{}z", points.collect::<Vec<String>>().join("L"))
}

#[cfg(test)]
mod tests {
    use super::{Escaped, Number};

    #[test]
    fn texts_and_numbers() {
        let text = "<T as U>::f(&\"x\")\n\u{1}é";
        let expected = "&lt;T as U&gt;::f(&amp;&quot;x&quot;) \u{fffd}é";
        assert_eq!(Escaped(text).to_string(), expected);
        let numbers = [0.0, 1.04, -2.96, 10.0].map(|value| Number(value).to_string());
        assert_eq!(numbers, ["0", "1", "-3", "10"]);
    }
}
