//! Frames from DWARF debug information: names, lines and what was inlined.
//!
//! Debug information is many times the size of the code, and a profile asks for a few hundred addresses
//! of it. So all addresses are asked for at once: each unit that has some of them is read once, from one
//! end to the other, and nothing of it is kept but the answers.

mod lines;
mod names;
mod scopes;
mod unit_index;

use std::cell::OnceCell;

use gimli::{DebugInfoOffset, EndianSlice, LittleEndian};
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection};

use self::lines::{FileNames, Position};
use self::names::Names;
use self::scopes::Scope;
use crate::frame::Frame;

type Reader<'data> = EndianSlice<'data, LittleEndian>;
type Sections<'data> = gimli::Dwarf<Reader<'data>>;
type Unit<'data> = gimli::Unit<Reader<'data>>;

/// The debug information of a module.
pub(crate) struct Dwarf<'data> {
    sections: Sections<'data>,
    /// Where every unit begins, ascending; found when first needed.
    units: OnceCell<Vec<DebugInfoOffset>>,
}

impl<'data> Dwarf<'data> {
    /// `None` where there is no debug information.
    pub(crate) fn of_elf(elf: &ElfFile64<'data, object::LittleEndian>) -> Option<Dwarf<'data>> {
        if section(elf, ".debug_info").is_empty() {
            return None;
        }
        let load = |id: gimli::SectionId| {
            Ok::<_, gimli::Error>(EndianSlice::new(section(elf, id.name()), LittleEndian))
        };
        Some(Dwarf {
            sections: gimli::Dwarf::load(load).ok()?,
            units: OnceCell::new(),
        })
    }

    /// Frames at each SVMA, the innermost first, empty where no unit says anything, or nonsense. A frame
    /// without a name is one of which only the line is known.
    pub(crate) fn frames_of(&self, svmas: &[u64]) -> Vec<Vec<Frame>> {
        let mut frames = vec![Vec::new(); svmas.len()];
        let mut sorted: Vec<usize> = (0..svmas.len()).collect();
        sorted.sort_by_key(|index| svmas[*index]);
        let addresses: Vec<u64> = sorted.iter().map(|index| svmas[*index]).collect();
        for (unit, asked) in self.units_of(&addresses) {
            let addresses: Vec<u64> = asked.iter().map(|place| addresses[*place]).collect();
            let found = self.frames_in(unit, &addresses).unwrap_or_default();
            for (place, found) in asked.into_iter().zip(found) {
                frames[sorted[place]] = found;
            }
        }
        frames
    }

    /// The frames at addresses, in ascending order, that lie in the unit at `offset`.
    fn frames_in(&self, offset: DebugInfoOffset, addresses: &[u64]) -> Option<Vec<Vec<Frame>>> {
        let unit = self.unit_at(offset)?;
        let scopes = scopes::at(&self.sections, &unit, addresses);
        let positions = lines::at(&unit, addresses);
        let names = Names::of(self, &unit);
        let files = FileNames::of(&self.sections, &unit);
        let at = scopes.iter().zip(positions);
        Some(
            at.map(|(scopes, position)| chain(scopes, position, &names, &files))
                .collect(),
        )
    }

    fn unit_at(&self, offset: DebugInfoOffset) -> Option<Unit<'data>> {
        let header = self.sections.unit_header(offset).ok()?;
        self.sections.unit(header).ok()
    }

    fn unit_offsets(&self) -> &[DebugInfoOffset] {
        self.units.get_or_init(|| {
            let mut headers = self.sections.units();
            std::iter::from_fn(|| headers.next().ok()?)
                .filter_map(|header| header.debug_info_offset())
                .collect()
        })
    }
}

/// Scopes at an address, the outermost first, to frames. Each function but the innermost stands at the
/// call that was inlined.
fn chain(
    scopes: &[Scope],
    position: Option<Position>,
    names: &Names<'_, '_>,
    files: &FileNames<'_, '_>,
) -> Vec<Frame> {
    if scopes.is_empty() {
        return position.map(|at| files.frame_at(at)).into_iter().collect();
    }
    let mut position = position;
    let mut frames = Vec::with_capacity(scopes.len());
    for scope in scopes.iter().rev() {
        let mut frame = position.map_or_else(Frame::default, |at| files.frame_at(at));
        names.complete(&mut frame, scope.entry);
        frames.push(frame);
        position = scope.call;
    }
    frames
}

/// Bytes of a section, empty when it is missing or compressed.
fn section<'data>(elf: &ElfFile64<'data, object::LittleEndian>, name: &str) -> &'data [u8] {
    elf.section_by_name(name)
        .and_then(|section| section.compressed_data().ok())
        .filter(|section| section.format == object::CompressionFormat::None)
        .map_or(&[], |section| section.data)
}
