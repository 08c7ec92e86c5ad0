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
        without_owner: addresses.len(),
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
    /// How many addresses no function owns yet.
    without_owner: usize,
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
            let places = match abbreviation.tag() {
                gimli::DW_TAG_subprogram if self.around.is_empty() && self.without_owner == 0 => {
                    return Ok(());
                }
                gimli::DW_TAG_subprogram => {
                    let function = Function::read(self, &mut entries, abbreviation)?;
                    self.own(&function, entry)?
                }
                gimli::DW_TAG_inlined_subroutine if self.is_inside() => {
                    let function = Function::read(self, &mut entries, abbreviation)?;
                    self.inline(&function, entry)?
                }
                _ => {
                    entries.skip_attributes(abbreviation.attributes())?;
                    continue;
                }
            };
            self.around.push(Around { depth, places });
        }
        Ok(())
    }

    /// The places of the addresses in a range.
    fn places_in(&self, range: Range) -> std::ops::Range<usize> {
        let first = self.addresses.partition_point(|a| *a < range.begin);
        let inside = self.addresses[first..].iter();
        first..first + inside.take_while(|a| **a < range.end).count()
    }

    /// Whether the function around the present entry holds addresses.
    fn is_inside(&self) -> bool {
        let around = self.around.last();
        around.is_some_and(|around| !around.places.is_empty())
    }

    /// The function owns the addresses in it; of two that claim one, the first has it.
    fn own(&mut self, function: &Function<'data>, entry: UnitOffset) -> gimli::Result<Vec<usize>> {
        let mut places = function.places(self)?;
        places.retain(|place| self.found[*place].is_empty());
        self.without_owner -= places.len();
        self.add(function, entry, &places);
        Ok(places)
    }

    /// Of the addresses of the function around, those in the one that was inlined into it.
    fn inline(
        &mut self,
        function: &Function<'data>,
        entry: UnitOffset,
    ) -> gimli::Result<Vec<usize>> {
        let mut places = function.places(self)?;
        let around = self.around.last().map_or(&[][..], |around| &around.places);
        places.retain(|place| around.contains(place));
        self.add(function, entry, &places);
        Ok(places)
    }

    fn add(&mut self, function: &Function<'_>, entry: UnitOffset, places: &[usize]) {
        let call = function.call();
        for place in places {
            self.found[*place].push(Scope { entry, call });
        }
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

    /// The places of the addresses that the function holds, ascending, each once.
    fn places(&self, search: &Search<'_, 'data>) -> gimli::Result<Vec<usize>> {
        let mut places = Vec::new();
        if let Some(value) = &self.ranges {
            let list = search.sections.attr_ranges(search.unit, *value)?;
            if let Some(mut list) = list {
                while let Some(range) = list.next()? {
                    places.extend(search.places_in(range));
                }
            }
            places.sort_unstable();
            places.dedup();
        } else if let Some(begin) = self.start {
            let by_size = self.size.and_then(|size| begin.checked_add(size));
            let end = by_size.or(self.end).unwrap_or(begin);
            places.extend(search.places_in(Range { begin, end }));
        }
        Ok(places)
    }
}
