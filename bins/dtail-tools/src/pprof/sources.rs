//! Profiles from files.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use dtail_profile::Profile;

use super::fault::{Fault, note};

/// Reads the profiles of `files`. As long as one can be read, others that cannot are only noted.
pub(super) fn read(files: &[OsString], what: &str) -> Result<Vec<Profile>, Fault> {
    let mut profiles = Vec::new();
    let mut last_problem = None;
    for file in files {
        match read_file(Path::new(file)) {
            Ok(profile) => profiles.push(profile),
            Err(problem) => last_problem.replace(problem).iter().for_each(|text| note(text)),
        }
    }
    match last_problem {
        Some(problem) if profiles.is_empty() => Err(Fault::Input(problem)),
        Some(problem) => {
            note(&problem);
            let (read, asked) = (profiles.len(), files.len());
            note(&format!("Fetched {read} {what} profiles out of {asked}"));
            Ok(profiles)
        }
        None => Ok(profiles),
    }
}

fn read_file(path: &Path) -> Result<Profile, String> {
    let named = |reason: &dyn std::fmt::Display| format!("{}: {reason}", path.display());
    let bytes = fs::read(path).map_err(|error| named(&error))?;
    Profile::decode(&bytes).map_err(|error| named(&error))
}
