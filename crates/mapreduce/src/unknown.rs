//! Warnings of names that are probably mistakes.

use std::collections::BTreeSet;

use crate::assignment::Source;
use crate::condition::{Comparison, Condition, NumericOperand, TextOperand};
use crate::format::{Format, csv};
use crate::query::{Field, Query};

/// Characters of the names of columns in a warning.
const COLUMNS_SHOWN: usize = 120;

/// A warning for each `$variable` that neither the format nor the `set` clause defines, in order.
pub(crate) fn unknown_variables(query: &Query, format: Format) -> Vec<String> {
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
    let mut known: Vec<&str> = format.variables().collect();
    known.extend(&defined);
    let warning = |name: &str| {
        let format = format.name();
        let bareword = name.trim_start_matches('$');
        // A bareword is the likelier the less the name resembles a variable.
        let similar = most_similar(name, &known, bareword.chars().count() / 3);
        let or = similar.map_or(String::new(), |similar| format!("{similar}, or "));
        format!(
            "{name} is not a known variable for log format \"{format}\"; \
             did you mean {or}bareword {bareword}?"
        )
    };
    names.into_iter().map(warning).collect()
}

/// A warning for each column the query reads and the header of a CSV file lacks, in order. Variables
/// have warnings of their own, and what `set` takes for text may be one.
pub(crate) fn unknown_columns(query: &Query, header: &[u8]) -> Vec<String> {
    let columns: Vec<String> = csv::column_names(header)
        .map(|name| String::from_utf8_lossy(&name).into_owned())
        .collect();
    let is_text = |field: &Field| {
        let source = Source::FieldOr(field.clone(), field.name.clone().into_bytes());
        query
            .assignments
            .iter()
            .any(|assignment| assignment.source == source)
    };
    let names: BTreeSet<&str> = used_fields(query)
        .into_iter()
        .filter(|field| !is_text(field))
        .map(|field| field.name.as_str())
        .filter(|name| !name.starts_with('$') && *name != "*")
        .filter(|name| !columns.iter().any(|column| column == name))
        .collect();
    let warning = |name: &str| match most_similar(name, &columns, name.chars().count().div_ceil(3))
    {
        Some(column) => format!("no column `{name}`, did you mean `{column}`?"),
        None => format!("no column `{name}`; the columns are {}", first_of(&columns)),
    };
    names.into_iter().map(warning).collect()
}

/// A header may have any number of columns of any length; a warning shows only so much.
fn first_of(columns: &[String]) -> String {
    let all = columns.join(", ");
    match all.char_indices().nth(COLUMNS_SHOWN) {
        Some((end, _)) => format!("{}...", &all[..end]),
        None => all,
    }
}

/// The word that takes the fewest changes of letters to become `name`, if those are not too many.
fn most_similar<'w, W: AsRef<str>>(
    name: &str,
    words: &'w [W],
    changes_max: usize,
) -> Option<&'w str> {
    let name = name.to_lowercase();
    let changes = |word: &&str| edit_distance(&name, &word.to_lowercase());
    let nearest = words.iter().map(AsRef::as_ref).min_by_key(changes)?;
    (changes(&nearest) <= changes_max).then_some(nearest)
}

/// How many letters have to be put in, taken out or replaced to make one word the other.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (above, letter) in a.chars().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (at, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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
