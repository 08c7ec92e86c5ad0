//! Colours of the parts of a table.

use paint::{Attribute, Color, Style};

/// Whether a table is for a terminal that shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableStyle {
    /// Text alone.
    Plain,
    /// With the escape sequences of these colours.
    Colored(Palette),
}

/// The style of each part of a table, and of the query above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// The query.
    pub query: Style,
    /// A title.
    pub title: Style,
    /// How the title of the column that is sorted by differs.
    pub sorted_by: Attribute,
    /// How the title of a column of the key differs.
    pub key: Attribute,
    /// The bars and dashes of the titles.
    pub title_delimiter: Style,
    /// A value.
    pub cell: Style,
    /// The bars between values.
    pub delimiter: Style,
}

impl Default for Palette {
    fn default() -> Self {
        let dim = Style::new(Attribute::Dim, Color::Blue, Color::White);
        Palette {
            query: Style::new(Attribute::Dim, Color::Black, Color::Cyan),
            title: Style::new(Attribute::Bold, Color::Blue, Color::White),
            sorted_by: Attribute::Underline,
            key: Attribute::Reverse,
            title_delimiter: dim,
            cell: Style::new(Attribute::None, Color::Blue, Color::White),
            delimiter: dim,
        }
    }
}

/// A part of a table, or the query above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Query,
    Title {
        /// The rows are sorted by this column.
        is_sorted_by: bool,
        /// The column is part of the group's key.
        is_key: bool,
    },
    TitleDelimiter,
    Cell,
    Delimiter,
}

/// Back to the colours of the terminal.
const DEFAULT_BACKGROUND: &[u8] = b"\x1b[49m";
const DEFAULT_FOREGROUND: &[u8] = b"\x1b[39m";

impl TableStyle {
    /// Appends `text` as this part.
    pub(super) fn paint(self, part: Part, text: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Plain => out.extend_from_slice(text),
            Self::Colored(palette) => palette.paint(part, text, out),
        }
    }

    /// What stands before a run of parts.
    pub(super) fn begin(self, out: &mut Vec<u8>) {
        if self != Self::Plain {
            out.extend_from_slice(&[DEFAULT_FOREGROUND, DEFAULT_BACKGROUND].concat());
        }
    }

    /// What stands behind a run of parts, before its line end.
    pub(super) fn end(self, out: &mut Vec<u8>) {
        if self != Self::Plain {
            out.extend_from_slice(&[DEFAULT_BACKGROUND, DEFAULT_FOREGROUND].concat());
        }
    }
}

impl Palette {
    fn paint(&self, part: Part, text: &[u8], out: &mut Vec<u8>) {
        match part {
            Part::Query => self.query.paint(text, out),
            Part::TitleDelimiter => self.title_delimiter.paint(text, out),
            Part::Delimiter => self.delimiter.paint(text, out),
            Part::Cell => self.cell.paint(text, out),
            Part::Title {
                is_sorted_by,
                is_key,
            } => {
                let more = [(is_sorted_by, self.sorted_by), (is_key, self.key)];
                let more = more.map(|(applies, attribute)| match applies {
                    true => attribute,
                    false => Attribute::None,
                });
                self.title.paint_with(&more, text, out);
            }
        }
    }
}
