//! `list`: one line for each profile of a directory.

use std::{
    cmp::Reverse,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use jiff::tz::TimeZone;

use super::{
    contents::{self, Contents},
    figure, file_name,
    flags::Request,
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
    Column::words("file"),
];

/// What is known of a file that says nothing.
const UNKNOWN: &str = "-";

/// One profile file of a list.
#[derive(Debug)]
struct Entry {
    path: PathBuf,
    tool: String,
    kind: String,
    size: u64,
    /// What stands in it, or why that cannot be read.
    contents: Result<Contents, String>,
}

/// Lists the profiles of `request.dir`. Creates nothing.
pub(crate) fn run(request: &Request, out: &mut dyn Write) -> Result<()> {
    let paths = profiles_in(&request.dir)?;
    let entries: Vec<Entry> = paths.into_iter().map(Entry::of).collect();
    let wanted: Vec<Entry> = entries
        .into_iter()
        .filter(|entry| request.wants(&entry.tool))
        .collect();
    if wanted.is_empty() {
        writeln!(out, "No profiles found in {}", request.dir.display())?;
        return Ok(());
    }
    Ok(write(out, wanted)?)
}

/// Lists the profiles at `paths`.
pub(crate) fn files(paths: &[PathBuf], out: &mut dyn Write) -> io::Result<()> {
    write(out, paths.iter().cloned().map(Entry::of).collect())
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

/// Writes the entries by tool, the newest first, and how many there are.
fn write(out: &mut dyn Write, mut entries: Vec<Entry>) -> io::Result<()> {
    entries.sort_by_cached_key(|entry| {
        (
            entry.tool.clone(),
            Reverse(entry.time()),
            entry.path.clone(),
        )
    });
    let rows: Vec<Vec<String>> = entries.iter().map(Entry::row).collect();
    table::write(out, COLUMNS, &rows)?;
    let plural = if rows.len() == 1 { "" } else { "s" };
    writeln!(out, "Total: {} profile{plural}", rows.len())
}

impl Entry {
    fn of(path: PathBuf) -> Entry {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let contents = contents::load(&path).map(|profile| Contents::of(&profile));
        let kind = contents
            .as_ref()
            .map_or(UNKNOWN, |contents| &contents.value_kind);
        let (tool, kind) = match file_name::stated(&name) {
            Some(stated) => (stated.tool, stated.kind),
            None => (UNKNOWN, kind),
        };
        let (tool, kind) = (tool.to_owned(), kind.to_owned());
        let size = fs::metadata(&path).map_or(0, |file| file.len());
        let contents = contents.map_err(|error| error.root_cause().to_string());
        Entry {
            path,
            tool,
            kind,
            size,
            contents,
        }
    }

    fn time(&self) -> Option<jiff::Timestamp> {
        self.contents.as_ref().ok()?.time
    }

    fn row(&self) -> Vec<String> {
        let name = self.path.file_name().unwrap_or_default().display();
        let size = figure::figure(i64::try_from(self.size).unwrap_or(i64::MAX), "bytes");
        let mut row = vec![self.tool.clone(), self.kind.clone()];
        match &self.contents {
            Ok(contents) => row.extend([
                local_time(contents),
                size,
                contents.samples.to_string(),
                figure::duration(contents.duration),
                figure::figure(contents.total, &contents.unit),
                name.to_string(),
            ]),
            Err(reason) => {
                let unknown = UNKNOWN.to_owned();
                row.extend([
                    unknown.clone(),
                    size,
                    unknown.clone(),
                    unknown.clone(),
                    unknown,
                ]);
                row.push(format!("{name}: damaged: {reason}"));
            }
        }
        row
    }
}

/// When the profile was started, in local time.
pub(crate) fn local_time(contents: &Contents) -> String {
    contents.time.map_or(UNKNOWN.to_owned(), |time| {
        TimeZone::system()
            .to_datetime(time)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    })
}
