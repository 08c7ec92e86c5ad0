//! The location table: addresses and the source lines inlined at each.

use crate::handle::{FunctionId, LocationId, MappingId};

/// A place in the program: one address and the calls inlined there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// The id in the file; unique, never 0.
    pub id: u64,
    /// Instruction address in the address space of the mapping, 0 when unknown.
    pub address: u64,
    /// The mapping that holds the address.
    pub mapping: Option<MappingId>,
    /// Several functions share this code (identical code folding), so the lines are one choice.
    pub is_folded: bool,
    /// Where the lines of this location begin and end in the table's lines.
    lines: (u32, u32),
}

/// One frame at a location: the function and the line within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// The function executing here.
    pub function: FunctionId,
    /// Line in the function's source file, from 1; 0 when unknown.
    pub line: i64,
    /// Column, from 1; 0 when unknown.
    pub column: i64,
}

/// All locations of a profile, their lines in one array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locations {
    rows: Vec<Location>,
    lines: Vec<Line>,
}

impl Locations {
    /// No locations yet, and room for so many.
    pub(crate) fn with_capacity(locations: usize) -> Locations {
        Locations {
            rows: Vec::with_capacity(locations),
            lines: Vec::with_capacity(locations),
        }
    }

    /// How many locations there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The location of a handle.
    ///
    /// # Panics
    ///
    /// When the handle belongs to another profile and is beyond the end.
    pub fn get(&self, id: LocationId) -> &Location {
        &self.rows[id.index()]
    }

    /// The location of a handle, to be changed.
    ///
    /// # Panics
    ///
    /// As [`Locations::get`].
    pub fn get_mut(&mut self, id: LocationId) -> &mut Location {
        &mut self.rows[id.index()]
    }

    /// The lines of a location, innermost inlined call first.
    ///
    /// # Panics
    ///
    /// As [`Locations::get`].
    pub fn lines(&self, id: LocationId) -> &[Line] {
        let (start, end) = self.rows[id.index()].lines;
        &self.lines[start as usize..end as usize]
    }

    /// The lines of a location, to be changed.
    ///
    /// # Panics
    ///
    /// As [`Locations::get`].
    pub fn lines_mut(&mut self, id: LocationId) -> &mut [Line] {
        let (start, end) = self.rows[id.index()].lines;
        &mut self.lines[start as usize..end as usize]
    }

    /// Keeps of the location's lines only those at `range`, counted within the location.
    ///
    /// # Panics
    ///
    /// When the range is not within the location's lines.
    pub fn truncate_lines(&mut self, id: LocationId, range: std::ops::Range<usize>) {
        let (start, end) = self.rows[id.index()].lines;
        assert!(range.start <= range.end && range.end <= (end - start) as usize);
        self.rows[id.index()].lines = (start + range.start as u32, start + range.end as u32);
    }

    /// Keeps of the location's lines, in order, those `keep` accepts.
    pub fn retain_lines(&mut self, id: LocationId, mut keep: impl FnMut(&Line) -> bool) {
        let (start, end) = self.rows[id.index()].lines;
        let mut kept = start;
        for index in start..end {
            let line = self.lines[index as usize];
            if keep(&line) {
                self.lines[kept as usize] = line;
                kept += 1;
            }
        }
        self.rows[id.index()].lines = (start, kept);
    }

    /// Adds a location with the file id `id`; `lines` innermost first.
    ///
    /// # Panics
    ///
    /// When the table holds more lines than 32 bits count.
    pub fn push(
        &mut self,
        id: u64,
        mapping: Option<MappingId>,
        address: u64,
        lines: impl IntoIterator<Item = Line>,
    ) -> LocationId {
        let start = self.lines.len();
        self.lines.extend(lines);
        let end = u32::try_from(self.lines.len()).expect("a profile has fewer than 2^32 lines");
        let lines = (start as u32, end);
        self.rows.push(Location {
            id,
            address,
            mapping,
            is_folded: false,
            lines,
        });
        LocationId::new(self.rows.len() - 1)
    }

    /// The locations in table order with their handles.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (LocationId, &Location)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(index, row)| (LocationId::new(index), row))
    }

    /// The handles in table order; holds no borrow, so that locations can be changed meanwhile.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = LocationId> + use<> {
        (0..self.rows.len()).map(LocationId::new)
    }
}
