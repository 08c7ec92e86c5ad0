//! What a select item is in a group, of which every line is at hand.

use std::collections::BTreeSet;

use super::format::Line;

/// The aggregates; the last is the plain field.
pub(crate) const AGGREGATES: [&str; 15] = [
    "distinct",
    "median",
    "p25",
    "p99.5",
    "count",
    "sum",
    "min",
    "max",
    "last",
    "avg",
    "len",
    "percentage",
    "percentile",
    "count",
    "",
];

#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text(String),
    Count(usize),
    Number(f64),
}

impl Cell {
    pub(crate) fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(number) => format!("{number:.6}"),
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Cell::Text(text) => text.parse().ok(),
            Cell::Count(count) => Some(*count as f64),
            Cell::Number(number) => Some(*number),
        }
    }
}

/// Whether a line gives the item a value.
pub(crate) fn takes(aggregate: &str, name: &str, line: &Line) -> bool {
    match aggregate {
        "count" | "last" | "len" | "distinct" | "" => line.contains_key(name),
        _ => !numbers(&[line], name).is_empty(),
    }
}

/// The item in `group`, one of `groups`.
pub(crate) fn cell(aggregate: &str, name: &str, group: &[&Line], groups: &[Vec<&Line>]) -> Cell {
    let texts: Vec<&String> = group.iter().filter_map(|line| line.get(name)).collect();
    let numbers = numbers(group, name);
    let sum = sum_of(&numbers);
    Cell::Number(match aggregate {
        "count" => return Cell::Count(texts.len()),
        "distinct" => return Cell::Count(texts.iter().collect::<BTreeSet<_>>().len()),
        "last" | "" => {
            let last = texts.last().map_or(String::new(), |text| (*text).clone());
            return Cell::Text(last);
        }
        "len" => texts.last().map_or(0.0, |text| text.len() as f64),
        "median" => quantile(numbers, 0.5),
        "p25" => quantile(numbers, 0.25),
        "p99.5" => quantile(numbers, 0.995),
        "sum" => sum,
        "avg" if numbers.is_empty() => 0.0,
        "avg" => sum / numbers.len() as f64,
        "min" => numbers.iter().copied().reduce(f64::min).unwrap_or(0.0),
        "max" => numbers.iter().copied().reduce(f64::max).unwrap_or(0.0),
        _ => share(aggregate, sum, &sums(groups, name)),
    })
}

/// What `sum` is among the sums of all groups, in per cent.
fn share(aggregate: &str, sum: f64, sums: &[f64]) -> f64 {
    match aggregate {
        "percentage" if sum_of(sums) == 0.0 => 0.0,
        "percentage" => sum / sum_of(sums) * 100.0,
        _ => {
            let rank = sums.iter().filter(|other| **other <= sum).count();
            rank as f64 / sums.len() as f64 * 100.0
        }
    }
}

fn sums(groups: &[Vec<&Line>], name: &str) -> Vec<f64> {
    groups
        .iter()
        .map(|group| sum_of(&numbers(group, name)))
        .collect()
}

/// The numbers among the values of a field.
pub(crate) fn numbers(group: &[&Line], name: &str) -> Vec<f64> {
    group
        .iter()
        .filter_map(|line| line.get(name)?.parse().ok())
        .collect()
}

/// Unlike `sum`, which begins with -0, this begins with 0.
fn sum_of(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |sum, number| sum + number)
}

/// Between the two numbers next to that place, in proportion.
fn quantile(mut numbers: Vec<f64>, fraction: f64) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let place = fraction * numbers.len().saturating_sub(1) as f64;
    let at = |index: f64| numbers.get(index as usize).copied().unwrap_or(0.0);
    let (below, above) = (at(place.floor()), at(place.ceil()));
    below + (above - below) * place.fract()
}
