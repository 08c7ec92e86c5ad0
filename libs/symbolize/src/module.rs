//! An executable, a shared library or the vDSO: the code behind a mapping.

use std::cell::OnceCell;
use std::fmt;

use object::read::elf::{ElfFile64, ProgramHeader};
use object::{LittleEndian, Object, elf};

use crate::debug_file::DebugLink;
use crate::dwarf::Dwarf;
use crate::error::Error;
use crate::frame::Frame;
use crate::symbols::Symbols;

/// A parsed ELF file. Parsing reads the headers only; debug information and symbols are read when
/// addresses are asked for, of debug information only the units that describe one.
pub struct Module<'data> {
    elf: ElfFile64<'data, LittleEndian>,
    dwarf: OnceCell<Option<Dwarf<'data>>>,
    symbols: OnceCell<Symbols<'data>>,
}

impl<'data> Module<'data> {
    /// Reads the headers of an ELF file, given its bytes: of the file, or, for the vDSO, of memory.
    ///
    /// # Errors
    ///
    /// When the bytes are no little-endian ELF file of 64 bits, or the headers point outside.
    pub fn parse(bytes: &'data [u8]) -> Result<Module<'data>, Error> {
        let (Some(&class), Some(&data), true) =
            (bytes.get(4), bytes.get(5), bytes.starts_with(&elf::ELFMAG))
        else {
            return Err(Error::NotElf);
        };
        if (class, data) != (elf::ELFCLASS64.0, elf::ELFDATA2LSB.0) {
            return Err(Error::Unsupported { class, data });
        }
        let elf = ElfFile64::parse(bytes).map_err(|error| Error::Malformed(error.to_string()))?;
        Ok(Module {
            elf,
            dwarf: OnceCell::new(),
            symbols: OnceCell::new(),
        })
    }

    /// The GNU build id: by it a profile finds this very build again. Usually 20 bytes.
    #[must_use]
    pub fn build_id(&self) -> Option<&'data [u8]> {
        self.elf.build_id().ok().flatten()
    }

    /// The file that holds the debug information split off this one.
    #[must_use]
    pub fn debug_link(&self) -> Option<DebugLink<'data>> {
        let (file_name, crc) = self.elf.gnu_debuglink().ok().flatten()?;
        Some(DebugLink { file_name, crc })
    }

    /// Whether there is debug information: lines, inlined frames and full names.
    #[must_use]
    pub fn has_debug_info(&self) -> bool {
        self.dwarf().is_some()
    }

    /// The address the linker gave the byte at `file_offset`; `None` for bytes that are not loaded.
    ///
    /// Where segments share a page of the file, code is preferred.
    #[must_use]
    pub fn svma_of_offset(&self, file_offset: u64) -> Option<u64> {
        self.svma_within(file_offset, true)
            .or_else(|| self.svma_within(file_offset, false))
    }

    /// Functions at an SVMA, inlined ones too, the innermost first; the last one is the function
    /// that owns the instruction. Empty when nothing is known about the address.
    ///
    /// Reads the whole unit that the address is in: ask for many addresses by [`Module::frames_of`].
    #[must_use]
    pub fn frames(&self, svma: u64) -> Vec<Frame> {
        self.frames_of(&[svma]).pop().unwrap_or_default()
    }

    /// [`Module::frames`] of each SVMA, in their order. Each unit that has some of them is read once.
    #[must_use]
    pub fn frames_of(&self, svmas: &[u64]) -> Vec<Vec<Frame>> {
        let mut all = match self.dwarf() {
            Some(dwarf) => dwarf.frames_of(svmas),
            None => vec![Vec::new(); svmas.len()],
        };
        for (frames, svma) in all.iter_mut().zip(svmas) {
            self.complete_frames(frames, *svma);
        }
        all
    }

    fn complete_frames(&self, frames: &mut Vec<Frame>, svma: u64) {
        match frames.last_mut() {
            None => frames.extend(self.symbol(svma).map(Frame::of_symbol)),
            Some(outermost) if !outermost.has_full_path() => self.complete(outermost, svma),
            Some(_) => {}
        }
        frames.retain(|frame| !frame.name.is_empty());
    }

    /// The function at an SVMA by the symbol table alone: no lines, no inlined frames, and no time spent
    /// on debug information.
    #[must_use]
    pub fn symbol_frames(&self, svma: u64) -> Vec<Frame> {
        self.symbol(svma)
            .map(Frame::of_symbol)
            .into_iter()
            .collect()
    }

    /// Names the function that owns `svma` by its symbol where the debug information has no name,
    /// or one without the path.
    fn complete(&self, outermost: &mut Frame, svma: u64) {
        let Some(symbol) = self.symbol(svma) else {
            return;
        };
        let named = Frame::of_symbol(symbol);
        if outermost.name.is_empty() || named.has_full_path() {
            outermost.name = named.name;
            outermost.system_name = named.system_name;
        }
    }

    fn symbol(&self, svma: u64) -> Option<&'data [u8]> {
        self.symbols
            .get_or_init(|| Symbols::of_elf(&self.elf))
            .name(svma)
    }

    fn dwarf(&self) -> Option<&Dwarf<'data>> {
        self.dwarf.get_or_init(|| Dwarf::of_elf(&self.elf)).as_ref()
    }

    fn svma_within(&self, file_offset: u64, executable: bool) -> Option<u64> {
        let segments = self.elf.elf_program_headers().iter();
        let mut loaded = segments.filter(|segment| {
            segment.p_type(LittleEndian) == elf::PT_LOAD
                && (segment.p_flags(LittleEndian).0 & elf::PF_X.0 != 0) == executable
        });
        loaded.find_map(|segment| {
            let within = file_offset.checked_sub(segment.p_offset(LittleEndian))?;
            if within >= segment.p_filesz(LittleEndian) {
                return None;
            }
            segment.p_vaddr(LittleEndian).checked_add(within)
        })
    }
}

impl fmt::Debug for Module<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module")
            .field("build_id", &self.build_id())
            .finish_non_exhaustive()
    }
}
