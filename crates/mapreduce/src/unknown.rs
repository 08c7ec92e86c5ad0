//! Warnings of names that are probably mistakes.

use std::collections::BTreeSet;

use crate::assignment::Source;
use crate::condition::{Comparison, Condition, NumericOperand, TextOperand};
use crate::format::Format;
use crate::query::{Field, Query};

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
    let warning = |name: &str| {
        let format = format.name();
        let bareword = name.trim_start_matches('$');
        format!(
            "{name} is not a known variable for log format \"{format}\"; \
             did you mean bareword {bareword}?"
        )
    };
    names.into_iter().map(warning).collect()
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
