//! Which line of which file an address is on.

use std::borrow::Cow;

use gimli::{ColumnType, LineProgramHeader, LineRow};

use super::{Reader, Sections, Unit};
use crate::frame::Frame;

/// A place in the source: the file's number in its unit, line and column; 0 for what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) file: u64,
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Position {
    /// A column says nothing without a line.
    fn of(row: &LineRow) -> Self {
        let line = row.line().map_or(0, |line| line.get());
        let column = match row.column() {
            ColumnType::Column(column) if line != 0 => column.get(),
            _ => 0,
        };
        Self {
            file: row.file_index(),
            line,
            column,
        }
    }
}

/// The position of each of `addresses`, which must be in ascending order.
pub(super) fn at(unit: &Unit<'_>, addresses: &[u64]) -> Vec<Option<Position>> {
    let mut found = vec![None; addresses.len()];
    let mut left = addresses.len();
    let Some(program) = unit.line_program.clone() else {
        return found;
    };
    let mut rows = program.rows();
    // Where the row before begins; none at the start of a sequence.
    let mut before: Option<(u64, Position)> = None;
    while left > 0
        && let Ok(Some((_, row))) = rows.next_row()
    {
        if let Some((start, position)) = before {
            let first = addresses.partition_point(|address| *address < start);
            let inside = addresses.iter().zip(&mut found).skip(first);
            for (_, found) in inside.take_while(|(address, _)| **address < row.address()) {
                left -= usize::from(found.is_none());
                found.get_or_insert(position);
            }
        }
        before = (!row.end_sequence()).then(|| (row.address(), Position::of(row)));
    }
    found
}

/// The files of a unit.
pub(super) struct FileNames<'u, 'data> {
    sections: &'u Sections<'data>,
    unit: &'u Unit<'data>,
}

impl<'u, 'data> FileNames<'u, 'data> {
    pub(super) fn of(sections: &'u Sections<'data>, unit: &'u Unit<'data>) -> Self {
        Self { sections, unit }
    }

    /// A frame that has only a position.
    pub(super) fn frame_at(&self, position: Position) -> Frame {
        Frame {
            file: self.path(position.file).unwrap_or_default(),
            line: u32::try_from(position.line).unwrap_or(0),
            column: u32::try_from(position.column).unwrap_or(0),
            ..Frame::default()
        }
    }

    /// The path of a file: the unit's directory, the file's directory and its name, each of which may be
    /// absolute and then replaces what stands before.
    fn path(&self, file: u64) -> Option<String> {
        let header = self.unit.line_program.as_ref()?.header();
        let entry = header.file(file)?;
        let mut path = self
            .unit
            .comp_dir
            .map(text)
            .unwrap_or_default()
            .into_owned();
        // Directory 0 is that of the unit.
        if entry.directory_index() != 0 {
            push(&mut path, &self.directory(header, entry.directory_index())?);
        }
        push(&mut path, &self.string(entry.path_name())?);
        Some(path)
    }

    fn directory(
        &self,
        header: &LineProgramHeader<Reader<'data>>,
        index: u64,
    ) -> Option<Cow<'data, str>> {
        self.string(header.directory(index)?)
    }

    fn string(&self, value: gimli::AttributeValue<Reader<'data>>) -> Option<Cow<'data, str>> {
        let string = self.sections.attr_string(self.unit, value).ok()?;
        Some(text(string))
    }
}

fn text(bytes: Reader<'_>) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes.slice())
}

/// `path` relative to `base`.
fn push(base: &mut String, path: &str) {
    if path.starts_with('/') {
        base.clear();
    } else if !base.is_empty() && !base.ends_with('/') {
        base.push('/');
    }
    base.push_str(path);
}
