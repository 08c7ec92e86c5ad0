//! Where results go: standard output, or files that appear whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::paint::{Page, clipped};
use super::fault::Fault;
use crate::spelling;

/// A format, and the file it is written to; standard output without one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Wanted<F> {
    pub(super) format: F,
    pub(super) path: Option<PathBuf>,
}

/// The formats that `words` ask for, each `NAME` or `NAME=PATH`, and `json` for one more; without any,
/// `default` on standard output.
pub(super) fn wanted<F: Copy>(
    words: &[String],
    json: bool,
    known: &[(&'static str, F)],
    default: F,
) -> Result<Vec<Wanted<F>>, Fault> {
    let mut all = Vec::new();
    let json = json.then_some("json");
    for word in words.iter().map(String::as_str).chain(json) {
        let (name, path) = match word.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (word, None),
        };
        if path == Some("") {
            return Err(Fault::Usage(format!("-format {name}=: no file is named")));
        }
        let Some((_, format)) = known.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let suggestion = spelling::suggestion(name, &names);
            let names = names.join(", ");
            return Err(Fault::Usage(format!(
                "-format: unknown format '{name}'{suggestion} (the formats are {names})"
            )));
        };
        all.push(Wanted {
            format: *format,
            path: path.map(PathBuf::from),
        });
    }
    if all.iter().filter(|wanted| wanted.path.is_none()).count() > 1 {
        let reason =
            "-format: only one format can go to standard output; name files, as in json=FILE";
        return Err(Fault::Usage(reason.to_owned()));
    }
    if all.is_empty() {
        all.push(Wanted {
            format: default,
            path: None,
        });
    }
    Ok(all)
}

impl<F> Wanted<F> {
    /// What makes a name fit behind so many columns of a page: a file's lines may have any length.
    pub(super) fn fit(&self) -> impl Fn(&str, usize) -> String {
        let on_page = self.path.is_none();
        let width = Page::of_stdout(true).width.filter(|_| on_page);
        move |name, used| clipped(name, width.map(|width| width.saturating_sub(used)))
    }
}

/// Writes `text` to where it is wanted.
pub(super) fn write<F>(wanted: &Wanted<F>, text: &str, out: &mut dyn Write) -> Result<(), Fault> {
    match &wanted.path {
        None => out.write_all(text.as_bytes()).map_err(Fault::Output),
        Some(path) => publish(path, text.as_bytes()),
    }
}

/// Writes the file at `path` so that nobody ever sees a part of it. What was there is replaced.
pub(crate) fn publish(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = write_whole(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        // The first failure is the one to tell; the part may not even exist.
        drop(fs::remove_file(&part));
        Fault::of_file(path.display(), error)
    })
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Profiles hold command lines: only their owner may read them.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
