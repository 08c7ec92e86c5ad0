//! Profiles with the program and the kind that they are of, as gates and baselines tell them apart.

use std::path::{Path, PathBuf};

use compare::{Facts, Input};
use dtail_profile::Profile;

use super::super::{contents, file_name};
use super::fault::Fault;
use super::input;

/// Reads the profiles at `paths`.
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<Input>, Fault> {
    let read = |path: &PathBuf| Ok(of(path, input::read(path)?));
    paths.iter().map(read).collect()
}

/// The profile that was read from `path`.
///
/// The program is the one that the profile names, else that of the file's name; the kind is that of
/// the file's name (a `mem` and a `peak` profile hold the same values), else the value shown first.
pub(super) fn of(path: &Path, profile: Profile) -> Input {
    let file = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let stated = file_name::stated(&file);
    let facts = Facts::of(&profile);
    let program = facts.get("command").and_then(program);
    let states_tool = program.is_some();
    let tool = program.or_else(|| stated.as_ref().map(|stated| stated.tool.to_owned()));
    let shown = profile.sample_types.get(contents::shown_value(&profile));
    let shown = shown.map_or("", |shown| profile.text(shown.kind));
    let kind = stated.map_or(shown, |stated| stated.kind).to_owned();
    Input {
        tool: tool.unwrap_or_default(),
        states_tool,
        kind,
        file,
        profile,
    }
}

/// The program of a command line, without its directory.
fn program(command: &str) -> Option<String> {
    let word = command.split(' ').next()?.trim_matches('\'');
    let name = word.rsplit('/').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}
