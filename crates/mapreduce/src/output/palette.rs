//! Colours of the parts of a table, as terminal escape sequences.

/// Whether a table is for a terminal that shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableStyle {
    /// Text alone.
    Plain,
    /// With the escape sequences of colours.
    Colored,
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
    Delimiter,
    Cell,
}

/// Back to the colours of the terminal.
const DEFAULT_BACKGROUND: &str = "\x1b[49m";
const DEFAULT_FOREGROUND: &str = "\x1b[39m";

const DIM_CYAN_ON_BLACK: &str = "\x1b[36m\x1b[40m\x1b[2m";
const WHITE_ON_BLUE: &str = "\x1b[37m\x1b[44m";
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const UNDERLINE: &str = "\x1b[4m";
const REVERSE: &str = "\x1b[7m";
const NO_ATTRIBUTE: &str = "\x1b[0m";

impl TableStyle {
    /// Appends `text` as this part.
    pub(super) fn paint(self, part: Part, text: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Plain => out.extend_from_slice(text),
            Self::Colored => {
                out.extend(part.codes().concat().bytes());
                out.extend_from_slice(text);
                let has_attribute = part != Part::Cell;
                let reset = if has_attribute { NO_ATTRIBUTE } else { "" };
                out.extend(
                    [reset, DEFAULT_BACKGROUND, DEFAULT_FOREGROUND]
                        .concat()
                        .bytes(),
                );
            }
        }
    }

    /// What stands before a run of parts.
    pub(super) fn begin(self, out: &mut Vec<u8>) {
        if self == Self::Colored {
            out.extend([DEFAULT_FOREGROUND, DEFAULT_BACKGROUND].concat().bytes());
        }
    }

    /// What stands behind a run of parts, before its line end.
    pub(super) fn end(self, out: &mut Vec<u8>) {
        if self == Self::Colored {
            out.extend([DEFAULT_BACKGROUND, DEFAULT_FOREGROUND].concat().bytes());
        }
    }
}

impl Part {
    fn codes(self) -> [&'static str; 4] {
        match self {
            Self::Query => [DIM_CYAN_ON_BLACK, "", "", ""],
            Self::Delimiter => [WHITE_ON_BLUE, DIM, "", ""],
            Self::Cell => [WHITE_ON_BLUE, "", "", ""],
            Self::Title {
                is_sorted_by,
                is_key,
            } => {
                let underline = if is_sorted_by { UNDERLINE } else { "" };
                let reverse = if is_key { REVERSE } else { "" };
                [WHITE_ON_BLUE, BOLD, underline, reverse]
            }
        }
    }
}
