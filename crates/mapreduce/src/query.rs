//! A parsed query: what each clause asks for, fields by name.

use std::path::PathBuf;
use std::time::Duration;

use crate::assignment::Assignment;
use crate::condition::Condition;
use crate::error::QueryError;
use crate::parse;

/// A query that parsed and whose clauses agree with each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(crate) text: String,
    pub(crate) select: Vec<Selection>,
    /// Without one every line is read, and is not expected to be a record of DTail's.
    pub(crate) table: Option<Table>,
    pub(crate) condition: Option<Condition<Field>>,
    pub(crate) assignments: Vec<Assignment<Field>>,
    pub(crate) group_by: Vec<Field>,
    /// Which groups are shown; refers to select items by index.
    pub(crate) having: Option<Condition<usize>>,
    pub(crate) order: Option<Order>,
    pub(crate) limit: Limit,
    pub(crate) interval: Duration,
    pub(crate) outfile: Option<Outfile>,
    pub(crate) format_name: Option<String>,
}

/// A field as a query names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Written in backticks or quotes: the author insists that such a field exists.
    pub(crate) escaped: bool,
}

/// One item of the `select` clause.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Selection {
    /// The column's title: the name behind `as`, else the item as written.
    pub(crate) title: String,
    /// The item as written.
    pub(crate) expression: String,
    pub(crate) operation: Operation,
    pub(crate) field: Field,
}

/// How the values of a field become one value of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operation {
    /// Lines that have the field.
    Count,
    Sum,
    Min,
    Max,
    /// The latest value, as text.
    Last,
    /// The sum over the number of values.
    Average,
    /// Bytes of the latest value.
    Length,
    /// The group's sum in per cent of the sum over all groups.
    Percentage,
    /// The share of groups, in per cent, whose sum is at most this group's.
    Percentile,
    /// The number of different values.
    Distinct,
    /// The value below which this share of the values lies, from 0 to 1.
    Quantile(f64),
}

/// Which lines a query reads at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Table {
    /// `from .`: every line.
    All,
    /// `from *`: lines with any `|MAPREDUCE:` mark.
    Marked,
    /// Lines with the mark `|MAPREDUCE:NAME|`; the name is upper case.
    Named(String),
}

/// The column to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    /// Index into the select clause.
    pub(crate) column: usize,
    pub(crate) direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// `rorder by`
    Ascending,
    /// `order by`
    Descending,
}

/// How many rows a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Nothing said, or -1: all in a file, the first ten on a terminal.
    Default,
    Rows(usize),
    /// Any other negative limit.
    All,
}

/// Where the result goes when not to standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outfile {
    /// The path as written in the query.
    pub path: PathBuf,
    /// Add rows to the file instead of replacing it.
    pub append: bool,
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    ///
    /// [`QueryError`] names the clause and the token and says what was expected there.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::query(text)
    }

    /// The same query, where records of a `from` clause without a `logformat` are read as this format.
    #[must_use]
    pub fn with_record_format(mut self, name: &str) -> Self {
        if self.table.is_some() && self.format_name.is_none() {
            self.format_name = Some(name.to_owned());
        }
        self
    }

    /// The query as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file the result goes to, if the query has an `outfile` clause.
    pub fn outfile(&self) -> Option<&Outfile> {
        self.outfile.as_ref()
    }

    /// The time between interim results; 5 seconds unless the query says otherwise.
    pub fn interval(&self) -> Duration {
        self.interval
    }
}

impl Selection {
    /// The index of the item that goes by `name`, its title or what was written.
    pub(crate) fn position(items: &[Self], name: &str) -> Option<usize> {
        let titled = items.iter().position(|item| item.title == name);
        titled.or_else(|| items.iter().position(|item| item.expression == name))
    }
}

impl Operation {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "count" => Self::Count,
            "sum" => Self::Sum,
            "min" => Self::Min,
            "max" => Self::Max,
            "last" => Self::Last,
            "avg" => Self::Average,
            "len" => Self::Length,
            "percentage" => Self::Percentage,
            "percentile" => Self::Percentile,
            "distinct" => Self::Distinct,
            "median" => Self::Quantile(0.5),
            _ => return percent(name).map(|percent| Self::Quantile(percent / 100.0)),
        })
    }
}

/// The number in names such as `p95` and `p99.9`.
fn percent(name: &str) -> Option<f64> {
    let digits = name.strip_prefix('p')?;
    let is_plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let percent: f64 = digits.parse().ok().filter(|_| is_plain)?;
    (percent <= 100.0).then_some(percent)
}
