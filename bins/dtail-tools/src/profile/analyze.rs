//! `analyze`: what a profile says, and how far to trust it, as a page or JSON.

use std::{
    collections::HashSet,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Result;
use cli::StepProgress;
use report::{TopRow, percentage};

use super::{
    analysis::{Analysis, PathStep},
    contents::Contents,
    figure,
    flags::Request,
    header, list,
    paint::{Page, clipped, continued, wrapped},
    web,
};

/// Rows in each table of an analysis.
const ROWS: usize = 10;

/// Rows in each table where the analyses of several programs are read at once.
const FEW_ROWS: usize = 5;

/// A step of the heaviest path is shown where the next one keeps less of it.
const NARROWS: f64 = 0.95;

/// The columns that figures take before a name.
const FIGURES: &str = "      flat  flat%        cum   cum%  function";

/// Analyses the files of `request`; without any, the newest CPU profile of each
/// program. Whether all of them could be read; those that could not are
/// reported on standard error.
pub(crate) fn run(request: &Request, page: &Page, out: &mut dyn Write) -> Result<bool> {
    let paths = if request.files.is_empty() {
        newest(request)?
    } else {
        request.files.clone()
    };
    if paths.is_empty() {
        writeln!(out, "No profiles found in {}", request.dir.display())?;
        return Ok(true);
    }
    if let Some(serving) = &request.page {
        return web::show(&paths, serving);
    }
    let progress = StepProgress::new("analysing profiles", paths.len());
    let analyzed = |path: &PathBuf| {
        let found = analysis(path, ROWS);
        progress.step();
        found
    };
    let found: Vec<Option<Analysis>> = paths.iter().map(analyzed).collect();
    drop(progress);
    let complete = found.iter().all(Option::is_some);
    let analyses = found.into_iter().flatten();
    if request.json {
        let analyses: Vec<Analysis> = analyses.collect();
        let documents: Vec<_> = analyses.iter().map(Analysis::document).collect();
        serde_json::to_writer_pretty(&mut *out, &documents).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(complete);
    }
    for (number, analysis) in analyses.enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        write(out, page, &analysis)?;
    }
    Ok(complete)
}

/// The newest CPU profile of each program asked for.
fn newest(request: &Request) -> Result<Vec<PathBuf>> {
    let mut entries = list::entries(request)?;
    entries.retain(|entry| entry.contents.as_ref().is_ok_and(Contents::is_cpu));
    let mut seen = HashSet::new();
    entries.retain(|entry| seen.insert(entry.tool.clone()));
    Ok(entries.into_iter().map(|entry| entry.path).collect())
}

/// The analysis of the file at `path`; one that cannot be read is reported.
fn analysis(path: &Path, rows: usize) -> Option<Analysis> {
    Analysis::of(path, rows).inspect_err(super::report).ok()
}

/// Writes short analyses of the `files` of one run: its CPU profile, and where
/// its allocations come from.
pub(crate) fn brief(files: &[PathBuf], page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let analyses: Vec<Analysis> = files
        .iter()
        .filter_map(|path| analysis(path, FEW_ROWS))
        .collect();
    for analysis in analyses
        .iter()
        .filter(|analysis| analysis.contents.is_cpu())
    {
        writeln!(out)?;
        write(out, page, analysis)?;
    }
    for analysis in analyses
        .iter()
        .filter(|analysis| analysis.contents.value_kind == "alloc_space")
    {
        let total = figure::value(analysis.total, &analysis.contents.unit);
        let title = format!("Allocated: {total} in {}", analysis.entry.path.display());
        table(out, page, &title, &analysis.allocating, analysis.total)?;
    }
    Ok(())
}

fn write(out: &mut dyn Write, page: &Page, analysis: &Analysis) -> io::Result<()> {
    page.title(out, &analysis.entry.path.display().to_string())?;
    header::write(out, page, &analysis.entry, &analysis.contents)?;
    let (flat, cum) = (&analysis.by_flat, &analysis.by_cum);
    let title = format!("Top {} by flat: in the function itself", flat.len());
    table(out, page, &title, flat, analysis.total)?;
    let except = match analysis.everywhere {
        0 => String::new(),
        n => format!(" ({n} that nearly all samples go through left out)"),
    };
    let title = format!("Top {} by cum: with what it calls{except}", cum.len());
    table(out, page, &title, cum, analysis.total)?;
    let title =
        "Where memory is allocated: what the standard library allocates counts for its callers";
    table(out, page, title, &analysis.allocating, analysis.total)?;
    heaviest_path(out, page, analysis)?;
    next(out, page, &analysis.next)
}

fn table(
    out: &mut dyn Write,
    page: &Page,
    title: &str,
    rows: &[TopRow],
    total: i64,
) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}\n{FIGURES}", clipped(title, page.width))?;
    for row in rows {
        let (flat, cum) = (percentage(row.flat, total), percentage(row.cum, total));
        let figures = format!("{:>10} {flat} {:>10} {cum}", row.flat_text, row.cum_text);
        named(out, page, &figures, &format!("{}{}", row.name, row.inline))?;
    }
    Ok(())
}

fn heaviest_path(out: &mut dyn Write, page: &Page, analysis: &Analysis) -> io::Result<()> {
    if analysis.path.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nHeaviest path, the steps at which it narrows")?;
    for step in narrowing(&analysis.path) {
        let value = figure::value(step.value, &analysis.contents.unit);
        let figures = format!("{value:>10} {}", percentage(step.value, analysis.total));
        named(out, page, &figures, &step.function)?;
    }
    Ok(())
}

/// One line: figures, then a name in what room they leave.
fn named(out: &mut dyn Write, page: &Page, figures: &str, name: &str) -> io::Result<()> {
    let room = page
        .width
        .map(|width| width.saturating_sub(figures.len() + 2));
    writeln!(out, "{figures}  {}", clipped(name, room))
}

/// The steps whose successor keeps distinctly less, and the last one.
fn narrowing(steps: &[PathStep]) -> impl Iterator<Item = &PathStep> {
    let next_of = |index: usize| steps.get(index + 1).map_or(0, |step| step.value);
    let narrows =
        move |index: usize, step: &PathStep| (next_of(index) as f64) < NARROWS * step.value as f64;
    steps
        .iter()
        .enumerate()
        .filter(move |(index, step)| narrows(*index, step))
        .map(|(_, step)| step)
}

fn next(out: &mut dyn Write, page: &Page, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nNext")?;
    for line in lines {
        let fitted = match line.starts_with("dtail-tools ") {
            true => continued,
            false => wrapped,
        };
        for part in fitted(line, page.width.map(|width| width.saturating_sub(2))) {
            writeln!(out, "  {part}")?;
        }
    }
    Ok(())
}
