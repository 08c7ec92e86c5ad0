//! What a function is called, and where it is declared.
//!
//! An inlined or specialised function refers to the entry that states these, which may lie in another
//! unit where the program was linked as a whole.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use gimli::{Attribute, AttributeValue, DebugInfoOffset, UnitOffset};

use super::{Dwarf, Reader, Unit};
use crate::frame::Frame;

/// How many references from one entry to the entry it repeats are followed.
const REFERENCE_DEPTH_MAX: usize = 8;

/// Names of the functions of one unit.
pub(super) struct Names<'u, 'data> {
    dwarf: &'u Dwarf<'data>,
    unit: &'u Unit<'data>,
    /// Other units that functions of this one refer to.
    others: RefCell<HashMap<usize, Option<Rc<Unit<'data>>>>>,
}

/// What an entry and those that it refers to say.
#[derive(Default)]
struct Stated<'data> {
    name: Option<Reader<'data>>,
    line: Option<u32>,
}

impl<'u, 'data> Names<'u, 'data> {
    pub(super) fn of(dwarf: &'u Dwarf<'data>, unit: &'u Unit<'data>) -> Self {
        Self {
            dwarf,
            unit,
            others: RefCell::default(),
        }
    }

    /// Adds the names of the function at `entry`, and the line of its declaration.
    pub(super) fn complete(&self, frame: &mut Frame, entry: UnitOffset) {
        let mut stated = Stated::default();
        self.read(self.unit, entry, &mut stated, REFERENCE_DEPTH_MAX);
        if let Some(name) = stated.name {
            frame.rename(name.slice());
        }
        frame.start_line = stated.line.unwrap_or_default();
    }

    /// Adds what the entry at `offset` states, and then, as long as something is missing, what the one
    /// that it refers to does.
    fn read(
        &self,
        unit: &Unit<'data>,
        offset: UnitOffset,
        stated: &mut Stated<'data>,
        depth: usize,
    ) -> Option<()> {
        let entry = unit.entry(offset).ok()?;
        let string = |attribute: &Attribute<Reader<'data>>| {
            self.dwarf
                .sections
                .attr_string(unit, attribute.value())
                .ok()
        };
        let linkage_name = entry
            .attr(gimli::DW_AT_linkage_name)
            .or_else(|| entry.attr(gimli::DW_AT_MIPS_linkage_name));
        let name = linkage_name.or_else(|| entry.attr(gimli::DW_AT_name));
        stated.name = stated.name.or_else(|| string(name?));
        let line = entry.attr_value(gimli::DW_AT_decl_line);
        stated.line = stated
            .line
            .or_else(|| u32::try_from(line?.udata_value()?).ok());
        if stated.name.is_some() && stated.line.is_some() {
            return Some(());
        }
        let origin = entry
            .attr_value(gimli::DW_AT_abstract_origin)
            .or_else(|| entry.attr_value(gimli::DW_AT_specification))?;
        let depth = depth.checked_sub(1)?;
        match origin {
            AttributeValue::UnitRef(offset) => self.read(unit, offset, stated, depth),
            AttributeValue::DebugInfoRef(offset) => {
                let (unit, offset) = self.other(offset)?;
                self.read(&unit, offset, stated, depth)
            }
            _ => None,
        }
    }

    /// The unit that holds the entry at `offset` of the section, and the entry's place in it.
    fn other(&self, offset: DebugInfoOffset) -> Option<(Rc<Unit<'data>>, UnitOffset)> {
        let units = self.dwarf.unit_offsets();
        let after = units.partition_point(|unit| unit.0 <= offset.0);
        let start = *units.get(after.checked_sub(1)?)?;
        let mut others = self.others.borrow_mut();
        let unit = others
            .entry(start.0)
            .or_insert_with(|| self.dwarf.unit_at(start).map(Rc::new))
            .clone()?;
        let offset = offset.to_unit_offset(&unit.header)?;
        Some((unit, offset))
    }
}
