//! The heaviest path: from the root, at each step into the callee that has the
//! largest part of the value.

use std::collections::HashMap;

use dtail_profile::{FunctionId, Profile, Sample};

/// A path ends where less than this part of the whole is left.
const LEAST: f64 = 0.05;

/// One step of the path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// The function.
    pub(crate) function: FunctionId,
    /// The value of the samples whose stacks begin with the path up to here.
    pub(crate) value: i64,
}

/// The heaviest path of value number `index`, root first. Frames without a
/// function are passed over.
pub(crate) fn path(profile: &Profile, index: usize) -> Vec<Step> {
    let value_of = |sample: &Sample<'_>| sample.values[index].max(0);
    let mut stacks: Vec<(i64, Vec<FunctionId>)> = profile
        .samples
        .iter()
        .map(|sample| (value_of(&sample), functions(profile, &sample)))
        .filter(|(value, _)| *value > 0)
        .collect();
    let whole: i64 = stacks
        .iter()
        .fold(0, |sum, (value, _)| sum.saturating_add(*value));
    let mut steps = Vec::new();
    while let Some(step) = heaviest(&stacks, steps.len()) {
        if (step.value as f64) < LEAST * whole as f64 {
            break;
        }
        stacks.retain(|(_, stack)| stack.get(steps.len()) == Some(&step.function));
        steps.push(step);
    }
    steps
}

/// The functions of a stack, root first; recursion in one place is one step.
fn functions(profile: &Profile, sample: &Sample<'_>) -> Vec<FunctionId> {
    let lines = sample
        .stack
        .iter()
        .rev()
        .flat_map(|&location| profile.locations.lines(location).iter().rev());
    let mut functions: Vec<FunctionId> = lines.map(|line| line.function).collect();
    functions.dedup();
    functions
}

/// The function with the largest value at `depth`; of equals, the first one.
fn heaviest(stacks: &[(i64, Vec<FunctionId>)], depth: usize) -> Option<Step> {
    let mut values: HashMap<FunctionId, i64> = HashMap::new();
    for (value, stack) in stacks {
        if let Some(&function) = stack.get(depth) {
            let sum = values.entry(function).or_default();
            *sum = sum.saturating_add(*value);
        }
    }
    let steps = values
        .into_iter()
        .map(|(function, value)| Step { function, value });
    steps.max_by_key(|step| (step.value, std::cmp::Reverse(step.function)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dtail_profile::{Line, LocationId, ProfileBuilder};

    /// A profile of stacks such as `main;read;copy`, root first, and the names
    /// on its heaviest path with their values.
    #[track_caller]
    fn check(stacks: &[(&str, i64)], expected: &[(&str, i64)]) {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("cpu", "nanoseconds");
        for (stack, value) in stacks {
            let leaf_first: Vec<LocationId> = stack
                .rsplit(';')
                .map(|name| {
                    let function = builder.function(name, "", "", 0);
                    builder.location(
                        None,
                        0,
                        &[Line {
                            function,
                            line: 0,
                            column: 0,
                        }],
                    )
                })
                .collect();
            builder.sample(&leaf_first, &[*value], &[]);
        }
        let profile = builder.finish().unwrap();
        let steps = path(&profile, 0);
        let named: Vec<(&str, i64)> = steps
            .iter()
            .map(|step| {
                (
                    profile.text(profile.function(step.function).name),
                    step.value,
                )
            })
            .collect();
        assert_eq!(named, expected);
    }

    #[test]
    fn the_path_follows_the_largest_part() {
        check(
            &[
                ("main;read", 30),
                ("main;search;find", 40),
                ("main;search;skip", 10),
            ],
            &[("main", 80), ("search", 50), ("find", 40)],
        );
    }

    #[test]
    fn recursion_is_one_step() {
        check(
            &[("main;walk;walk;walk;leaf", 7)],
            &[("main", 7), ("walk", 7), ("leaf", 7)],
        );
    }

    #[test]
    fn small_ends_are_left_out() {
        check(&[("main", 100), ("main;rare", 1)], &[("main", 101)]);
    }

    #[test]
    fn nothing_gives_no_path() {
        check(&[], &[]);
        check(&[("main", 0), ("main", -5)], &[]);
    }
}
