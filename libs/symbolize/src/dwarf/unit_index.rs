//! Which unit describes an address.
//!
//! Most compilers write a table of the addresses of each unit; the units that are not in it are asked for
//! their ranges one by one, and only when addresses are left.

use std::collections::{BTreeMap, HashSet};

use gimli::{
    Abbreviations, DebugAbbrevOffset, DebugAranges, DebugInfoOffset, LittleEndian, Section,
    UnitHeader,
};

use super::{Dwarf, Reader};

/// The places of addresses in the list that was asked for, by unit.
type Asked = BTreeMap<usize, Vec<usize>>;

/// Addresses in ascending order, some of which have found their unit.
struct Search<'a> {
    addresses: &'a [u64],
    open: Vec<bool>,
    left: usize,
    found: Asked,
}

impl Search<'_> {
    /// The unit at `offset` describes `start..end`.
    fn take(&mut self, offset: DebugInfoOffset, start: u64, end: u64) {
        let first = self.addresses.partition_point(|address| *address < start);
        let inside = self.addresses.iter().enumerate().skip(first);
        for (place, _) in inside.take_while(|(_, address)| **address < end) {
            if std::mem::take(&mut self.open[place]) {
                self.left -= 1;
                self.found.entry(offset.0).or_default().push(place);
            }
        }
    }
}

impl Dwarf<'_> {
    /// The units of `addresses`, which must be in ascending order, each with the places of its addresses
    /// in that list, ascending too. Addresses that no unit describes are in none.
    pub(super) fn units_of(&self, addresses: &[u64]) -> Vec<(DebugInfoOffset, Vec<usize>)> {
        let mut search = Search {
            addresses,
            open: vec![true; addresses.len()],
            left: addresses.len(),
            found: Asked::new(),
        };
        let listed = self.search_table(&mut search);
        if search.left > 0 {
            self.search_units(&mut search, &listed);
        }
        let found = search.found.into_iter();
        found
            .map(|(unit, mut places)| {
                places.sort_unstable();
                (DebugInfoOffset(unit), places)
            })
            .collect()
    }

    /// Looks into the table of addresses, and gives the units that are in it.
    fn search_table(&self, search: &mut Search<'_>) -> HashSet<usize> {
        let table = DebugAranges::new(self.sections.debug_aranges.reader().slice(), LittleEndian);
        let mut listed = HashSet::new();
        let mut headers = table.headers();
        while let Ok(Some(header)) = headers.next() {
            let unit = header.debug_info_offset();
            let mut entries = header.entries();
            while let Ok(Some(entry)) = entries.next() {
                let range = entry.range();
                search.take(unit, range.begin, range.end);
                listed.insert(unit.0);
            }
        }
        listed
    }

    fn search_units(&self, search: &mut Search<'_>, listed: &HashSet<usize>) {
        let mut abbreviations = AbbreviationsOfObject::default();
        let unlisted = self.unit_offsets().iter();
        for offset in unlisted.filter(|offset| !listed.contains(&offset.0)) {
            if self.states_addresses(*offset, &mut abbreviations) == Some(false) {
                continue;
            }
            let Some(unit) = self.unit_at(*offset) else {
                continue;
            };
            let Ok(mut ranges) = self.sections.unit_ranges(&unit) else {
                continue;
            };
            while let Ok(Some(range)) = ranges.next() {
                search.take(*offset, range.begin, range.end);
            }
        }
    }

    /// Whether the first entry of a unit states addresses; `None` where it cannot be read. Most units that
    /// are in no table were made for what other units inline, and their preparation would take longer than
    /// the rest of the search.
    fn states_addresses(
        &self,
        offset: DebugInfoOffset,
        known: &mut AbbreviationsOfObject,
    ) -> Option<bool> {
        let header = self.sections.unit_header(offset).ok()?;
        let mut entries = header.entries_raw(known.of(self, &header)?, None).ok()?;
        let first = entries.read_abbreviation().ok()??;
        let states = |name| first.attributes().iter().any(|a| a.name() == name);
        Some(states(gimli::DW_AT_ranges) || states(gimli::DW_AT_high_pc))
    }
}

/// The abbreviations that were read last: the units of one object share them, and stand side by side.
#[derive(Default)]
struct AbbreviationsOfObject(Option<(DebugAbbrevOffset, Abbreviations)>);

impl AbbreviationsOfObject {
    fn of(&mut self, dwarf: &Dwarf<'_>, header: &UnitHeader<Reader<'_>>) -> Option<&Abbreviations> {
        let offset = header.debug_abbrev_offset();
        if !self.0.as_ref().is_some_and(|(known, _)| *known == offset) {
            let read = header.abbreviations(&dwarf.sections.debug_abbrev).ok()?;
            self.0 = Some((offset, read));
        }
        self.0.as_ref().map(|(_, abbreviations)| abbreviations)
    }
}
