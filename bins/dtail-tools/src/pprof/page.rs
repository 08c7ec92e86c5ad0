//! The page of `-http`, and the same in one file: `-output x.html`.

use std::ffi::OsString;
use std::path::Path;

use dtail_profile::Profile;
use report::LoadOptions;
use webui::Source;

use super::command_line::CommandLine;
use super::fault::{Fault, note};
use super::warn;
use crate::serve;

/// Whether the command line asks for the page rather than for a report or the shell.
pub(super) fn is_wanted(line: &CommandLine) -> bool {
    line.page.is_some() || (line.kind.is_none() && html_path(line).is_some())
}

fn html_path(line: &CommandLine) -> Option<&Path> {
    let path = line.output.as_deref()?;
    let extension = path.extension()?;
    ["html", "htm"]
        .iter()
        .any(|html| extension.eq_ignore_ascii_case(html))
        .then_some(path)
}

/// Serves or writes the page: the sources as one profile, the bases as another that it is compared
/// with.
pub(super) fn show(
    sources: Vec<Profile>,
    bases: Vec<Profile>,
    line: &CommandLine,
) -> Result<(), Fault> {
    let mut shown = Vec::new();
    if !bases.is_empty() {
        shown.push(source(bases, &line.bases, true, &line.load)?);
    }
    shown.push(source(sources, &line.sources, false, &line.load)?);
    if let Some(page) = &line.page {
        return serve::run(shown, page, note).map_err(Fault::Usage);
    }
    let Some(path) = html_path(line) else {
        return Ok(());
    };
    note(&format!("Generating report in {}", path.display()));
    serve::write_file(path, &webui::standalone(&shown)).map_err(Fault::Output)
}

/// The profiles of one side as one.
fn source(
    profiles: Vec<Profile>,
    names: &[OsString],
    is_base: bool,
    options: &LoadOptions,
) -> Result<Source, Fault> {
    let (profile, warnings) = report::load(profiles, Vec::new(), options)?;
    warn(&warnings);
    Ok(Source {
        name: name(names),
        is_base,
        is_shown: !is_base,
        profile,
    })
}

/// What the page calls profiles that were added up: the first one's name, and how many others.
fn name(files: &[OsString]) -> String {
    let first = files
        .first()
        .map(Path::new)
        .and_then(Path::file_name)
        .unwrap_or_default();
    match files.len() {
        0 | 1 => first.to_string_lossy().into_owned(),
        count => format!("{} and {} more", first.to_string_lossy(), count - 1),
    }
}
