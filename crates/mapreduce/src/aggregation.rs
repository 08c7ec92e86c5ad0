//! Lines to groups.
//!
//! An [`Aggregation`] holds the groups of the lines it was given. Several of them, over different
//! lines, merge to what one over all lines would be: blocks can be shared out among threads.

use crate::accumulator::{self, Kind};
use crate::assignment::{Assignment, Source};
use crate::format::{Format, Rejection, csv};
use crate::group::{Groups, Key};
use crate::number;
use crate::plan::{Accumulator, Plan};
use crate::report::Report;
use crate::row::{Row, Slot};
use crate::skipped::Skipped;
use crate::source::{Records, without_carriage_return};
use memchr::{memchr, memrchr};

/// The groups of the lines seen so far.
#[derive(Debug, Clone)]
pub struct Aggregation<'p> {
    plan: &'p Plan,
    groups: Groups,
    /// Texts of `last` accumulators, which hold the index.
    texts: Vec<Vec<u8>>,
    key: Key,
    /// The numeric fields of the current line.
    numbers: Vec<Option<f64>>,
    skipped: Skipped,
}

impl<'p> Aggregation<'p> {
    /// An aggregation of no lines.
    pub fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            groups: Groups::new(plan.group_by.len(), plan.initial_accumulators()),
            texts: Vec::new(),
            key: Key::default(),
            numbers: vec![None; plan.numeric.len()],
            skipped: Skipped::new(plan.numeric.len()),
        }
    }

    /// Adds the lines of `records`. `stamp` says which of two blocks is later (for `last`); no two
    /// blocks have the same, and the first is 1 or greater.
    pub fn add(&mut self, records: &Records<'_>, stamp: u64) {
        debug_assert!(stamp > 0, "0 is before every block");
        let plan = self.plan;
        let mut row = Row::new(plan.constants.iter().map(Option::as_deref));
        for_each_record(plan, &records.bytes, |line| {
            match records.layout.read(line, &mut row) {
                Ok(()) => self.add_row(&mut row, stamp),
                Err(Rejection::NotARecord) => {}
                Err(reason) => self.skipped.line(reason, line),
            }
        });
    }

    fn add_row<'b>(&mut self, row: &mut Row<'b>, stamp: u64)
    where
        'p: 'b,
    {
        let plan = self.plan;
        if let Some(condition) = &plan.condition
            && !condition.holds(&|slot: &Slot| row.get(*slot))
        {
            return;
        }
        for assignment in &plan.assignments {
            assign(assignment, row);
        }
        if !self.read_numbers(row) && !plan.texts.iter().any(|slot| row.get(*slot).is_some()) {
            return;
        }
        self.key.assign(
            plan.group_by
                .iter()
                .map(|slot| row.get(*slot).unwrap_or_default()),
        );
        let state = self.groups.accumulators(&self.key);
        for accumulator in &plan.accumulators {
            let state = &mut state[accumulator.offset..];
            match accumulator.kind {
                Kind::Sum | Kind::Min | Kind::Max => {
                    if let Some(number) = self.numbers[accumulator.field] {
                        add_number(accumulator.kind, state, number);
                    }
                }
                Kind::Count | Kind::Last | Kind::Length => {
                    if let Some(text) = row.get(plan.texts[accumulator.field]) {
                        add_text(accumulator.kind, state, text, stamp, &mut self.texts);
                    }
                }
            }
        }
    }

    /// Reads the numeric fields; whether there is any number.
    fn read_numbers(&mut self, row: &Row<'_>) -> bool {
        let mut any = false;
        for (index, field) in self.plan.numeric.iter().enumerate() {
            let text = row.get(field.slot);
            let number = text.and_then(number::parse);
            self.numbers[index] = number;
            any |= number.is_some();
            if let (Some(text), None) = (text, number) {
                self.skipped.value(index, text);
            }
        }
        any
    }

    /// Adds the lines of `other`, which ran the same plan.
    pub fn merge(&mut self, other: &Aggregation<'p>) {
        let plan = self.plan;
        let (groups, texts) = (&mut self.groups, &mut self.texts);
        groups.merge(&other.groups, |state, theirs| {
            for accumulator in &plan.accumulators {
                merge(accumulator, state, theirs, texts, &other.texts);
            }
        });
        self.skipped.merge(&other.skipped);
    }

    /// How many groups there are.
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// What was left out of the result though it was meant to be in it, one line each.
    pub fn warnings(&self) -> Vec<String> {
        self.skipped.warnings(self.plan)
    }

    /// The result so far.
    pub fn report(&self) -> Report<'_> {
        Report::new(self.plan, &self.groups, &self.texts)
    }
}

/// Calls `handle` for each line of `bytes` that the query's table lets through, without line end.
fn for_each_record<'b>(plan: &Plan, bytes: &'b [u8], mut handle: impl FnMut(&'b [u8])) {
    let spans_lines = plan.format == Format::Csv && memchr(b'"', bytes).is_some();
    match &plan.mark {
        Some(mark) if !spans_lines => {
            for_each_marked_line(mark, bytes, |line| handle(without_carriage_return(line)));
        }
        mark => {
            let mut rest = bytes;
            while !rest.is_empty() {
                let end = if spans_lines {
                    csv::record_bytes(rest)
                } else {
                    None
                };
                let end = end.or_else(|| memchr(b'\n', rest)).unwrap_or(rest.len());
                let record = without_carriage_return(&rest[..end]);
                if mark.as_ref().is_none_or(|mark| mark.find(record).is_some()) {
                    handle(record);
                }
                rest = rest.get(end + 1..).unwrap_or_default();
            }
        }
    }
}

/// Searches the block rather than each line: most lines of a log are no records.
fn for_each_marked_line<'b>(
    mark: &memchr::memmem::Finder<'_>,
    bytes: &'b [u8],
    mut handle: impl FnMut(&'b [u8]),
) {
    let mut at = 0;
    while let Some(found) = mark.find(&bytes[at..]) {
        let found = at + found;
        let start = memrchr(b'\n', &bytes[at..found]).map_or(at, |end| at + end + 1);
        let end = memchr(b'\n', &bytes[found..]).map_or(bytes.len(), |end| found + end);
        handle(&bytes[start..end]);
        at = (end + 1).min(bytes.len());
    }
}

fn assign<'b>(assignment: &'b Assignment<Slot>, row: &mut Row<'b>) {
    let target = assignment.target;
    match &assignment.source {
        Source::Constant(text) => row.set(target, text),
        Source::Field(source) => row.copy(target, *source),
        Source::FieldOr(source, text) => row.copy_or(target, *source, text),
    }
    for function in &assignment.functions {
        row.change(target, |value, start| function.apply(value, start));
    }
}

fn add_number(kind: Kind, state: &mut [u64], number: f64) {
    match kind {
        Kind::Sum => accumulator::add_to_sum(state, number),
        Kind::Min => accumulator::keep_least(&mut state[0], number),
        _ => accumulator::keep_greatest(&mut state[0], number),
    }
}

fn add_text(kind: Kind, state: &mut [u64], text: &[u8], stamp: u64, texts: &mut Vec<Vec<u8>>) {
    match kind {
        Kind::Count => state[0] += 1,
        Kind::Length => {
            state[0] = stamp;
            state[1] = text.len() as u64;
        }
        _ => {
            state[0] = stamp;
            keep_text(&mut state[1], text, texts);
        }
    }
}

/// Replaces text number `index`, which is made when there is none.
fn keep_text(index: &mut u64, text: &[u8], texts: &mut Vec<Vec<u8>>) {
    match texts.get_mut(*index as usize) {
        Some(kept) => {
            kept.clear();
            kept.extend_from_slice(text);
        }
        None => {
            *index = texts.len() as u64;
            texts.push(text.to_vec());
        }
    }
}

fn merge(
    accumulator: &Accumulator,
    state: &mut [u64],
    theirs: &[u64],
    texts: &mut Vec<Vec<u8>>,
    their_texts: &[Vec<u8>],
) {
    let (state, theirs) = (
        &mut state[accumulator.offset..],
        &theirs[accumulator.offset..],
    );
    let is_later = theirs[0] > state[0];
    match accumulator.kind {
        Kind::Count => state[0] += theirs[0],
        Kind::Sum => accumulator::merge_sums(state, theirs),
        Kind::Min | Kind::Max => {
            if let Some(number) = accumulator::extreme(theirs[0]) {
                add_number(accumulator.kind, state, number);
            }
        }
        Kind::Length if is_later => state[..2].copy_from_slice(&theirs[..2]),
        Kind::Last if is_later => {
            state[0] = theirs[0];
            keep_text(&mut state[1], &their_texts[theirs[1] as usize], texts);
        }
        Kind::Length | Kind::Last => {}
    }
}
