//! Text in colour, for terminals.
//!
//! A [`Style`] is a foreground, a background and an attribute, each of which has a name in
//! configuration files. Which part of the output has which style is for others to say.

#![forbid(unsafe_code)]

/// A colour of text or of its background.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Color {
    /// Black.
    Black,
    /// Red.
    Red,
    /// Green.
    Green,
    /// Yellow.
    Yellow,
    /// Blue.
    Blue,
    /// Magenta.
    Magenta,
    /// Cyan.
    Cyan,
    /// White.
    White,
    /// That of the terminal.
    Default,
}

/// How text looks, beside its colours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Attribute {
    /// As usual.
    None,
    /// Bold.
    Bold,
    /// Dim.
    Dim,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Blinking.
    Blink,
    /// Blinking fast.
    RapidBlink,
    /// With foreground and background exchanged.
    Reverse,
    /// Not to be seen.
    Hidden,
}

/// Foreground, background and attribute of a piece of text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Style {
    /// The colour of the text.
    pub foreground: Color,
    /// The colour behind it.
    pub background: Color,
    /// How it looks beside that.
    pub attribute: Attribute,
}

impl Color {
    /// All of them, in the order of their codes.
    pub const ALL: [Color; 9] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::White,
        Color::Default,
    ];

    /// The name, which begins with a capital letter.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// The colour of this name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let is_called = |color: &Color| color.name().eq_ignore_ascii_case(name);
        Color::ALL.into_iter().find(is_called)
    }

    fn digit(self) -> u8 {
        match self {
            Color::Default => b'9',
            color => b'0' + color as u8,
        }
    }
}

impl Attribute {
    /// All of them.
    pub const ALL: [Attribute; 9] = [
        Attribute::None,
        Attribute::Bold,
        Attribute::Dim,
        Attribute::Italic,
        Attribute::Underline,
        Attribute::Blink,
        Attribute::RapidBlink,
        Attribute::Reverse,
        Attribute::Hidden,
    ];

    /// The name, which begins with a capital letter.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// The attribute of this name, in any case; `SlowBlink` is `Blink`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name.eq_ignore_ascii_case("SlowBlink") {
            "Blink"
        } else {
            name
        };
        let is_called = |attribute: &Attribute| attribute.name().eq_ignore_ascii_case(name);
        Attribute::ALL.into_iter().find(is_called)
    }

    fn digit(self) -> Option<u8> {
        Some(match self {
            Attribute::None => return None,
            Attribute::Bold => b'1',
            Attribute::Dim => b'2',
            Attribute::Italic => b'3',
            Attribute::Underline => b'4',
            Attribute::Blink => b'5',
            Attribute::RapidBlink => b'6',
            Attribute::Reverse => b'7',
            Attribute::Hidden => b'8',
        })
    }
}

impl Style {
    /// A style of these.
    #[must_use]
    pub const fn new(attribute: Attribute, background: Color, foreground: Color) -> Self {
        Style {
            foreground,
            background,
            attribute,
        }
    }

    /// Appends `text` in this style, and the way back to the colours of the terminal.
    pub fn paint(self, text: &[u8], out: &mut Vec<u8>) {
        self.paint_with(&[], text, out);
    }

    /// As [`Style::paint`], with further attributes.
    pub fn paint_with(self, more: &[Attribute], text: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&[0x1b, b'[', b'3', self.foreground.digit(), b'm']);
        out.extend_from_slice(&[0x1b, b'[', b'4', self.background.digit(), b'm']);
        let attributes = [&[self.attribute], more].concat();
        let mut has_attribute = false;
        for digit in attributes.iter().filter_map(|attribute| attribute.digit()) {
            out.extend_from_slice(&[0x1b, b'[', digit, b'm']);
            has_attribute = true;
        }
        out.extend_from_slice(text);
        if has_attribute {
            out.extend_from_slice(b"\x1b[0m");
        }
        out.extend_from_slice(b"\x1b[49m\x1b[39m");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In `expected`, `<` stands for the start of an escape sequence.
    #[track_caller]
    fn check(style: Style, more: &[Attribute], expected: &str) {
        let mut out = Vec::new();
        style.paint_with(more, b"x", &mut out);
        assert_eq!(
            String::from_utf8_lossy(&out),
            expected.replace('<', "\u{1b}[")
        );
    }

    #[test]
    fn text_is_between_its_style_and_the_way_back() {
        let plain = Style::new(Attribute::None, Color::Black, Color::White);
        check(plain, &[], "<37m<40mx<49m<39m");
        check(plain, &[Attribute::Reverse], "<37m<40m<7mx<0m<49m<39m");
        let bold = Style::new(Attribute::Bold, Color::Default, Color::Red);
        check(
            bold,
            &[Attribute::Underline, Attribute::None],
            "<31m<49m<1m<4mx<0m<49m<39m",
        );
    }

    #[test]
    fn names_are_those_of_configuration_files() {
        for color in Color::ALL {
            assert_eq!(Color::from_name(&color.name().to_lowercase()), Some(color));
        }
        for attribute in Attribute::ALL {
            assert_eq!(Attribute::from_name(&attribute.name()), Some(attribute));
        }
        assert_eq!(Attribute::from_name("slowblink"), Some(Attribute::Blink));
        assert_eq!(Color::from_name("Grey"), None);
        assert_eq!(Attribute::from_name(""), None);
    }
}
