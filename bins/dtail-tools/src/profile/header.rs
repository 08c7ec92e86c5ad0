//! The head of an analysis: what the profile is, where it comes from, and how
//! far to trust it.

use std::io::{self, Write};

use super::{
    contents::Contents,
    entry::{Entry, UNKNOWN, local_time},
    figure,
    paint::{Page, wrapped},
    trust,
};

/// The columns that the labels take.
const LABEL: usize = 9;

/// Writes the head of the analysis of `entry`, in which `contents` stand.
pub(crate) fn write(
    out: &mut dyn Write,
    page: &Page,
    entry: &Entry,
    contents: &Contents,
) -> io::Result<()> {
    let mut lines = vec![("What", what(entry, contents)), ("Taken", taken(contents))];
    lines.extend(command(contents).map(|command| ("Command", command)));
    lines.extend(input(contents).map(|input| ("Input", input)));
    lines.extend(build(contents).map(|build| ("Build", build)));
    lines.extend(rate(contents).map(|rate| ("Rate", rate)));
    let mut label = "Trust";
    for statement in trust::statements(contents) {
        lines.push((std::mem::take(&mut label), statement));
    }
    for (label, text) in lines {
        let room = page.width.map(|width| width.saturating_sub(LABEL));
        let mut label = label;
        for line in wrapped(&text, room) {
            writeln!(out, "{:<LABEL$}{line}", std::mem::take(&mut label))?;
        }
    }
    Ok(())
}

fn what(entry: &Entry, contents: &Contents) -> String {
    let total = figure::value(contents.total, &contents.unit);
    let value = format!("{total} of {}", contents.value_kind);
    if entry.tool == UNKNOWN {
        return value;
    }
    format!("{} profile of {}: {value}", entry.kind, entry.tool)
}

fn taken(contents: &Contents) -> String {
    let mut text = local_time(contents.time);
    if !contents.duration.is_zero() {
        text += &format!(", for {}", figure::span(contents.duration));
    }
    let facts = &contents.facts;
    let Some(host) = facts.get("host") else {
        return text;
    };
    let cpus = facts.get("cpus").map(|cpus| format!("{cpus} CPUs"));
    let details = [cpus.as_deref(), facts.get("cpu_model"), facts.get("kernel")];
    format!("{text}, on {host}{}", parenthesis(&details))
}

/// The command line, words that repeat one another counted.
fn command(contents: &Contents) -> Option<String> {
    let words: Vec<&str> = contents.facts.get("command")?.split_whitespace().collect();
    let runs = words.chunk_by(|first, second| first == second);
    let counted = runs.map(|run| match run.len() {
        1 => run[0].to_owned(),
        times => format!("{} ({times} times)", run[0]),
    });
    Some(counted.collect::<Vec<_>>().join(" "))
}

/// What the command read, and how fast by the CPU time it took.
fn input(contents: &Contents) -> Option<String> {
    let facts = &contents.facts;
    let bytes: u64 = facts.number("bytes").filter(|&bytes| bytes > 0)?;
    let mut text = figure::size(bytes);
    for key in ["lines", "files"] {
        text += &facts
            .get(key)
            .map(|count| format!(", {count} {key}"))
            .unwrap_or_default();
    }
    let seconds: Option<f64> = facts.number("cpu_seconds").filter(|&seconds| seconds > 0.0);
    if let Some(seconds) = seconds {
        let speed = figure::size((bytes as f64 / seconds) as u64);
        text += &format!("; {speed} a second of CPU time");
    }
    Some(text)
}

/// The version of the program and how it was built.
fn build(contents: &Contents) -> Option<String> {
    let facts = &contents.facts;
    let git = facts.get("git").map(|git| format!("git {git}"));
    let rustc = facts
        .get("rustc")
        .map(|rustc| format!("rustc {}", rustc.trim_start_matches("rustc ")));
    let allocator = facts
        .get("allocator")
        .map(|allocator| format!("allocator {allocator}"));
    let details = [
        git.as_deref(),
        facts.get("build_profile"),
        rustc.as_deref(),
        allocator.as_deref(),
    ];
    Some(format!(
        "version {}{}",
        facts.get("version")?,
        parenthesis(&details)
    ))
}

fn rate(contents: &Contents) -> Option<String> {
    if contents.is_cpu() {
        let rate = contents.cpu_rate_hz()?;
        return Some(format!("{rate} signals a second of CPU time"));
    }
    Some(match contents.memory_rate_bytes()? {
        1 => "every allocation".to_owned(),
        rate => format!(
            "one sample in {} allocated, on average",
            figure::value(rate, "bytes")
        ),
    })
}

/// The rate in a word: `100Hz`, `512kB`.
pub(crate) fn short_rate(contents: &Contents) -> Option<String> {
    if contents.is_cpu() {
        return Some(format!("{}Hz", contents.cpu_rate_hz()?));
    }
    Some(figure::value(contents.memory_rate_bytes()?, "bytes"))
}

/// The build in a few words: `0.1.0 (a1b2c3d, release)`.
pub(crate) fn short_build(contents: &Contents) -> Option<String> {
    let facts = &contents.facts;
    let details = [facts.get("git"), facts.get("build_profile")];
    Some(format!(
        "{}{}",
        facts.get("version")?,
        parenthesis(&details)
    ))
}

/// What there is of `details`, in parentheses.
fn parenthesis(details: &[Option<&str>]) -> String {
    let known: Vec<&str> = details.iter().copied().flatten().collect();
    if known.is_empty() {
        String::new()
    } else {
        format!(" ({})", known.join(", "))
    }
}
