//! Whether runs can be compared at all: on the same machine, from builds made alike.

use std::collections::BTreeSet;

use crate::run::Run;

/// How a program was built. Another revision of its sources is what comparisons are for.
const BUILD: &[&str] = &["build_profile", "opt_level", "allocator", "rustc"];

/// What it ran on.
const MACHINE: &[&str] = &["host", "os", "cpu_model", "cpus"];

/// Why `old` and `new` cannot be compared, if so. A fact that only some runs state is as good as
/// another one; one that none states is no obstacle.
pub(crate) fn obstacle(old: &[&Run], new: &[&Run], any_host: bool) -> Option<String> {
    let machine = if any_host { &[] } else { MACHINE };
    let differs = |key: &&&str| values(old, key) != values(new, key) || values(new, key).len() > 1;
    let key = BUILD.iter().chain(machine).find(differs)?;
    let text = |runs| {
        values(runs, key)
            .into_iter()
            .collect::<Vec<_>>()
            .join(" and ")
    };
    let kind = if BUILD.contains(key) {
        "built otherwise"
    } else {
        "another machine"
    };
    Some(format!(
        "{kind}: {key} is {} in the baseline, {} now",
        text(old),
        text(new)
    ))
}

fn values<'a>(runs: &[&'a Run], key: &str) -> BTreeSet<&'a str> {
    let of_run = |run: &&'a Run| match run.facts.values(key) {
        none if none.is_empty() => vec!["unknown"],
        values => values,
    };
    runs.iter().flat_map(of_run).collect()
}
