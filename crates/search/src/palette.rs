//! Colours of the parts of a line, as terminal escape sequences.

/// Foreground, background and attribute of one part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    foreground: u8,
    background: u8,
    /// 0 for none.
    attribute: u8,
}

const BLACK: u8 = 0;
const RED: u8 = 1;
const GREEN: u8 = 2;
const YELLOW: u8 = 3;
const BLUE: u8 = 4;
const MAGENTA: u8 = 5;
const CYAN: u8 = 6;
const WHITE: u8 = 7;

const BOLD: u8 = 1;
const DIM: u8 = 2;

/// `REMOTE`, the line number and the source.
pub(crate) const FIELD: Style = Style::new(DIM, BLUE, WHITE);
/// The bar between two parts.
pub(crate) const DELIMITER: Style = Style::new(DIM, BLUE, CYAN);
/// The host name.
pub(crate) const HOST: Style = Style::new(BOLD, BLUE, WHITE);
/// The share of lines transmitted.
pub(crate) const SHARE: Style = Style::new(0, GREEN, BLACK);

/// The places that match.
pub(crate) const MATCH: Style = Style::new(BOLD, YELLOW, BLACK);

const TEXT: Style = Style::new(0, BLACK, WHITE);
const WARN: Style = Style::new(BOLD, BLACK, WHITE);
const ERROR: Style = Style::new(BOLD, RED, WHITE);
const FATAL: Style = Style::new(BOLD, MAGENTA, WHITE);

/// The style of a line's text, by the severity it begins with.
pub(crate) fn of_text(text: &[u8]) -> Style {
    match text {
        [b'W', b'A', b'R', b'N', ..] => WARN,
        [b'E', b'R', b'R', b'O', b'R', ..] => ERROR,
        [b'F', b'A', b'T', b'A', b'L', ..] => FATAL,
        _ => TEXT,
    }
}

impl Style {
    const fn new(attribute: u8, background: u8, foreground: u8) -> Self {
        Style {
            foreground,
            background,
            attribute,
        }
    }

    /// Appends `text` in this style, and back to the defaults behind it.
    pub(crate) fn paint(self, text: &[u8], out: &mut Vec<u8>) {
        let Style {
            foreground,
            background,
            attribute,
        } = self;
        out.extend_from_slice(&[0x1b, b'[', b'3', b'0' + foreground, b'm']);
        out.extend_from_slice(&[0x1b, b'[', b'4', b'0' + background, b'm']);
        if attribute != 0 {
            out.extend_from_slice(&[0x1b, b'[', b'0' + attribute, b'm']);
        }
        out.extend_from_slice(text);
        if attribute != 0 {
            out.extend_from_slice(b"\x1b[0m");
        }
        out.extend_from_slice(b"\x1b[49m\x1b[39m");
    }
}
