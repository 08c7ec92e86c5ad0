//! A query made ready to run: names resolved to slots, select items to accumulators.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem::Finder;

use crate::accumulator::Kind;
use crate::assignment::{Assignment, Source};
use crate::condition::{Comparison, Condition, NumericOperand, TextOperand};
use crate::environment::Environment;
use crate::format::{self, Format};
use crate::query::{Field, Operation, Query, Table};
use crate::row::Slot;

/// Everything about a query that is the same for every line. Shared by all threads.
#[derive(Debug)]
pub struct Plan {
    pub(crate) query: Query,
    pub(crate) format: Format,
    pub(crate) slots: BTreeMap<String, Slot>,
    /// By slot: the value each line starts with.
    pub(crate) constants: Vec<Option<Vec<u8>>>,
    /// Text that a line must contain to be looked at.
    pub(crate) mark: Option<Finder<'static>>,
    pub(crate) condition: Option<Condition<Slot>>,
    pub(crate) assignments: Vec<Assignment<Slot>>,
    pub(crate) group_by: Vec<Slot>,
    pub(crate) accumulators: Vec<Accumulator>,
    /// The fields read as numbers.
    pub(crate) numeric: Vec<NumericField>,
    /// Fields of which the mere presence makes a line count.
    pub(crate) texts: Vec<TextField>,
    pub(crate) columns: Vec<Column>,
    warnings: Vec<String>,
}

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) value: ColumnValue,
}

/// Where a column's value is found; offsets count the words of a group's accumulators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

impl Plan {
    /// Resolves `query`.
    pub fn new(query: Query, environment: &Environment) -> Self {
        let (format, unknown_format) = Format::of(&query);
        let mut warnings: Vec<String> = unknown_format
            .map(|name| unknown_format_warning(name, format))
            .into_iter()
            .collect();
        warnings.extend(unknown_variables(&query, format));
        let mut slots = Slots::default();
        let mut resolve = |field: &Field| slots.resolve(&field.name);
        let condition = query
            .condition
            .as_ref()
            .map(|condition| condition.map(&mut resolve));
        let assignments = query
            .assignments
            .iter()
            .map(|a| a.map(&mut resolve))
            .collect();
        let group_by: Vec<Slot> = query.group_by.iter().map(&mut resolve).collect();
        let mut layout = AccumulatorLayout::default();
        let columns = query.select.iter().map(|item| {
            let slot = resolve(&item.field);
            let value = layout.column(item.operation, slot, &item.field.name, &group_by);
            Column {
                title: item.title.clone(),
                value,
            }
        });
        let columns = columns.collect();
        Self {
            mark: mark(&query.table),
            constants: slots.constants(environment),
            slots: slots.by_name,
            accumulators: layout.accumulators,
            numeric: layout.numeric,
            texts: layout.texts,
            query,
            format,
            condition,
            assignments,
            group_by,
            columns,
            warnings,
        }
    }

    /// The query this plan runs.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What is probably a mistake in the query, one line each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether a record may span lines, so that the pieces of a long line are put together again.
    pub fn joins_lines(&self) -> bool {
        self.format == Format::Csv
    }

    /// The words of a group before its first line.
    pub(crate) fn initial_accumulators(&self) -> Vec<u64> {
        self.accumulators
            .iter()
            .flat_map(|a| a.kind.initial())
            .copied()
            .collect()
    }
}

/// Hands out slots by name.
#[derive(Debug, Default)]
struct Slots {
    by_name: BTreeMap<String, Slot>,
}

impl Slots {
    fn resolve(&mut self, name: &str) -> Slot {
        let next = Slot(self.by_name.len());
        *self.by_name.entry(name.to_owned()).or_insert(next)
    }

    fn constants(&self, environment: &Environment) -> Vec<Option<Vec<u8>>> {
        let mut constants = vec![None; self.by_name.len()];
        for (name, slot) in &self.by_name {
            constants[slot.0] = format::constant(name, environment);
        }
        constants
    }
}

/// Lays out the accumulators of a group; equal ones once.
#[derive(Debug, Default)]
struct AccumulatorLayout {
    accumulators: Vec<Accumulator>,
    words: usize,
    numeric: Vec<NumericField>,
    texts: Vec<TextField>,
}

impl AccumulatorLayout {
    fn column(
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
        }
    }

    fn of_number(&mut self, kind: Kind, slot: Slot, name: &str) -> usize {
        let known = self.numeric.iter().position(|field| field.slot == slot);
        let field = known.unwrap_or_else(|| {
            self.numeric.push(NumericField {
                slot,
                name: name.to_owned(),
            });
            self.numeric.len() - 1
        });
        self.offset(kind, field)
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

fn mark(table: &Table) -> Option<Finder<'static>> {
    let text = match table {
        Table::All => return None,
        Table::Marked => "|MAPREDUCE:".to_owned(),
        Table::Named(name) => format!("|MAPREDUCE:{name}|"),
    };
    Some(Finder::new(text.as_bytes()).into_owned())
}

fn unknown_format_warning(name: &str, instead: Format) -> String {
    format!(
        "no log format \"{name}\"; reading the lines as \"{}\"",
        instead.name()
    )
}

/// A warning for each `$variable` that neither the format nor the `set` clause defines, in order.
fn unknown_variables(query: &Query, format: Format) -> Vec<String> {
    let defined: BTreeSet<&str> = query
        .assignments
        .iter()
        .map(|assignment| assignment.target.name.as_str())
        .collect();
    let is_unknown = |name: &&str| {
        name.starts_with('$') && name.len() > 1 && !defined.contains(name) && !format.knows(name)
    };
    let names: BTreeSet<&str> = used_fields(query)
        .into_iter()
        .filter(|field| !field.escaped)
        .map(|field| field.name.as_str())
        .filter(is_unknown)
        .collect();
    let warning = |name: &str| {
        let format = format.name();
        let bareword = name.trim_start_matches('$');
        format!(
            "{name} is not a known variable for log format \"{format}\"; \
             did you mean bareword {bareword}?"
        )
    };
    names.into_iter().map(warning).collect()
}

/// The fields whose values the query reads.
fn used_fields(query: &Query) -> Vec<&Field> {
    let mut used: Vec<&Field> = query.select.iter().map(|item| &item.field).collect();
    used.extend(&query.group_by);
    used.extend(
        query
            .assignments
            .iter()
            .filter_map(|assignment| match &assignment.source {
                Source::Constant(_) => None,
                Source::Field(field) | Source::FieldOr(field, _) => Some(field),
            }),
    );
    if let Some(condition) = &query.condition {
        collect_fields(condition, &mut used);
    }
    used
}

fn collect_fields<'q>(condition: &'q Condition<Field>, used: &mut Vec<&'q Field>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| collect_fields(part, used));
        }
        Condition::Compare(Comparison::Numeric(_, left, right)) => {
            used.extend(
                [left, right]
                    .into_iter()
                    .filter_map(|operand| match operand {
                        NumericOperand::Field(field) => Some(field),
                        NumericOperand::Constant(_) => None,
                    }),
            );
        }
        Condition::Compare(Comparison::Text(_, left, right)) => {
            used.extend(
                [left, right]
                    .into_iter()
                    .filter_map(|operand| match operand {
                        TextOperand::Field(field) => Some(field),
                        TextOperand::Constant(_) => None,
                    }),
            );
        }
    }
}
