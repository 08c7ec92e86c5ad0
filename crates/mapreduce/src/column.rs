//! Select items to columns: which accumulators and tallies each needs, and which it shares.

use crate::accumulator::Kind;
use crate::query::Operation;
use crate::row::Slot;

/// A field some accumulator reads as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumericField {
    pub(crate) slot: Slot,
    pub(crate) name: String,
}

/// A field that is counted, measured or kept as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextField {
    pub(crate) slot: Slot,
    /// Whether an accumulator keeps its bytes.
    pub(crate) is_kept: bool,
}

/// A field whose different values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TallyField {
    pub(crate) slot: Slot,
    /// Whether only numbers count.
    pub(crate) is_numeric: bool,
}

/// One accumulator of every group; select items that need the same share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accumulator {
    pub(crate) kind: Kind,
    /// Where its words begin among the group's.
    pub(crate) offset: usize,
    /// An index into the plan's numeric fields if the kind is numeric, else into its texts.
    pub(crate) field: usize,
}

/// A column of the result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) value: ColumnValue,
}

/// Where a column's value is found; offsets count the words of a group's accumulators.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ColumnValue {
    /// A value of the group's key.
    Key(usize),
    Count(usize),
    Sum(usize),
    Average {
        sum: usize,
        numbers: usize,
    },
    Min(usize),
    Max(usize),
    Last(usize),
    Length(usize),
    Percentage(usize),
    Percentile(usize),
    /// Index of a tally.
    Distinct(usize),
    Quantile {
        tally: usize,
        /// From 0 to 1.
        fraction: f64,
    },
}

/// Lays out the accumulators of a group; equal ones once.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) accumulators: Vec<Accumulator>,
    words: usize,
    pub(crate) numeric: Vec<NumericField>,
    pub(crate) texts: Vec<TextField>,
    pub(crate) tallies: Vec<TallyField>,
}

impl Layout {
    /// The column of one select item.
    pub(crate) fn column(
        &mut self,
        operation: Operation,
        slot: Slot,
        name: &str,
        group_by: &[Slot],
    ) -> ColumnValue {
        match operation {
            Operation::Count => ColumnValue::Count(self.of_text(Kind::Count, slot)),
            Operation::Length => ColumnValue::Length(self.of_text(Kind::Length, slot)),
            Operation::Last => match group_by.iter().position(|key| *key == slot) {
                Some(index) => {
                    self.text(slot);
                    ColumnValue::Key(index)
                }
                None => ColumnValue::Last(self.of_text(Kind::Last, slot)),
            },
            Operation::Min => ColumnValue::Min(self.of_number(Kind::Min, slot, name)),
            Operation::Max => ColumnValue::Max(self.of_number(Kind::Max, slot, name)),
            Operation::Sum => ColumnValue::Sum(self.of_number(Kind::Sum, slot, name)),
            Operation::Average => ColumnValue::Average {
                sum: self.of_number(Kind::Sum, slot, name),
                numbers: self.of_number(Kind::Numbers, slot, name),
            },
            Operation::Percentage => ColumnValue::Percentage(self.of_number(Kind::Sum, slot, name)),
            Operation::Percentile => ColumnValue::Percentile(self.of_number(Kind::Sum, slot, name)),
            Operation::Distinct => {
                self.text(slot);
                ColumnValue::Distinct(self.tally(slot, false))
            }
            Operation::Quantile(fraction) => {
                self.number(slot, name);
                let tally = self.tally(slot, true);
                ColumnValue::Quantile { tally, fraction }
            }
        }
    }

    fn of_number(&mut self, kind: Kind, slot: Slot, name: &str) -> usize {
        let field = self.number(slot, name);
        self.offset(kind, field)
    }

    fn number(&mut self, slot: Slot, name: &str) -> usize {
        let known = self.numeric.iter().position(|field| field.slot == slot);
        known.unwrap_or_else(|| {
            let name = name.to_owned();
            self.numeric.push(NumericField { slot, name });
            self.numeric.len() - 1
        })
    }

    fn tally(&mut self, slot: Slot, is_numeric: bool) -> usize {
        let wanted = TallyField { slot, is_numeric };
        let known = self.tallies.iter().position(|tally| *tally == wanted);
        known.unwrap_or_else(|| {
            self.tallies.push(wanted);
            self.tallies.len() - 1
        })
    }

    fn of_text(&mut self, kind: Kind, slot: Slot) -> usize {
        let field = self.text(slot);
        self.texts[field].is_kept |= kind == Kind::Last;
        self.offset(kind, field)
    }

    fn text(&mut self, slot: Slot) -> usize {
        let known = self.texts.iter().position(|text| text.slot == slot);
        known.unwrap_or_else(|| {
            let is_kept = false;
            self.texts.push(TextField { slot, is_kept });
            self.texts.len() - 1
        })
    }

    fn offset(&mut self, kind: Kind, field: usize) -> usize {
        if let Some(known) = self
            .accumulators
            .iter()
            .find(|a| (a.kind, a.field) == (kind, field))
        {
            return known.offset;
        }
        let offset = self.words;
        self.accumulators.push(Accumulator {
            kind,
            offset,
            field,
        });
        self.words += kind.initial().len();
        offset
    }
}
