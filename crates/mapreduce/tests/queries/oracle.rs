//! Random queries over random lines, compared with an evaluator that keeps everything.

use std::collections::{BTreeMap, BTreeSet};

use mapreduce::{Aggregation, Source};
use proptest::prelude::*;

use crate::run::plan;

/// A line as its fields; absent ones are missing.
type Line = BTreeMap<&'static str, String>;

/// Log formats in which fields can be absent.
#[derive(Debug, Clone, Copy)]
enum Format {
    Pairs,
    Json,
    Logfmt,
    Records,
}

const FORMATS: [Format; 4] = [Format::Pairs, Format::Json, Format::Logfmt, Format::Records];

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Pairs => "generickv",
            Format::Json => "json",
            Format::Logfmt => "logfmt",
            Format::Records => "default",
        }
    }

    fn line(self, line: &Line) -> String {
        let joined = |pair: &dyn Fn(&str, &str) -> String, between| {
            let pairs: Vec<_> = line.iter().map(|(name, value)| pair(name, value)).collect();
            pairs.join(between)
        };
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\\\""));
        let plain = |name: &str, value: &str| format!("{name}={value}");
        match self {
            Format::Pairs => joined(&plain, "|"),
            Format::Json => {
                let member = |name: &str, value: &str| format!("\"{name}\":{}", quoted(value));
                format!("{{{}}}", joined(&member, ", "))
            }
            Format::Logfmt => joined(&|name, value| plain(name, &quoted(value)), " "),
            Format::Records => {
                let pairs = joined(&plain, "|");
                format!("INFO|1002-071143|1|s|8|13|7|0.21|1h|MAPREDUCE:T|x=|{pairs}")
                    .trim_end_matches('|')
                    .to_owned()
            }
        }
    }
}

const NAMES: [&str; 3] = ["a", "b", "n"];
const AGGREGATES: [&str; 11] = [
    "distinct",
    "median",
    "count",
    "sum",
    "min",
    "max",
    "last",
    "avg",
    "len",
    "percentage",
    "percentile",
];

#[derive(Debug, Clone)]
struct Case {
    lines: Vec<Line>,
    select: Vec<(&'static str, &'static str)>,
    group_by: Vec<&'static str>,
    /// `n` compared with a number.
    condition: Option<(&'static str, i32)>,
    /// Where the input is cut into blocks, in lines.
    block_lines: usize,
    format: Format,
    /// Blocks go to these many aggregations in turn, which are then merged.
    workers: usize,
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

fn case() -> impl Strategy<Value = Case> {
    let name = prop::sample::select(NAMES.to_vec());
    let item = (prop::sample::select(AGGREGATES.to_vec()), name.clone());
    let operator = prop::sample::select(vec!["==", "!=", "<", ">="]);
    (
        prop::collection::vec(line(), 0..40),
        prop::collection::vec(item, 1..5),
        prop::collection::vec(name, 1..3),
        prop::option::of((operator, -2..30)),
        1..10_usize,
        1..4_usize,
        prop::sample::select(FORMATS.to_vec()),
    )
        .prop_map(
            |(lines, select, group_by, condition, block_lines, workers, format)| Case {
                lines,
                select,
                group_by,
                condition,
                block_lines,
                workers,
                format,
            },
        )
}

impl Case {
    fn query(&self) -> String {
        let items: Vec<_> = self
            .select
            .iter()
            .map(|(f, name)| format!("{f}({name})"))
            .collect();
        let condition = self.condition.map_or(String::new(), |(operator, number)| {
            format!("where n {operator} {number}")
        });
        let keys = self.group_by.join(",");
        format!(
            "select {} {condition} group by {keys} logformat {}",
            items.join(","),
            self.format.name()
        )
    }

    fn input(&self) -> Vec<String> {
        let text = |line: &Line| self.format.line(line) + "\n";
        self.lines.iter().map(text).collect()
    }

    fn result(&self) -> String {
        let plan = plan(&self.query());
        let mut workers: Vec<_> = (0..self.workers).map(|_| Aggregation::new(&plan)).collect();
        let mut source = Source::new(&plan);
        for (index, block) in self.input().chunks(self.block_lines).enumerate() {
            if let Some(records) = source.push(block.concat().as_bytes()) {
                workers[index % self.workers].add(&records, index as u64 + 1);
            }
        }
        let mut total = workers.pop().unwrap();
        workers.iter().for_each(|worker| total.merge(worker));
        let mut out = Vec::new();
        total.report().write_csv(&mut out).unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .skip(1)
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn expected(&self) -> String {
        let mut groups: BTreeMap<(String, Vec<String>), Vec<&Line>> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| self.is_wanted(line)) {
            let key: Vec<_> = self
                .group_by
                .iter()
                .map(|name| line.get(name).cloned().unwrap_or_default())
                .collect();
            groups.entry((key.join(","), key)).or_default().push(line);
        }
        let groups: Vec<Vec<&Line>> = groups.into_values().collect();
        let cell = |group: &Vec<&Line>, item: &(&str, &'static str)| {
            let all: Vec<f64> = groups
                .iter()
                .map(|group| sum_of(&numbers(group, item.1)))
                .collect();
            let text = evaluate(item.0, group, item.1, &all);
            if text.contains([',', '"']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text
            }
        };
        let row = |group: &Vec<&Line>| {
            self.select
                .iter()
                .map(|item| cell(group, item))
                .collect::<Vec<_>>()
                .join(",")
        };
        groups.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    /// The condition holds and some item takes a value.
    fn is_wanted(&self, line: &Line) -> bool {
        let takes = |(aggregate, name): &(&str, &str)| match *aggregate {
            "count" | "last" | "len" | "distinct" => line.contains_key(name),
            _ => !numbers(&[line], name).is_empty(),
        };
        let holds = self.condition.is_none_or(|(operator, right)| {
            numbers(&[line], "n")
                .first()
                .is_some_and(|left| match operator {
                    "==" => *left == f64::from(right),
                    "!=" => *left != f64::from(right),
                    "<" => *left < f64::from(right),
                    _ => *left >= f64::from(right),
                })
        });
        holds && self.select.iter().any(takes)
    }
}

fn numbers(group: &[&Line], name: &str) -> Vec<f64> {
    group
        .iter()
        .filter_map(|line| line.get(name)?.parse().ok())
        .collect()
}

/// Unlike `sum`, which begins with -0, this begins with 0.
fn sum_of(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |sum, number| sum + number)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    match numbers.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => numbers[odd / 2],
        even => (numbers[even / 2 - 1] + numbers[even / 2]) / 2.0,
    }
}

/// One cell; `sums` are the sums of every group.
fn evaluate(aggregate: &str, group: &[&Line], name: &str, sums: &[f64]) -> String {
    let texts: Vec<&String> = group.iter().filter_map(|line| line.get(name)).collect();
    let numbers = numbers(group, name);
    let sum = sum_of(&numbers);
    let value = match aggregate {
        "count" => return texts.len().to_string(),
        "distinct" => return texts.iter().collect::<BTreeSet<_>>().len().to_string(),
        "median" => median(numbers),
        "last" => return texts.last().map_or(String::new(), |text| (*text).clone()),
        "len" => texts.last().map_or(0.0, |text| text.len() as f64),
        "sum" => sum,
        "avg" if numbers.is_empty() => 0.0,
        "avg" => sum / numbers.len() as f64,
        "min" => numbers.iter().copied().reduce(f64::min).unwrap_or(0.0),
        "max" => numbers.iter().copied().reduce(f64::max).unwrap_or(0.0),
        "percentage" if sum_of(sums) == 0.0 => 0.0,
        "percentage" => sum / sum_of(sums) * 100.0,
        _ => {
            let rank = sums.iter().filter(|other| **other <= sum).count();
            rank as f64 / sums.len() as f64 * 100.0
        }
    };
    format!("{value:.6}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn results_equal_those_of_a_naive_evaluator(case in case()) {
        prop_assert_eq!(case.result(), case.expected(), "{}", case.query());
    }
}
