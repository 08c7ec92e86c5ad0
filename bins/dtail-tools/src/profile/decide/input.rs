//! The profiles that words name: files, and directories of them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use dtail_profile::Profile;

use super::super::{contents, list};
use super::fault::Fault;

/// The files that `words` name; a directory stands for its profiles, in the order of their names.
pub(crate) fn paths(words: &[OsString]) -> Result<Vec<PathBuf>, Fault> {
    let mut paths = Vec::new();
    for word in words {
        let path = Path::new(word);
        if !path.is_dir() {
            paths.push(path.to_owned());
            continue;
        }
        let mut found = list::profiles_in(path).map_err(|e| Fault::Input(format!("{e:#}")))?;
        if found.is_empty() {
            return Err(Fault::of_file(
                path.display(),
                "no profiles (*.prof) in this directory",
            ));
        }
        found.sort();
        paths.append(&mut found);
    }
    Ok(paths)
}

/// The files that a pattern stands for, relative to the directory `beside`.
pub(super) fn matching(beside: &Path, pattern: &str) -> Result<Vec<PathBuf>, Fault> {
    let escaped = glob::Pattern::escape(&beside.to_string_lossy());
    let whole = Path::new(&escaped).join(pattern);
    let found = glob::glob(&whole.to_string_lossy())
        .map_err(|error| Fault::Usage(format!("baseline '{pattern}': {}", error.msg)))?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| Fault::of_file(error.path().display(), error.error()))?;
        if path.is_dir() {
            paths.append(&mut self::paths(&[path.into_os_string()])?);
        } else {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Reads the profile at `path`.
pub(super) fn read(path: &Path) -> Result<Profile, Fault> {
    contents::load(path).map_err(|error| Fault::Input(format!("{error:#}")))
}

/// Reads all of `paths`.
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<Profile>, Fault> {
    paths.iter().map(|path| read(path)).collect()
}
