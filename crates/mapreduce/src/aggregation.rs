//! Lines to groups.
//!
//! An [`Aggregation`] holds the groups of the lines it was given. Several of them, over different
//! lines, merge to what one over all lines would be: blocks can be shared out among threads.

use crate::accumulator::{self, Kind};
use crate::assignment::{Assignment, Source};
use crate::batch::{Batch, BatchRow};
use crate::column::Accumulator;
use crate::format::Rejection;
use crate::group::{GroupId, Groups};
use crate::number;
use crate::plan::Plan;
use crate::records::Records;
use crate::report::Report;
use crate::row::{Row, Slot};
use crate::skipped::Skipped;
use crate::tally::Tally;

/// The groups of the lines seen so far.
#[derive(Debug, Clone)]
pub struct Aggregation<'p> {
    plan: &'p Plan,
    groups: Groups,
    /// Texts of `last` accumulators, which hold the index.
    texts: Vec<Vec<u8>>,
    batch: Batch,
    /// The groups of the batch.
    found: Vec<GroupId>,
    tallies: Vec<Tally>,
    skipped: Skipped,
    on_stage: fn(&'static str),
}

impl<'p> Aggregation<'p> {
    /// An aggregation of no lines.
    pub fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            groups: Groups::new(plan.group_by.len(), plan.initial_accumulators()),
            texts: Vec::new(),
            batch: Batch::default(),
            found: Vec::new(),
            tallies: vec![Tally::new(plan.group_by.len()); plan.tallies.len()],
            skipped: Skipped::new(plan.numeric.len()),
            on_stage: |_| {},
        }
    }

    /// Tells `on_stage` when the work changes between `parse` (and select lines) and `aggregate`: once or
    /// twice for a batch of rows.
    #[must_use]
    pub fn telling(mut self, on_stage: fn(&'static str)) -> Self {
        self.on_stage = on_stage;
        self
    }

    /// Adds the lines of `records`. `stamp` says which of two blocks is later (for `last`); no two
    /// blocks have the same, and the first is 1 or greater.
    pub fn add(&mut self, records: &Records<'_>, stamp: u64) {
        debug_assert!(stamp > 0, "0 is before every block");
        let plan = self.plan;
        (self.on_stage)("parse");
        let mut row = Row::new(plan.constants.iter().map(Option::as_deref));
        records.for_each(plan.mark.as_ref(), |record| {
            match records.read(record, &mut row) {
                Ok(()) => self.add_row(&mut row, stamp),
                Err(Rejection::NotARecord) => {}
                Err(reason) => self.skipped.line(reason, record, stamp),
            }
        });
        self.add_batch(stamp);
    }

    fn add_row<'b>(&mut self, row: &mut Row<'b>, stamp: u64)
    where
        'p: 'b,
    {
        let plan = self.plan;
        if let Some(condition) = &plan.condition
            && !condition.holds(row)
        {
            return;
        }
        for assignment in &plan.assignments {
            assign(assignment, row);
        }
        let has_number = self.push_numbers(row, stamp);
        if !has_number && !plan.texts.iter().any(|text| row.get(text.slot).is_some()) {
            return self.batch.drop_numbers(plan.numeric.len());
        }
        for text in &plan.texts {
            self.batch.push_text(row.get(text.slot), text.is_kept);
        }
        let key = || {
            plan.group_by
                .iter()
                .map(|slot| row.get(*slot).unwrap_or_default())
        };
        self.batch.keys.push(plan.group_by.len(), key());
        for (tally, field) in self.tallies.iter_mut().zip(&plan.tallies) {
            let is_counted = |text: &&[u8]| !field.is_numeric || number::parse(text).is_some();
            if let Some(text) = row.get(field.slot).filter(is_counted) {
                tally.push(key(), text);
            }
        }
        if self.batch.is_full() {
            self.add_batch(stamp);
            (self.on_stage)("parse");
        }
    }

    /// Reads the numeric fields of a row into the batch; whether there is any number.
    fn push_numbers(&mut self, row: &Row<'_>, stamp: u64) -> bool {
        let mut any = false;
        for (index, field) in self.plan.numeric.iter().enumerate() {
            let text = row.get(field.slot);
            let number = text.and_then(number::parse);
            self.batch.push_number(number);
            any |= number.is_some();
            if let (Some(text), None) = (text, number) {
                self.skipped.value(index, text, stamp);
            }
        }
        any
    }

    /// Updates the groups of the rows in the batch.
    fn add_batch(&mut self, stamp: u64) {
        (self.on_stage)("aggregate");
        let plan = self.plan;
        self.groups.locate(&mut self.batch.keys, &mut self.found);
        for (index, id) in self.found.iter().enumerate() {
            let row = self.batch.row(index, plan.numeric.len(), plan.texts.len());
            let state = self.groups.accumulators_mut(*id);
            for accumulator in &plan.accumulators {
                let state = &mut state[accumulator.offset..];
                update(accumulator, state, &row, stamp, &mut self.texts);
            }
        }
        self.batch.clear();
        self.tallies.iter_mut().for_each(Tally::add_batch);
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
        for (ours, theirs) in self.tallies.iter_mut().zip(&other.tallies) {
            ours.merge(theirs);
        }
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
        Report::new(self.plan, &self.groups, &self.texts, &self.tallies)
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

/// Adds the value of a row, if it has one, to the accumulator whose words begin `state`.
fn update(
    accumulator: &Accumulator,
    state: &mut [u64],
    row: &BatchRow<'_>,
    stamp: u64,
    texts: &mut Vec<Vec<u8>>,
) {
    let field = accumulator.field;
    if accumulator.kind.is_numeric() {
        if let Some(number) = row.number(field) {
            add_number(accumulator.kind, state, number);
        }
    } else if let Some(text) = row.text(field) {
        match accumulator.kind {
            Kind::Count => state[0] += 1,
            Kind::Length => state[..2].copy_from_slice(&[stamp, text.length as u64]),
            _ => {
                state[0] = stamp;
                keep_text(&mut state[1], row.bytes(text), texts);
            }
        }
    }
}

fn add_number(kind: Kind, state: &mut [u64], number: f64) {
    match kind {
        Kind::Sum => accumulator::add_to_sum(state, number),
        Kind::Numbers => state[0] += 1,
        Kind::Min => accumulator::keep_least(&mut state[0], number),
        _ => accumulator::keep_greatest(&mut state[0], number),
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
        Kind::Count | Kind::Numbers => state[0] += theirs[0],
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
