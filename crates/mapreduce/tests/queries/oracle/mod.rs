//! Random queries over random lines, compared with an evaluator that keeps everything.

mod condition;
mod evaluate;
mod format;

use std::collections::BTreeMap;

use mapreduce::{Aggregation, Source};
use proptest::prelude::*;

use crate::run::plan;
use condition::{Condition, Values, condition};
use evaluate::{AGGREGATES, Cell, cell, numbers, takes};
use format::{Format, Line, NAMES, csv};

/// An item of the `select` clause.
#[derive(Debug, Clone)]
struct Item {
    aggregate: &'static str,
    name: &'static str,
    alias: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct Query {
    select: Vec<Item>,
    group_by: Vec<&'static str>,
    condition: Option<Condition>,
    having: Option<Condition>,
    /// The item, and whether the least comes first.
    order: Option<(usize, bool)>,
    limit: Option<usize>,
    format: Format,
}

#[derive(Debug, Clone)]
struct Case {
    query: Query,
    lines: Vec<Line>,
    /// Where the input is cut into blocks, in lines.
    block_lines: usize,
    /// Blocks go to these many aggregations in turn, which are then merged.
    workers: usize,
}

/// One group: its item by item cells, by the titles of the items.
struct Row<'q>(&'q [Item], Vec<Cell>);

impl Item {
    fn expression(&self) -> String {
        match self.aggregate {
            "" => self.name.to_owned(),
            aggregate => format!("{aggregate}({})", self.name),
        }
    }

    fn title(&self) -> String {
        self.alias.map_or_else(|| self.expression(), str::to_owned)
    }

    fn written(&self) -> String {
        let alias = self
            .alias
            .map_or(String::new(), |alias| format!(" as {alias}"));
        self.expression() + &alias
    }
}

impl Values for Line {
    fn number(&self, name: &str) -> Option<f64> {
        numbers(&[self], name).first().copied()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get(name).cloned()
    }
}

impl Row<'_> {
    fn cell(&self, title: &str) -> Option<&Cell> {
        let index = self.0.iter().position(|item| item.title() == title);
        index.map(|index| &self.1[index])
    }
}

impl Values for Row<'_> {
    fn number(&self, title: &str) -> Option<f64> {
        self.cell(title)?.number()
    }

    fn text(&self, title: &str) -> Option<String> {
        self.cell(title).map(Cell::text)
    }
}

impl Query {
    fn written(&self) -> String {
        let items: Vec<_> = self.select.iter().map(Item::written).collect();
        let mut text = format!("select {}", items.join(", "));
        let clause = |keyword, condition: &Option<Condition>| match condition {
            Some(condition) => format!(" {keyword} {}", condition.written()),
            None => String::new(),
        };
        text += &clause("where", &self.condition);
        text += &format!(" group by {}", self.group_by.join(","));
        text += &clause("having", &self.having);
        if let Some((item, is_ascending)) = self.order {
            let keyword = if is_ascending { "rorder" } else { "order" };
            text += &format!(" {keyword} by {}", self.select[item].title());
        }
        if let Some(limit) = self.limit {
            text += &format!(" limit {limit}");
        }
        text + " logformat " + self.format.name()
    }

    /// The rows of the result as CSV, by the definition.
    fn rows(&self, lines: &[Line]) -> String {
        let mut groups: BTreeMap<(String, Vec<String>), Vec<&Line>> = BTreeMap::new();
        for line in lines.iter().filter(|line| self.is_wanted(line)) {
            let value = |name: &&str| line.get(name).cloned().unwrap_or_default();
            let key: Vec<_> = self.group_by.iter().map(value).collect();
            groups.entry((key.join(","), key)).or_default().push(line);
        }
        let groups: Vec<Vec<&Line>> = groups.into_values().collect();
        let row = |group: &Vec<&Line>| {
            let cell = |item: &Item| cell(item.aggregate, item.name, group, &groups);
            Row(&self.select, self.select.iter().map(cell).collect())
        };
        let mut rows: Vec<Row<'_>> = groups.iter().map(row).collect();
        rows.retain(|row| self.having.as_ref().is_none_or(|having| having.holds(row)));
        if let Some((item, is_ascending)) = self.order {
            let value = |row: &Row<'_>| row.1[item].number().unwrap_or(0.0);
            rows.sort_by(|a, b| {
                let order = value(a).partial_cmp(&value(b)).expect("no NaN");
                if is_ascending { order } else { order.reverse() }
            });
        }
        rows.truncate(self.limit.unwrap_or(usize::MAX));
        let written = |row: &Row<'_>| {
            let cells: Vec<_> = row.1.iter().map(|cell| csv(&cell.text())).collect();
            cells.join(",") + "\n"
        };
        rows.iter().map(written).collect()
    }

    /// The condition holds and some item takes a value.
    fn is_wanted(&self, line: &Line) -> bool {
        self.condition
            .as_ref()
            .is_none_or(|condition| condition.holds(line))
            && self
                .select
                .iter()
                .any(|item| takes(item.aggregate, item.name, line))
    }
}

impl Case {
    /// The rows of the result as CSV, from the crate.
    fn result(&self) -> String {
        let plan = plan(&self.query.written());
        let mut workers: Vec<_> = (0..self.workers).map(|_| Aggregation::new(&plan)).collect();
        let mut source = Source::new(&plan);
        let format = self.query.format;
        let lines = self.lines.iter().map(|line| format.line(line) + "\n");
        let lines: Vec<_> = [format.header().to_owned()]
            .into_iter()
            .chain(lines)
            .collect();
        for (index, block) in lines.chunks(self.block_lines).enumerate() {
            if let Some(records) = source.push(block.concat().as_bytes()) {
                workers[index % self.workers].add(&records, index as u64 + 1);
            }
        }
        let mut total = workers.pop().unwrap();
        workers.iter().for_each(|worker| total.merge(worker));
        let mut out = Vec::new();
        total.report().write_csv(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let (_, rows) = text.split_once('\n').expect("a header");
        rows.to_owned()
    }

    fn expected(&self) -> String {
        let fields = |line: &Line| self.query.format.fields(line);
        let lines: Vec<_> = self.lines.iter().map(fields).collect();
        self.query.rows(&lines)
    }
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        (-5..50_i32).prop_map(|number| number.to_string()),
        prop::sample::select(vec!["", "x", "y,z", "0.5", "1e2", "zz", "\"q"])
            .prop_map(String::from),
    ]
}

fn line() -> impl Strategy<Value = Line> {
    prop::collection::btree_map(prop::sample::select(NAMES.to_vec()), value(), 0..4)
}

/// The items of a `select` clause; no two have one alias.
fn select() -> impl Strategy<Value = Vec<Item>> {
    let item = (
        prop::sample::select(AGGREGATES.to_vec()),
        prop::sample::select(NAMES.to_vec()),
        any::<bool>(),
    );
    prop::collection::vec(item, 1..5).prop_map(|items| {
        let aliases = ["w", "x", "y", "z"];
        let item = |((aggregate, name, has_alias), alias): ((_, _, bool), _)| Item {
            aggregate,
            name,
            alias: has_alias.then_some(alias),
        };
        items.into_iter().zip(aliases).map(item).collect()
    })
}

fn query() -> impl Strategy<Value = Query> {
    select().prop_flat_map(|select| {
        let titles = select.iter().map(Item::title).collect();
        let names = NAMES.map(str::to_owned).to_vec();
        (
            prop::collection::vec(prop::sample::select(NAMES.to_vec()), 1..3),
            prop::option::of(condition(names)),
            prop::option::of(condition(titles)),
            prop::option::of((0..select.len(), any::<bool>())),
            prop::option::of(0..5_usize),
            prop::sample::select(Format::ALL.to_vec()),
        )
            .prop_map(
                move |(group_by, condition, having, order, limit, format)| Query {
                    select: select.clone(),
                    group_by,
                    condition,
                    having,
                    order,
                    limit,
                    format,
                },
            )
    })
}

fn case() -> impl Strategy<Value = Case> {
    let lines = prop::collection::vec(line(), 0..40);
    (query(), lines, 1..10_usize, 1..4_usize).prop_map(|(query, lines, block_lines, workers)| {
        Case {
            query,
            lines,
            block_lines,
            workers,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn results_equal_those_of_a_naive_evaluator(case in case()) {
        prop_assert_eq!(case.result(), case.expected(), "{}", case.query.written());
    }
}
