//! A binary of the profile: its functions and their code.

use std::collections::BTreeMap;

use dtail_profile::Mapping;
use object::{Architecture, Object, ObjectSection, ObjectSegment, ObjectSymbol, SymbolKind};

use crate::names::{Demangle, readable};

/// A binary, parsed.
pub(super) struct Binary<'data> {
    file: object::File<'data>,
}

/// A function of a binary.
#[derive(Debug)]
pub(super) struct Symbol {
    /// Every name of the function, demangled, in their order.
    pub(super) names: Vec<String>,
    /// First address as the binary states it.
    pub(super) start: u64,
    /// First address behind.
    pub(super) end: u64,
}

impl<'data> Binary<'data> {
    /// Parses an ELF file; the error is a text without the path.
    pub(super) fn parse(bytes: &'data [u8]) -> Result<Binary<'data>, String> {
        let file = object::File::parse(bytes).map_err(|error| error.to_string())?;
        Ok(Binary { file })
    }

    /// Bits of an address, for code that can be taken apart here.
    pub(super) fn bits(&self) -> Result<u32, String> {
        match self.file.architecture() {
            Architecture::X86_64 => Ok(64),
            Architecture::I386 => Ok(32),
            other => Err(format!("machine code of {other:?} cannot be shown")),
        }
    }

    /// The address in the binary of an address in the process, by the mapping that holds it.
    pub(super) fn stated_address(&self, mapping: &Mapping, address: u64) -> Option<u64> {
        let offset = address
            .checked_sub(mapping.start)?
            .checked_add(mapping.offset)?;
        self.file.segments().find_map(|segment| {
            let (start, size) = segment.file_range();
            let within = offset.checked_sub(start).filter(|within| *within < size)?;
            segment.address().checked_add(within)
        })
    }

    /// The functions with a size, in the order of their addresses.
    pub(super) fn symbols(&self) -> Vec<Symbol> {
        let mut symbols: BTreeMap<(u64, u64), Vec<String>> = BTreeMap::new();
        for symbol in self.file.symbols().chain(self.file.dynamic_symbols()) {
            let Some(end) = symbol.address().checked_add(symbol.size()) else {
                continue;
            };
            let is_function = symbol.kind() == SymbolKind::Text && symbol.size() > 0;
            if let Ok(name) = symbol.name()
                && is_function
            {
                let name = readable(name, Demangle::Full);
                symbols
                    .entry((symbol.address(), end))
                    .or_default()
                    .push(name);
            }
        }
        let symbol = |((start, end), mut names): (_, Vec<String>)| {
            names.sort_unstable();
            names.dedup();
            Symbol { names, start, end }
        };
        symbols.into_iter().map(symbol).collect()
    }

    /// The bytes of a function.
    pub(super) fn code(&self, symbol: &Symbol) -> Option<&'data [u8]> {
        let size = symbol.end - symbol.start;
        self.file
            .sections()
            .find_map(|section| section.data_range(symbol.start, size).ok()?)
    }
}
