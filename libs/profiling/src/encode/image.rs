//! The executable and libraries of this process as a profile lists them, and the names in them.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Seek, SeekFrom};

use dtail_symbolize::{Frame, Mapping, Module, parse_maps};

use crate::sys::machine;

/// The executable mappings, the main program's first, and the frames of every address asked for.
#[derive(Debug, Default)]
pub(crate) struct ProcessImage {
    pub(crate) mappings: Vec<ImageMapping>,
    /// By address: the mapping's index, and frames innermost first.
    symbols: HashMap<u64, (usize, Vec<Frame>)>,
}

/// A mapping with what its file says.
#[derive(Debug)]
pub(crate) struct ImageMapping {
    pub(crate) mapping: Mapping,
    /// In hexadecimal digits; empty when the file has none.
    pub(crate) build_id: String,
    /// What is known of every address that was looked up here.
    pub(crate) known: Known,
}

/// What is known of all addresses of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) functions: bool,
    pub(crate) filenames: bool,
    pub(crate) lines: bool,
    pub(crate) inlined: bool,
}

impl ProcessImage {
    /// Looks up every address in `addresses`: return addresses less one, interrupted ones as they are.
    pub(crate) fn of_addresses(addresses: &HashSet<u64>) -> Self {
        let mut image = Self {
            mappings: executable_mappings(),
            ..Self::default()
        };
        for (index, mapping) in image.mappings.iter_mut().enumerate() {
            let range = mapping.mapping.start..mapping.mapping.limit;
            let mut inside: Vec<u64> = addresses
                .iter()
                .copied()
                .filter(|address| range.contains(address))
                .collect();
            inside.sort_unstable();
            let symbols = mapping.look_up(&inside);
            image.symbols.extend(
                inside
                    .into_iter()
                    .zip(symbols.into_iter().map(|s| (index, s))),
            );
        }
        image
    }

    /// The index of the mapping that holds `address`, and its frames innermost first.
    pub(crate) fn at(&self, address: u64) -> Option<(usize, &[Frame])> {
        self.symbols
            .get(&address)
            .map(|(mapping, frames)| (*mapping, frames.as_slice()))
    }
}

/// The mapping of the running program comes first, as readers of the format expect.
fn executable_mappings() -> Vec<ImageMapping> {
    let mappings = parse_maps(&machine::maps());
    let program = fs::read_link("/proc/self/exe").ok();
    let program = program
        .as_deref()
        .and_then(|path| path.to_str())
        .unwrap_or_default();
    let program = program.strip_suffix(" (deleted)").unwrap_or(program);
    let mut executable: Vec<Mapping> = mappings.into_iter().filter(|m| m.executable).collect();
    executable.sort_by_key(|mapping| mapping.path != program);
    executable.into_iter().map(ImageMapping::of).collect()
}

impl ImageMapping {
    fn of(mapping: Mapping) -> Self {
        let known = Known {
            functions: false,
            filenames: false,
            lines: false,
            inlined: false,
        };
        Self {
            mapping,
            build_id: String::new(),
            known,
        }
    }

    /// The frames of each address, all of which lie in this mapping. Reads the file only when there is
    /// an address to look up; a file that cannot be read gives no names.
    fn look_up(&mut self, addresses: &[u64]) -> Vec<Vec<Frame>> {
        let nothing = || vec![Vec::new(); addresses.len()];
        if addresses.is_empty() && self.mapping.offset != 0 {
            return Vec::new();
        }
        let Some(bytes) = self.file_bytes() else {
            return nothing();
        };
        let Ok(module) = Module::parse(&bytes) else {
            return nothing();
        };
        self.build_id = module.build_id().map(hexadecimal).unwrap_or_default();
        let frames: Vec<Vec<Frame>> = addresses.iter().map(|a| self.frames(&module, *a)).collect();
        self.known = Known::of(&frames, module.has_debug_info());
        frames
    }

    fn frames(&self, module: &Module<'_>, address: u64) -> Vec<Frame> {
        let offset = if self.mapping.is_file() {
            self.mapping.file_offset(address)
        } else {
            address.checked_sub(self.mapping.start)
        };
        let svma = offset.and_then(|offset| module.svma_of_offset(offset));
        svma.map(|svma| module.frames(svma)).unwrap_or_default()
    }

    /// The program's own file is read through the kernel's link, which leads to it even after an upgrade
    /// has replaced it; the vDSO is no file, its image is the mapping itself.
    fn file_bytes(&self) -> Option<Vec<u8>> {
        let mapping = &self.mapping;
        if mapping.path == "[vdso]" {
            return memory(mapping.start, mapping.limit);
        }
        if !mapping.is_file() {
            return None;
        }
        if mapping.deleted {
            let link = format!(
                "/proc/self/map_files/{:x}-{:x}",
                mapping.start, mapping.limit
            );
            return fs::read("/proc/self/exe")
                .ok()
                .filter(|_| is_program(mapping))
                .or(fs::read(link).ok());
        }
        fs::read(&mapping.path).ok()
    }
}

fn is_program(mapping: &Mapping) -> bool {
    let program = fs::read_link("/proc/self/exe").ok();
    program
        .is_some_and(|path| path.to_string_lossy().trim_end_matches(" (deleted)") == mapping.path)
}

/// The bytes of this process at `start..limit`.
fn memory(start: u64, limit: u64) -> Option<Vec<u8>> {
    let mut file = fs::File::open("/proc/self/mem").ok()?;
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = vec![0; usize::try_from(limit.checked_sub(start)?).ok()?];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Known {
    /// Readers look names up again in a mapping that claims to know none; so claim only what holds for
    /// every address.
    fn of(frames: &[Vec<Frame>], debug_info: bool) -> Self {
        let all = |has: fn(&Frame) -> bool| {
            !frames.is_empty() && frames.iter().all(|f| !f.is_empty() && f.iter().all(has))
        };
        Self {
            functions: all(|frame| !frame.name.is_empty()),
            filenames: all(|frame| !frame.file.is_empty()),
            lines: all(|frame| frame.line != 0),
            inlined: debug_info && !frames.is_empty(),
        }
    }
}
