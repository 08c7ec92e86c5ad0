//! The result of a query: groups in order, as rows of columns.
//!
//! Cells are rendered when they are written, so a report of many groups costs little memory.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use crate::accumulator;
use crate::batch::BATCH_ROWS;
use crate::column::ColumnValue;
use crate::condition::Values;
use crate::group::{GroupId, Groups};
use crate::number;
use crate::plan::Plan;
use crate::query::{Direction, Limit, Order};
use crate::tally::{Spread, Tally};

/// The rows of a result.
#[derive(Debug)]
pub struct Report<'a> {
    pub(crate) plan: &'a Plan,
    groups: &'a Groups,
    texts: &'a [Vec<u8>],
    /// By tally: the values of each group.
    spreads: Vec<HashMap<GroupId, Spread>>,
    /// The groups to show, in no order.
    rows: Vec<GroupId>,
    /// By column: what a percentage or percentile is taken of.
    totals: Vec<Total>,
}

/// A row with what it is sorted by: most comparisons look at no other memory.
struct Sortable {
    value: f64,
    head: u64,
    row: GroupId,
}

/// What the value of one group is compared with.
#[derive(Debug)]
enum Total {
    Nothing,
    /// The sum over all groups.
    Sum(f64),
    /// The sums of all groups, ascending.
    Ranks(Vec<f64>),
}

impl<'a> Report<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        groups: &'a Groups,
        texts: &'a [Vec<u8>],
        tallies: &[Tally],
    ) -> Self {
        let totals = plan
            .columns
            .iter()
            .map(|column| total(groups, column.value));
        let totals = totals.collect();
        let mut report = Self {
            plan,
            groups,
            texts,
            totals,
            spreads: tallies.iter().map(|tally| tally.spreads(groups)).collect(),
            rows: groups.ids().collect(),
        };
        if let Some(having) = &plan.query.having {
            let mut rows = std::mem::take(&mut report.rows);
            rows.retain(|row| having.holds(&ReportRow(&report, *row)));
            report.rows = rows;
        }
        report
    }

    /// How many rows the result has, whatever the limit.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Every row, whatever the limit, in no order.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.rows.iter().copied()
    }

    /// The rows within the query's limit, or within `default` when the query sets none, by the
    /// column the query names and then by key.
    pub(crate) fn rows(&self, default: Option<usize>) -> Vec<GroupId> {
        let limit = match self.plan.query.limit {
            Limit::Rows(rows) => rows,
            Limit::All => usize::MAX,
            Limit::Default => default.unwrap_or(usize::MAX),
        };
        let mut cell = Vec::new();
        let mut rows: Vec<Sortable> = self
            .all_rows()
            .map(|row| Sortable {
                value: self.sort_value(row, &mut cell),
                head: self.groups.key_head(row),
                row,
            })
            .collect();
        let compare = |a: &Sortable, b: &Sortable| self.compare(a, b);
        if limit < rows.len() {
            rows.select_nth_unstable_by(limit, compare);
            rows.truncate(limit);
        }
        rows.sort_unstable_by(compare);
        rows.into_iter().map(|sortable| sortable.row).collect()
    }

    /// Calls `handle` with each of `rows` in order. Their records are anywhere in memory, and fetched many at
    /// a time.
    pub(crate) fn for_each_row<E>(
        &self,
        rows: &[GroupId],
        mut handle: impl FnMut(GroupId) -> Result<(), E>,
    ) -> Result<(), E> {
        for rows in rows.chunks(BATCH_ROWS) {
            self.groups.fetch_records(rows);
            rows.iter().try_for_each(|row| handle(*row))?;
        }
        Ok(())
    }

    fn compare(&self, a: &Sortable, b: &Sortable) -> Ordering {
        let values = match self.plan.query.order.map(|order| order.direction) {
            None => Ordering::Equal,
            Some(Direction::Ascending) => nan_last(a.value, b.value, f64::total_cmp),
            Some(Direction::Descending) => nan_last(a.value, b.value, |a, b| b.total_cmp(a)),
        };
        let heads = values.then_with(|| a.head.cmp(&b.head));
        heads.then_with(|| self.groups.compare_keys(a.row, b.row))
    }

    /// The number in the column to sort by; a text that is not a number counts as 0.
    fn sort_value(&self, row: GroupId, cell: &mut Vec<u8>) -> f64 {
        let Some(Order { column, .. }) = self.plan.query.order else {
            return 0.0;
        };
        let value = match self.number(row, column) {
            Some(number) => number,
            None => {
                cell.clear();
                self.write_cell(row, column, cell);
                number::parse(cell).unwrap_or(0.0)
            }
        };
        if value == 0.0 { 0.0 } else { value }
    }

    /// Appends the text of a cell to `out`.
    pub(crate) fn write_cell(&self, row: GroupId, column: usize, out: &mut Vec<u8>) {
        let state = self.groups.accumulators_of(row);
        match self.plan.columns[column].value {
            ColumnValue::Key(index) => self.groups.write_key_value(row, index, out),
            ColumnValue::Count(offset) => write_count(state[offset], out),
            ColumnValue::Distinct(tally) => {
                let spread = self.spreads[tally].get(&row);
                write_count(spread.map_or(0, |spread| spread.distinct), out);
            }
            ColumnValue::Last(offset) => {
                let text = self.texts.get(state[offset + 1] as usize);
                out.extend_from_slice(text.map(Vec::as_slice).unwrap_or_default());
            }
            _ => number::write(out, self.number(row, column).unwrap_or(0.0)),
        }
    }

    /// The number in a cell; `None` for text.
    pub(crate) fn number(&self, row: GroupId, column: usize) -> Option<f64> {
        let state = self.groups.accumulators_of(row);
        Some(match self.plan.columns[column].value {
            ColumnValue::Key(_) | ColumnValue::Last(_) => return None,
            ColumnValue::Count(offset) => state[offset] as f64,
            ColumnValue::Length(offset) => state[offset + 1] as f64,
            ColumnValue::Distinct(tally) => {
                let spread = self.spreads[tally].get(&row);
                spread.map_or(0.0, |spread| spread.distinct as f64)
            }
            ColumnValue::Quantile { tally, fraction } => {
                let spread = self.spreads[tally].get(&row);
                spread.map_or(0.0, |spread| spread.quantile(fraction))
            }
            ColumnValue::Sum(offset) => accumulator::sum(&state[offset..]),
            ColumnValue::Average { numbers, .. } if state[numbers] == 0 => 0.0,
            ColumnValue::Average { sum, numbers } => {
                accumulator::sum(&state[sum..]) / state[numbers] as f64
            }
            ColumnValue::Min(offset) | ColumnValue::Max(offset) => {
                accumulator::extreme(state[offset]).unwrap_or(0.0)
            }
            ColumnValue::Percentage(offset) | ColumnValue::Percentile(offset) => {
                self.totals[column].share_of(accumulator::sum(&state[offset..]))
            }
        })
    }
}

/// One row as the values of a `having` clause.
struct ReportRow<'r>(&'r Report<'r>, GroupId);

impl Values<usize> for ReportRow<'_> {
    fn text(&self, column: &usize) -> Option<Cow<'_, [u8]>> {
        let mut cell = Vec::new();
        self.0.write_cell(self.1, *column, &mut cell);
        Some(Cow::Owned(cell))
    }

    fn number(&self, column: &usize) -> Option<f64> {
        let number = self.0.number(self.1, *column);
        number.or_else(|| number::parse(&self.text(column)?))
    }
}

impl Total {
    /// `value` in per cent of this total.
    fn share_of(&self, value: f64) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Sum(total) if *total == 0.0 => 0.0,
            Self::Sum(total) => value / total * 100.0,
            Self::Ranks(sorted) => {
                let rank = sorted.partition_point(|other| other.total_cmp(&value).is_le());
                rank as f64 / sorted.len() as f64 * 100.0
            }
        }
    }
}

fn total(groups: &Groups, value: ColumnValue) -> Total {
    let sums = |offset: usize| {
        let accumulators = groups.ids().map(|row| groups.accumulators_of(row));
        accumulators.map(move |state| accumulator::sum(&state[offset..]))
    };
    match value {
        ColumnValue::Percentage(offset) => {
            let mut total = [0, 0];
            sums(offset).for_each(|sum| accumulator::add_to_sum(&mut total, sum));
            Total::Sum(accumulator::sum(&total))
        }
        ColumnValue::Percentile(offset) => {
            let mut sorted: Vec<f64> = sums(offset).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            Total::Ranks(sorted)
        }
        _ => Total::Nothing,
    }
}

fn nan_last(a: f64, b: f64, compare: impl Fn(&f64, &f64) -> Ordering) -> Ordering {
    a.is_nan().cmp(&b.is_nan()).then_with(|| compare(&a, &b))
}

fn write_count(count: u64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = count;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}
