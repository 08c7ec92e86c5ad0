//! The executable and libraries of this process as a profile lists them, and the names in them.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use dtail_symbolize::{Frame, Mapping, Module, parse_maps};

use super::module_file;
use crate::symbolization::Symbolize;
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
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    pub(crate) functions: bool,
    pub(crate) filenames: bool,
    pub(crate) lines: bool,
    pub(crate) inlined: bool,
}

impl ProcessImage {
    /// Looks up every address in `addresses`: return addresses less one, interrupted ones as they are.
    pub(crate) fn of_addresses(addresses: &HashSet<u64>, symbolize: Symbolize) -> Self {
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
            let frames = mapping.look_up(&inside, symbolize);
            let symbols = frames.into_iter().map(|frames| (index, frames));
            image.symbols.extend(inside.into_iter().zip(symbols));
        }
        image
    }

    /// One mapping, and the frames at addresses in it.
    #[cfg(test)]
    pub(crate) fn of_frames(mapping: Mapping, frames: Vec<(u64, Vec<Frame>)>) -> Self {
        let symbols = frames
            .into_iter()
            .map(|(address, frames)| (address, (0, frames)));
        Self {
            mappings: vec![ImageMapping::of(mapping)],
            symbols: symbols.collect(),
        }
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
    let program = module_file::program();
    let mappings = parse_maps(&machine::maps());
    let mut executable: Vec<Mapping> = mappings.into_iter().filter(|m| m.executable).collect();
    executable.sort_by_key(|mapping| mapping.path != program);
    executable.into_iter().map(ImageMapping::of).collect()
}

impl ImageMapping {
    fn of(mapping: Mapping) -> Self {
        Self {
            mapping,
            build_id: String::new(),
            known: Known::default(),
        }
    }

    /// The frames of each address, all of which lie in this mapping. A file is read only when there is
    /// an address to look up; one that cannot be read gives no names.
    fn look_up(&mut self, addresses: &[u64], symbolize: Symbolize) -> Vec<Vec<Frame>> {
        let nothing = vec![Vec::new(); addresses.len()];
        if addresses.is_empty() {
            return nothing;
        }
        let Some(bytes) = module_file::bytes(&self.mapping) else {
            return nothing;
        };
        let Ok(module) = Module::parse(&bytes) else {
            return nothing;
        };
        self.build_id = module.build_id().map(hexadecimal).unwrap_or_default();
        if symbolize == Symbolize::None {
            return nothing;
        }
        let svmas = addresses.iter().map(|address| self.svma(&module, *address));
        let svmas: Vec<Option<u64>> = svmas.collect();
        let (frames, inlined) = frames(&module, &svmas, &self.mapping.path, symbolize);
        self.known = Known::of(&frames, inlined);
        frames
    }

    fn svma(&self, module: &Module<'_>, address: u64) -> Option<u64> {
        let offset = if self.mapping.is_file() {
            self.mapping.file_offset(address)
        } else {
            address.checked_sub(self.mapping.start)
        };
        offset.and_then(|offset| module.svma_of_offset(offset))
    }
}

/// The frames at each SVMA, and whether inlined ones are among them where there are any. What is missing
/// in separate debug information the module's own symbols may know.
fn frames(
    module: &Module<'_>,
    svmas: &[Option<u64>],
    path: &str,
    symbolize: Symbolize,
) -> (Vec<Vec<Frame>>, bool) {
    let known: Vec<u64> = svmas.iter().flatten().copied().collect();
    let split_off = !module.has_debug_info();
    let (named, inlined) = if symbolize == Symbolize::Symbols {
        (vec![Vec::new(); known.len()], false)
    } else if split_off {
        separate_frames(module, &known, path)
    } else {
        (module.frames_of(&known), true)
    };
    let mut named = named.into_iter();
    let frames = svmas.iter().map(|svma| {
        let Some(svma) = svma else { return Vec::new() };
        let frames = named.next().unwrap_or_default();
        if frames.is_empty() {
            module.symbol_frames(*svma)
        } else {
            frames
        }
    });
    (frames.collect(), inlined)
}

/// The frames at each SVMA by debug information that was split off from `module`, and whether it is here.
fn separate_frames(module: &Module<'_>, svmas: &[u64], path: &str) -> (Vec<Vec<Frame>>, bool) {
    let bytes = module_file::debug_bytes(module, path);
    let separate = bytes.as_deref().and_then(|bytes| Module::parse(bytes).ok());
    match separate {
        Some(separate) => (separate.frames_of(svmas), true),
        None => (vec![Vec::new(); svmas.len()], false),
    }
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
    fn of(frames: &[Vec<Frame>], inlined: bool) -> Self {
        let all = |has: fn(&Frame) -> bool| {
            frames
                .iter()
                .all(|frames| !frames.is_empty() && frames.iter().all(has))
        };
        Self {
            functions: all(|frame| !frame.name.is_empty()),
            filenames: all(|frame| !frame.file.is_empty()),
            lines: all(|frame| frame.line != 0),
            inlined,
        }
    }
}
