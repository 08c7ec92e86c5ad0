//! Frames from DWARF debug information: names, lines and what was inlined.

use addr2line::{Context, FrameIter};
use gimli::{AttributeValue, EndianSlice, LittleEndian, UnitOffset, UnitRef};
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection};

use crate::frame::Frame;

type Reader<'data> = EndianSlice<'data, LittleEndian>;

/// How many references from one entry to the entry it repeats are followed.
const REFERENCE_DEPTH_MAX: usize = 8;

/// The debug information of a module. Units and functions are parsed when first asked for.
pub(crate) struct Dwarf<'data> {
    context: Context<Reader<'data>>,
}

impl<'data> Dwarf<'data> {
    /// `None` where there is no debug information, or its units cannot be listed.
    pub(crate) fn of_elf(elf: &ElfFile64<'data, object::LittleEndian>) -> Option<Dwarf<'data>> {
        if section(elf, ".debug_info").is_empty() {
            return None;
        }
        let load = |id: gimli::SectionId| {
            Ok::<_, gimli::Error>(EndianSlice::new(section(elf, id.name()), LittleEndian))
        };
        let context = Context::from_dwarf(gimli::Dwarf::load(load).ok()?).ok()?;
        Some(Dwarf { context })
    }

    /// Frames at `svma`, the innermost first, empty when the unit says nothing or nonsense. A frame
    /// without a name is one of which only the line is known.
    pub(crate) fn frames(&self, svma: u64) -> Vec<Frame> {
        // The last address has no successor, which the lookup would compute.
        if svma == u64::MAX {
            return Vec::new();
        }
        let Ok(mut found) = self.context.find_frames(svma).skip_all_loads() else {
            return Vec::new();
        };
        let unit = self.context.find_dwarf_and_unit(svma).skip_all_loads();
        let mut frames = Vec::new();
        while let Some(frame) = next_frame(&mut found, unit) {
            frames.push(frame);
        }
        frames
    }
}

/// Bytes of a section, empty when it is missing or compressed.
fn section<'data>(elf: &ElfFile64<'data, object::LittleEndian>, name: &str) -> &'data [u8] {
    elf.section_by_name(name)
        .and_then(|section| section.compressed_data().ok())
        .filter(|section| section.format == object::CompressionFormat::None)
        .map_or(&[], |section| section.data)
}

fn next_frame<'data>(
    found: &mut FrameIter<'_, Reader<'data>>,
    unit: Option<UnitRef<'_, Reader<'data>>>,
) -> Option<Frame> {
    let found = found.next().ok()??;
    let mut frame = Frame::default();
    if let Some(function) = &found.function {
        frame.rename(function.name.slice());
    }
    if let Some(location) = &found.location {
        frame.file = location.file.unwrap_or_default().to_owned();
        frame.line = location.line.unwrap_or_default();
        frame.column = location.column.unwrap_or_default();
    }
    frame.start_line = unit
        .zip(found.dw_die_offset)
        .and_then(|(unit, offset)| declaration_line(unit, offset, REFERENCE_DEPTH_MAX))
        .unwrap_or_default();
    Some(frame)
}

/// Line at which the function of the entry at `offset` is declared. An inlined or specialised
/// function refers to the entry that states it; references into other units are not followed.
fn declaration_line(
    unit: UnitRef<'_, Reader<'_>>,
    offset: UnitOffset<usize>,
    depth: usize,
) -> Option<u32> {
    let entry = unit.entry(offset).ok()?;
    if let Some(line) = entry.attr_value(gimli::DW_AT_decl_line) {
        return line.udata_value().and_then(|line| u32::try_from(line).ok());
    }
    let origin = entry
        .attr_value(gimli::DW_AT_abstract_origin)
        .or_else(|| entry.attr_value(gimli::DW_AT_specification))?;
    let AttributeValue::UnitRef(origin) = origin else {
        return None;
    };
    declaration_line(unit, origin, depth.checked_sub(1)?)
}
