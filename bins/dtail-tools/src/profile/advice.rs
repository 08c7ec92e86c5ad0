//! What to try next, after an analysis.

use report::TopRow;

use super::{contents::Contents, entry::Entry, passes::ENOUGH_SIGNALS, workload::quoted};

/// A function with at least this share is worth a look at its callers.
const HEAVY: f64 = 0.05;

/// A pseudo-frame with more than this share puts the rest in doubt.
const DOUBTFUL: f64 = 0.1;

/// What to try next: sentences, and commands that begin with `dtail-tools`.
pub(crate) fn lines(
    entry: &Entry,
    contents: &Contents,
    by_flat: &[TopRow],
    total: i64,
) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(more_samples(contents));
    let share = |row: &TopRow| row.flat as f64 / total.max(1) as f64;
    for row in by_flat.iter().filter(|row| share(row) > DOUBTFUL) {
        lines.extend(meaning(&row.name).map(|meaning| {
            format!(
                "{} stands for {meaning}: all figures are in doubt by as much",
                row.name
            )
        }));
    }
    let file = quoted(&entry.path.display().to_string());
    let heavy = by_flat
        .iter()
        .find(|row| meaning(&row.name).is_none() && share(row) >= HEAVY);
    if let Some(row) = heavy {
        let name = quoted(&pattern(&row.name));
        lines.push(format!(
            "dtail-tools pprof -peek {name} {file}   # who calls it"
        ));
    }
    if !by_flat.is_empty() {
        lines.push(format!(
            "dtail-tools pprof -top -lines {file}   # by source line"
        ));
    }
    if contents.value_kind == "inuse_space" {
        lines.push(
            "The alloc profile of the same run tells who allocates what is freed again".to_owned(),
        );
    }
    lines
}

fn more_samples(contents: &Contents) -> Option<String> {
    if contents.is_cpu() && contents.samples < ENOUGH_SIGNALS {
        return Some(format!(
            "Rest it on {ENOUGH_SIGNALS} signals at least: a longer run (the same file several times), \
             or a higher -cpuprofilerate; the kernel gives a thread about 250 a second at most"
        ));
    }
    let rate = contents.memory_rate_bytes().filter(|rate| *rate > 1)?;
    let few = contents.unit == "bytes" && contents.total < 100 * rate;
    few.then(|| "Sample more often: -memprofilerate 4096, or 1 for every allocation".to_owned())
}

/// The frames that the profiler makes up, and what they stand for.
const PSEUDO_FRAMES: &[(&str, &str)] = &[
    (
        "[unsampled cpu]",
        "time of threads that were too short to be hit",
    ),
    (
        "[lost samples]",
        "samples that came faster than they could be stored",
    ),
    ("[truncated stack]", "stacks too deep to be stored whole"),
    ("[unwind failed]", "stacks that could not be walked"),
];

/// What `name` stands for, if the profiler made it up.
fn meaning(name: &str) -> Option<&'static str> {
    let found = PSEUDO_FRAMES.iter().find(|(frame, _)| *frame == name);
    found.map(|(_, meaning)| *meaning)
}

/// An expression that finds the function `name`: the last two parts of its path,
/// as far as they are free of generic parameters; a plain word as a whole.
fn pattern(name: &str) -> String {
    let tail = name.rsplit(['>', '}', ')', ' ']).next().unwrap_or_default();
    let path = if tail.is_empty() { name } else { tail };
    let start = path.rmatch_indices("::").nth(1).map_or(0, |(at, _)| at + 2);
    let words: String = path[start..].chars().flat_map(escaped).collect();
    if words == name {
        format!("^{words}$")
    } else {
        words
    }
}

fn escaped(character: char) -> impl Iterator<Item = char> {
    let special = r"\.+*?()|[]{}^$".contains(character);
    special.then_some('\\').into_iter().chain([character])
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(pattern(name), expected);
    }

    #[test]
    fn patterns_find_the_function_and_fit_a_line() {
        check("main", "^main$");
        check("search::Matcher::find", "Matcher::find");
        check("Matcher::find", "^Matcher::find$");
        check(
            "regex_automata::hybrid::search::find_fwd",
            "search::find_fwd",
        );
        check("<T as core::iter::Iterator>::next", "::next");
        check("<T as Trait>::a::b::c", "b::c");
        check("dgrep::run::{{closure}}", r"run::\{\{closure\}\}");
        check(
            "core::ptr::drop_in_place<Vec<u8>>",
            "ptr::drop_in_place<Vec<u8>>",
        );
        check("compress/flate.(*compressor).deflate", r"\.deflate");
    }
}
