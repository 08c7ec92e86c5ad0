//! Times and ratios as a page.

use std::io::{self, Write};

use super::super::paint::{Page, clipped, wrapped};
use super::super::table::{self, Column};
use super::measure::Timing;
use super::record::{Comparison, Ratio, Record, WorkloadComparison};

/// Columns of the figures of a function that moved.
const MOVED: usize = 42;

/// Functions that moved that are shown.
const MOST_MOVED: usize = 10;

/// Writes the times of one build.
pub(super) fn record(out: &mut dyn Write, page: &Page, record: &Record) -> io::Result<()> {
    page.title(out, "Times of a run")?;
    let columns = [
        Column::words("workload"),
        Column::figures("wall"),
        Column::words("interval (95%)"),
        Column::figures("CPU"),
        Column::figures("MB/s"),
    ];
    let rows: Vec<Vec<String>> = record
        .workloads
        .iter()
        .map(|workload| {
            let [wall, cpu] = [wall, cpu].map(|value| values(&workload.runs, value));
            let middle = stats::hodges_lehmann(&wall, 0.95);
            let interval = middle.and_then(|middle| middle.interval);
            let estimate = middle.map_or(0.0, |middle| middle.estimate);
            let speed = workload.bytes as f64 / 1e6 / estimate.max(1e-9);
            vec![
                workload.title.clone(),
                seconds(estimate),
                interval.map_or("too few runs".to_owned(), |(low, high)| {
                    format!("{} to {}", seconds(low), seconds(high))
                }),
                seconds(stats::median(&cpu)),
                format!("{speed:.0}"),
            ]
        })
        .collect();
    table::write(out, &columns, &rows)?;
    write_machine(out, page, &record.machine, &record.commit)
}

/// Writes the ratios of two builds, and what moved.
pub(super) fn comparison(
    out: &mut dyn Write,
    page: &Page,
    comparison: &Comparison,
) -> io::Result<()> {
    page.title(out, "Ratios: above 1 is slower than before")?;
    for (name, side) in [("before", &comparison.old), ("now", &comparison.new)] {
        let commit = if side.commit.is_empty() {
            String::new()
        } else {
            format!(" ({})", side.commit)
        };
        write_wrapped(out, page, &format!("{name}: {}{commit}", side.source))?;
    }
    let columns = [
        Column::words(""),
        Column::figures("before"),
        Column::figures("now"),
        Column::figures("ratio"),
        Column::words("interval (95%)"),
        Column::words(""),
    ];
    for workload in &comparison.workloads {
        writeln!(out)?;
        write_wrapped(out, page, &workload.title)?;
        let rows = [
            row("wall", workload, wall, workload.wall),
            row("CPU", workload, cpu, workload.cpu),
        ];
        table::write(out, &columns, &rows)?;
        write_moved(out, page, workload)?;
    }
    writeln!(out)?;
    write_machine(out, page, &comparison.machine, "")
}

fn row(
    name: &str,
    workload: &WorkloadComparison,
    value: fn(&Timing) -> f64,
    ratio: Option<Ratio>,
) -> Vec<String> {
    let middle = |runs: &[Timing]| seconds(stats::median(&values(runs, value)));
    let interval = ratio.and_then(|ratio| ratio.interval);
    vec![
        name.to_owned(),
        middle(&workload.old),
        middle(&workload.new),
        ratio.map_or("-".to_owned(), |ratio| format!("{:.3}", ratio.ratio)),
        interval.map_or("-".to_owned(), |(low, high)| {
            format!("{low:.3} to {high:.3}")
        }),
        ratio.map_or("no times", |ratio| ratio.verdict()).to_owned(),
    ]
}

fn write_moved(out: &mut dyn Write, page: &Page, workload: &WorkloadComparison) -> io::Result<()> {
    let moved = &workload.moved;
    if moved.is_empty() {
        return writeln!(out, "No function moved beyond what chance explains");
    }
    writeln!(
        out,
        "  {:>14}  {:>14}  {:>6}  function that moved",
        "before", "now", "points"
    )?;
    let room = page.width.map(|width| width.saturating_sub(MOVED).max(20));
    for function in moved.iter().take(MOST_MOVED) {
        let shown = |share: f64, time: f64| format!("{:.1}% {}", 100.0 * share, seconds(time));
        writeln!(
            out,
            "  {:>14}  {:>14}  {:>+6.1}  {}",
            shown(function.old, function.old_seconds),
            shown(function.new, function.new_seconds),
            100.0 * (function.new - function.old),
            clipped(&function.function, room),
        )?;
    }
    let more = moved.len().saturating_sub(MOST_MOVED);
    if more > 0 {
        writeln!(out, "  and {more} more (-json has all)")?;
    }
    Ok(())
}

fn write_machine(
    out: &mut dyn Write,
    page: &Page,
    machine: &std::collections::BTreeMap<String, String>,
    commit: &str,
) -> io::Result<()> {
    let fact = |key: &str| machine.get(key).map_or("", String::as_str);
    let cpus = format!("{} CPUs", fact("cpus"));
    let commit = if commit.is_empty() {
        String::new()
    } else {
        format!("commit {commit}")
    };
    let words = [
        fact("host"),
        fact("cpu_model"),
        &cpus,
        fact("kernel"),
        fact("rustc"),
        &commit,
    ];
    let known: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if machine.is_empty() {
        return Ok(());
    }
    write_wrapped(out, page, &format!("On {}", known.join(", ")))
}

fn wall(timing: &Timing) -> f64 {
    timing.wall_seconds
}

fn cpu(timing: &Timing) -> f64 {
    timing.cpu_seconds
}

fn values(runs: &[Timing], value: fn(&Timing) -> f64) -> Vec<f64> {
    runs.iter().map(value).collect()
}

fn seconds(seconds: f64) -> String {
    match seconds {
        seconds if seconds >= 10.0 => format!("{seconds:.1}s"),
        seconds if seconds >= 1.0 => format!("{seconds:.2}s"),
        seconds => format!("{:.0}ms", 1000.0 * seconds),
    }
}

fn write_wrapped(out: &mut dyn Write, page: &Page, text: &str) -> io::Result<()> {
    for line in wrapped(text, page.width) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
