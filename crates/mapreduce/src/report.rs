//! The result of a query: groups in order, as rows of columns.
//!
//! Cells are rendered when they are written, so a report of many groups costs little memory.

use std::cmp::Ordering;

use crate::accumulator;
use crate::group::{GroupId, Groups};
use crate::number;
use crate::plan::{ColumnValue, Plan};
use crate::query::{Direction, Limit};

/// The rows of a result, sorted.
#[derive(Debug)]
pub struct Report<'a> {
    pub(crate) plan: &'a Plan,
    groups: &'a Groups,
    texts: &'a [Vec<u8>],
    rows: Vec<GroupId>,
    /// By column: what a percentage or percentile is taken of.
    totals: Vec<Total>,
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
    pub(crate) fn new(plan: &'a Plan, groups: &'a Groups, texts: &'a [Vec<u8>]) -> Self {
        let mut rows: Vec<GroupId> = groups.ids().collect();
        rows.sort_unstable_by(|a, b| groups.compare_keys(*a, *b));
        let totals = plan
            .columns
            .iter()
            .map(|column| total(groups, &rows, column.value))
            .collect();
        let mut report = Self {
            plan,
            groups,
            texts,
            rows,
            totals,
        };
        report.sort();
        report
    }

    /// How many rows the result has, whatever the limit.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Every row, whatever the limit.
    pub(crate) fn all_rows(&self) -> &[GroupId] {
        &self.rows
    }

    /// The rows within the query's limit, or within `default` when the query sets none.
    pub(crate) fn rows(&self, default: Option<usize>) -> &[GroupId] {
        let limit = match self.plan.query.limit {
            Limit::Rows(rows) => rows,
            Limit::All => usize::MAX,
            Limit::Default => default.unwrap_or(usize::MAX),
        };
        &self.rows[..limit.min(self.rows.len())]
    }

    /// Sorts by the column the query names; rows that are equal there stay in the order of keys.
    fn sort(&mut self) {
        let Some(order) = self.plan.query.order else {
            return;
        };
        let mut cell = Vec::new();
        let mut keyed: Vec<(f64, GroupId)> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            keyed.push((self.sort_value(*row, order.column, &mut cell), *row));
        }
        keyed.sort_by(|(a, _), (b, _)| match order.direction {
            Direction::Ascending => nan_last(*a, *b, f64::total_cmp),
            Direction::Descending => nan_last(*a, *b, |a, b| b.total_cmp(a)),
        });
        self.rows.clear();
        self.rows.extend(keyed.into_iter().map(|(_, row)| row));
    }

    /// The number a cell shows; a text that is not a number counts as 0.
    fn sort_value(&self, row: GroupId, column: usize, cell: &mut Vec<u8>) -> f64 {
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
            ColumnValue::Last(offset) => {
                let text = self.texts.get(state[offset + 1] as usize);
                out.extend_from_slice(text.map(Vec::as_slice).unwrap_or_default());
            }
            _ => number::write(out, self.number(row, column).unwrap_or(0.0)),
        }
    }

    /// The number in a cell; `None` for text.
    fn number(&self, row: GroupId, column: usize) -> Option<f64> {
        let state = self.groups.accumulators_of(row);
        Some(match self.plan.columns[column].value {
            ColumnValue::Key(_) | ColumnValue::Last(_) => return None,
            ColumnValue::Count(offset) => state[offset] as f64,
            ColumnValue::Length(offset) => state[offset + 1] as f64,
            ColumnValue::Sum(offset) => accumulator::sum(&state[offset..]),
            ColumnValue::Average(offset) => accumulator::average(&state[offset..]),
            ColumnValue::Min(offset) | ColumnValue::Max(offset) => {
                accumulator::extreme(state[offset]).unwrap_or(0.0)
            }
            ColumnValue::Percentage(offset) | ColumnValue::Percentile(offset) => {
                self.totals[column].share_of(accumulator::sum(&state[offset..]))
            }
        })
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

fn total(groups: &Groups, rows: &[GroupId], value: ColumnValue) -> Total {
    let sums = |offset: usize| {
        rows.iter()
            .map(move |row| accumulator::sum(&groups.accumulators_of(*row)[offset..]))
    };
    match value {
        ColumnValue::Percentage(offset) => Total::Sum(sums(offset).sum()),
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
