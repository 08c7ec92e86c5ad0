//! A query made ready to run: names resolved to slots, select items to accumulators.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use memchr::memmem::Finder;

use crate::assignment::Assignment;
use crate::column::{Accumulator, Column, Layout, NumericField, TallyField, TextField};
use crate::condition::Condition;
use crate::environment::Environment;
use crate::format::{self, Format};
use crate::query::{Field, Query, Table};
use crate::row::Slot;
use crate::unknown::unknown_variables;

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
    pub(crate) tallies: Vec<TallyField>,
    pub(crate) columns: Vec<Column>,
    warnings: Vec<String>,
}

impl Plan {
    /// Resolves `query`. The `environment` is asked for only if the query wants to know it, for
    /// looking up a time zone takes longer than reading a small file.
    pub fn new(query: Query, environment: impl FnOnce() -> Environment) -> Self {
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
        let mut layout = Layout::default();
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
            mark: query.table.as_ref().and_then(mark),
            constants: slots.constants(LazyCell::new(environment)),
            slots: slots.by_name,
            accumulators: layout.accumulators,
            numeric: layout.numeric,
            texts: layout.texts,
            tallies: layout.tallies,
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

    /// Whether the first line of a file names its columns.
    pub fn has_header(&self) -> bool {
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

    fn constants(
        &self,
        environment: LazyCell<Environment, impl FnOnce() -> Environment>,
    ) -> Vec<Option<Vec<u8>>> {
        let mut constants = vec![None; self.by_name.len()];
        for (name, slot) in &self.by_name {
            constants[slot.0] = format::constant(name, &environment);
        }
        constants
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
