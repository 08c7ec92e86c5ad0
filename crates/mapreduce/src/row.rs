//! The fields of one line, by slot.
//!
//! A slot is a field name resolved once, before the first line. Values are borrowed from the line;
//! only what has to be computed (assigned values, unquoted CSV fields) is copied to a buffer that
//! lives as long as the block. So a line costs no allocation.

use std::borrow::Cow;

use crate::condition::Values;
use crate::number;

/// The number of a field in a [`Row`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Slot(pub(crate) usize);

#[derive(Debug, Clone, Copy)]
enum Cell<'b> {
    Absent,
    Borrowed(&'b [u8]),
    /// A range of the scratch buffer.
    Computed(usize, usize),
}

/// The values of one line.
#[derive(Debug)]
pub(crate) struct Row<'b> {
    cells: Vec<Cell<'b>>,
    /// What every line begins with: the constants, everything else absent.
    template: Vec<Cell<'b>>,
    scratch: Vec<u8>,
}

impl<'b> Row<'b> {
    /// A row whose slots start each line with `constants`.
    pub(crate) fn new(constants: impl Iterator<Item = Option<&'b [u8]>>) -> Self {
        let template: Vec<_> = constants
            .map(|value| value.map_or(Cell::Absent, Cell::Borrowed))
            .collect();
        Self {
            cells: template.clone(),
            template,
            scratch: Vec::new(),
        }
    }

    /// Forgets the line before.
    pub(crate) fn clear(&mut self) {
        self.cells.copy_from_slice(&self.template);
        self.scratch.clear();
    }

    /// The value, or `None` when the line has no such field.
    pub(crate) fn get(&self, slot: Slot) -> Option<&[u8]> {
        match self.cells[slot.0] {
            Cell::Absent => None,
            Cell::Borrowed(value) => Some(value),
            Cell::Computed(start, end) => Some(&self.scratch[start..end]),
        }
    }

    /// Sets a value that is part of the line.
    pub(crate) fn set(&mut self, slot: Slot, value: &'b [u8]) {
        self.cells[slot.0] = Cell::Borrowed(value);
    }

    /// Makes `target` the same value as `source`, absent if that is.
    pub(crate) fn copy(&mut self, target: Slot, source: Slot) {
        self.cells[target.0] = self.cells[source.0];
    }

    /// Makes `target` the value of `source`, or `otherwise` when the line has no such field.
    pub(crate) fn copy_or(&mut self, target: Slot, source: Slot, otherwise: &'b [u8]) {
        self.cells[target.0] = match self.cells[source.0] {
            Cell::Absent => Cell::Borrowed(otherwise),
            present => present,
        };
    }

    /// Replaces the value of `slot` by what `change` makes of a copy of it; `change` gets the
    /// buffer and where the copy starts in it. An absent value stays absent.
    pub(crate) fn change(&mut self, slot: Slot, change: impl FnOnce(&mut Vec<u8>, usize)) {
        let start = self.scratch.len();
        match self.cells[slot.0] {
            Cell::Absent => return,
            Cell::Borrowed(value) => self.scratch.extend_from_slice(value),
            Cell::Computed(from, to) => self.scratch.extend_from_within(from..to),
        }
        change(&mut self.scratch, start);
        self.cells[slot.0] = Cell::Computed(start, self.scratch.len());
    }
}

impl Values<Slot> for Row<'_> {
    fn text(&self, slot: &Slot) -> Option<Cow<'_, [u8]>> {
        self.get(*slot).map(Cow::Borrowed)
    }

    fn number(&self, slot: &Slot) -> Option<f64> {
        self.get(*slot).and_then(number::parse)
    }
}
