//! `list`: one line for each profile of a directory.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use cli::StepProgress;

use super::{
    contents::Contents,
    entry::{Entry, UNKNOWN, local_time},
    figure, file_name,
    flags::Request,
    header,
    order::Order,
    table::{self, Column},
};

const COLUMNS: &[Column] = &[
    Column::words("tool"),
    Column::words("kind"),
    Column::words("time"),
    Column::figures("size"),
    Column::figures("samples"),
    Column::figures("duration"),
    Column::figures("total"),
];

/// The columns that `-wide` adds.
const WIDE: &[Column] = &[
    Column::words("type"),
    Column::words("rate"),
    Column::words("host"),
    Column::words("build"),
];

const FILE: Column = Column::words("file");

/// Lists the profiles of `request.dir`. Creates nothing.
pub(crate) fn run(request: &Request, out: &mut dyn Write) -> Result<()> {
    let entries = entries(request)?;
    if request.json {
        let summaries: Vec<_> = entries.iter().map(Entry::summary).collect();
        serde_json::to_writer_pretty(&mut *out, &summaries).map_err(io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    if entries.is_empty() {
        return Ok(writeln!(
            out,
            "No profiles found in {}",
            request.dir.display()
        )?);
    }
    Ok(write(out, &entries, request.wide)?)
}

/// Lists the profiles at `paths`, in that order.
pub(crate) fn files(paths: &[PathBuf], out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<Entry> = paths.iter().cloned().map(Entry::of).collect();
    write(out, &entries, false)
}

/// The profiles of `request.dir` that are asked for, in the order asked for.
pub(crate) fn entries(request: &Request) -> Result<Vec<Entry>> {
    let paths = profiles_in(&request.dir)?;
    let progress = StepProgress::new("reading profiles", paths.len());
    let entry = |path| {
        let entry = Entry::of(path);
        progress.step();
        entry
    };
    let mut entries: Vec<Entry> = paths.into_iter().map(entry).collect();
    entries.retain(|entry| {
        let recent = request
            .since
            .is_none_or(|since| entry.time().is_none_or(|time| time >= since));
        recent && request.wants(&entry.tool)
    });
    let order: Order = request.order;
    entries.sort_by(|first, second| order.compare(first, second));
    Ok(entries)
}

/// The profile files of a directory; none when there is no such directory.
pub(crate) fn profiles_in(dir: &Path) -> Result<Vec<PathBuf>> {
    let found = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found.with_context(|| dir.display().to_string())?,
    };
    let mut paths = Vec::new();
    for entry in found {
        let entry = entry.with_context(|| dir.display().to_string())?;
        if file_name::is_profile(&entry.file_name().to_string_lossy()) {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// Writes the entries and how many there are.
fn write(out: &mut dyn Write, entries: &[Entry], wide: bool) -> io::Result<()> {
    let columns = [COLUMNS, if wide { WIDE } else { &[] }, &[FILE]].concat();
    let rows: Vec<Vec<String>> = entries.iter().map(|entry| row(entry, wide)).collect();
    table::write(out, &columns, &rows)?;
    let plural = if rows.len() == 1 { "" } else { "s" };
    writeln!(out, "Total: {} profile{plural}", rows.len())
}

fn row(entry: &Entry, wide: bool) -> Vec<String> {
    let name = entry.path.file_name().unwrap_or_default().display();
    let size = figure::size(entry.size);
    let mut row = vec![
        entry.tool.clone(),
        entry.kind.clone(),
        local_time(entry.time()),
        size,
    ];
    match &entry.contents {
        Ok(contents) => {
            row.extend(figures(contents));
            row.extend(wide.then(|| origin(contents)).into_iter().flatten());
            row.push(name.to_string());
        }
        Err(reason) => {
            let empty = COLUMNS.len() - row.len() + if wide { WIDE.len() } else { 0 };
            row.extend(vec![UNKNOWN.to_owned(); empty]);
            row.push(format!("{name}: damaged: {reason}"));
        }
    }
    row
}

fn figures(contents: &Contents) -> [String; 3] {
    [
        contents.samples.to_string(),
        figure::span(contents.duration),
        figure::value(contents.total, &contents.unit),
    ]
}

/// Type, rate, host and build.
fn origin(contents: &Contents) -> [String; 4] {
    let or_unknown = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
    [
        contents.value_kind.clone(),
        or_unknown(header::short_rate(contents)),
        or_unknown(contents.facts.get("host").map(str::to_owned)),
        or_unknown(header::build(contents)),
    ]
}
