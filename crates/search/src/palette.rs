//! Colours of the parts of a line.

use paint::{Attribute, Color, Style};

/// The style of each part.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// `REMOTE`.
    pub remote: Style,
    /// The bar between two parts.
    pub delimiter: Style,
    /// The host name.
    pub host: Style,
    /// The share of lines transmitted.
    pub share: Style,
    /// The line number.
    pub number: Style,
    /// The source.
    pub source: Style,
    /// The line.
    pub text: Style,
    /// A line that begins with `WARN`.
    pub warn: Style,
    /// A line that begins with `ERROR`.
    pub error: Style,
    /// A line that begins with `FATAL`.
    pub fatal: Style,
    /// The places that match.
    pub found: Style,
}

impl Default for Palette {
    fn default() -> Self {
        let field = Style::new(Attribute::Dim, Color::Blue, Color::White);
        Palette {
            remote: field,
            delimiter: Style::new(Attribute::Dim, Color::Blue, Color::Cyan),
            host: Style::new(Attribute::Bold, Color::Blue, Color::White),
            share: Style::new(Attribute::None, Color::Green, Color::Black),
            number: field,
            source: field,
            text: Style::new(Attribute::None, Color::Black, Color::White),
            warn: Style::new(Attribute::Bold, Color::Black, Color::White),
            error: Style::new(Attribute::Bold, Color::Red, Color::White),
            fatal: Style::new(Attribute::Bold, Color::Magenta, Color::White),
            found: Style::new(Attribute::Bold, Color::Yellow, Color::Black),
        }
    }
}

impl Palette {
    /// The style of a line's text, by the severity it begins with.
    pub(crate) fn of_text(&self, text: &[u8]) -> Style {
        match text {
            [b'W', b'A', b'R', b'N', ..] => self.warn,
            [b'E', b'R', b'R', b'O', b'R', ..] => self.error,
            [b'F', b'A', b'T', b'A', b'L', ..] => self.fatal,
            _ => self.text,
        }
    }
}
