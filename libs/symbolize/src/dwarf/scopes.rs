//! The functions around an address: the one that owns it, and those inlined into that.

use gimli::{Abbreviation, AttributeValue, EntriesRaw, Range, UnitOffset};

use super::lines::Position;
use super::{Reader, Sections, Unit};

/// A function that an address is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// Its entry in the unit.
    pub(super) entry: UnitOffset,
    /// Where it was called from, when it is inlined.
    pub(super) call: Option<Position>,
}

/// The scopes at each of `addresses`, which must be in ascending order; the outermost scope first. What
/// cannot be read ends the search, and what was found before stands.
pub(super) fn at(sections: &Sections<'_>, unit: &Unit<'_>, addresses: &[u64]) -> Vec<Vec<Scope>> {
    let mut search = Search {
        sections,
        unit,
        addresses,
        found: vec![Vec::new(); addresses.len()],
        around: Vec::new(),
    };
    // Nonsense in the middle leaves what came before.
    let _ = search.run();
    search.found
}

struct Search<'s, 'data> {
    sections: &'s Sections<'data>,
    unit: &'s Unit<'data>,
    addresses: &'s [u64],
    found: Vec<Vec<Scope>>,
    /// The functions around the present entry.
    around: Vec<Around>,
}

/// A function around the present entry: how deep it stands, and the places of the addresses in it.
struct Around {
    depth: isize,
    places: Vec<usize>,
}

impl<'data> Search<'_, 'data> {
    fn run(&mut self) -> gimli::Result<()> {
        let mut entries = self.unit.entries_raw(None)?;
        while !entries.is_empty() {
            let (depth, entry) = (entries.next_depth(), entries.next_offset());
            let Some(abbreviation) = entries.read_abbreviation()? else {
                continue;
            };
            self.around.retain(|around| around.depth < depth);
            let inside = self.around.last().map_or(&[][..], |around| &around.places);
            let places = match abbreviation.tag() {
                gimli::DW_TAG_subprogram => self.nobody_owns(),
                gimli::DW_TAG_inlined_subroutine if !inside.is_empty() => inside.to_vec(),
                _ => {
                    entries.skip_attributes(abbreviation.attributes())?;
                    continue;
                }
            };
            let function = Function::read(self, &mut entries, abbreviation)?;
            let places = function.filter(self, places)?;
            for place in &places {
                let call = function.call();
                self.found[*place].push(Scope { entry, call });
            }
            self.around.push(Around { depth, places });
        }
        Ok(())
    }

    /// The places of the addresses that no function owns yet; of two that claim one, the first has it.
    fn nobody_owns(&self) -> Vec<usize> {
        (0..self.addresses.len())
            .filter(|place| self.found[*place].is_empty())
            .collect()
    }
}

/// What the attributes of a function say.
#[derive(Default)]
struct Function<'data> {
    start: Option<u64>,
    end: Option<u64>,
    size: Option<u64>,
    ranges: Option<AttributeValue<Reader<'data>>>,
    file: u64,
    line: u64,
    column: u64,
}

impl<'data> Function<'data> {
    fn read(
        search: &Search<'_, 'data>,
        entries: &mut EntriesRaw<'_, Reader<'data>>,
        abbreviation: &Abbreviation,
    ) -> gimli::Result<Self> {
        let mut function = Self::default();
        let address = |value| search.sections.attr_address(search.unit, value);
        for specification in abbreviation.attributes() {
            let attribute = entries.read_attribute(*specification)?;
            let value = attribute.value();
            match attribute.name() {
                gimli::DW_AT_low_pc => function.start = address(value)?,
                gimli::DW_AT_high_pc => match value.udata_value() {
                    Some(size) => function.size = Some(size),
                    None => function.end = address(value)?,
                },
                gimli::DW_AT_ranges => function.ranges = Some(value),
                gimli::DW_AT_call_file => {
                    function.file = match value {
                        AttributeValue::FileIndex(index) => index,
                        value => value.udata_value().unwrap_or(0),
                    };
                }
                gimli::DW_AT_call_line => function.line = value.udata_value().unwrap_or(0),
                gimli::DW_AT_call_column => function.column = value.udata_value().unwrap_or(0),
                _ => {}
            }
        }
        Ok(function)
    }

    /// Where the call was; `None` when the attributes do not say it.
    fn call(&self) -> Option<Position> {
        (self.file != 0 || self.line != 0).then_some(Position {
            file: self.file,
            line: self.line,
            column: self.column,
        })
    }

    /// Those of `places` whose addresses the function holds.
    fn filter(
        &self,
        search: &Search<'_, 'data>,
        mut places: Vec<usize>,
    ) -> gimli::Result<Vec<usize>> {
        if places.is_empty() {
            return Ok(places);
        }
        let mut ranges: Vec<Range> = Vec::new();
        if let Some(value) = &self.ranges {
            let list = search.sections.attr_ranges(search.unit, *value)?;
            if let Some(mut list) = list {
                while let Some(range) = list.next()? {
                    ranges.push(range);
                }
            }
        } else if let Some(begin) = self.start {
            let by_size = self.size.and_then(|size| begin.checked_add(size));
            let end = by_size.or(self.end).unwrap_or(begin);
            ranges.push(Range { begin, end });
        }
        places.retain(|place| {
            let address = search.addresses[*place];
            let holds = |range: &Range| (range.begin..range.end).contains(&address);
            ranges.iter().any(holds)
        });
        Ok(places)
    }
}
