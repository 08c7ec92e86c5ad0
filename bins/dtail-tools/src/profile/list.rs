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
    paint::Page,
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
    Column::words("type"),
    Column::words("rate"),
    Column::words("host"),
    Column::words("build"),
    Column::words("file"),
];

/// The columns that a narrow terminal goes without, the first of them first: program and kind stand in
/// the name of the file, too.
const SPARED: &[&str] = &[
    "tool", "kind", "build", "type", "size", "host", "rate", "duration",
];

/// Lists the profiles of `request.dir`. Creates nothing.
pub(crate) fn run(request: &Request, page: &Page, out: &mut dyn Write) -> Result<()> {
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
    let width = page.width.filter(|_| !request.wide);
    Ok(write(out, &entries, width)?)
}

/// Lists the profiles at `paths`, in that order.
pub(crate) fn files(paths: &[PathBuf], page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<Entry> = paths.iter().cloned().map(Entry::of).collect();
    write(out, &entries, page.width)
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

/// Writes the entries in lines of at most `width` columns, as far as names and the reasons of damage
/// allow, then how many there are, and what is left out for want of room.
fn write(out: &mut dyn Write, entries: &[Entry], width: Option<usize>) -> io::Result<()> {
    let mut columns = COLUMNS.to_vec();
    let mut rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    let spared = spare(&mut columns, &mut rows, width);
    for (entry, row) in entries.iter().zip(&mut rows) {
        if let (Err(reason), Some(file)) = (&entry.contents, row.last_mut()) {
            *file += &format!(": damaged: {reason}");
        }
    }
    table::write(out, &columns, &rows)?;
    let plural = if rows.len() == 1 { "" } else { "s" };
    write!(out, "Total: {} profile{plural}", rows.len())?;
    if !spared.is_empty() {
        write!(out, " (-wide adds {})", spared.join(", "))?;
    }
    writeln!(out)
}

/// Takes columns away until the table is at most `width` columns wide; which ones.
fn spare(
    columns: &mut Vec<Column>,
    rows: &mut [Vec<String>],
    width: Option<usize>,
) -> Vec<&'static str> {
    let mut spared = Vec::new();
    for title in SPARED {
        if width.is_none_or(|width| table::width(columns, rows) <= width) {
            break;
        }
        let index = columns.iter().position(|column| column.title() == *title);
        let index = index.expect("what is spared is a column");
        columns.remove(index);
        for row in &mut *rows {
            row.remove(index);
        }
        spared.push(*title);
    }
    spared
}

/// A cell for each of [`COLUMNS`].
fn row(entry: &Entry) -> Vec<String> {
    let mut row = vec![
        entry.tool.clone(),
        entry.kind.clone(),
        local_time(entry.time()),
        figure::size(entry.size),
    ];
    if let Ok(contents) = &entry.contents {
        row.extend(figures(contents));
        row.extend(origin(contents));
    }
    row.resize(COLUMNS.len() - 1, UNKNOWN.to_owned());
    let name = entry.path.file_name().unwrap_or_default();
    row.push(name.display().to_string());
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
        or_unknown(header::short_build(contents)),
    ]
}
