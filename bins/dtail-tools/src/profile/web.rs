//! The page of `analyze -web`: every profile named, each for itself, the first one switched on.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use report::LoadOptions;
use webui::Source;

use super::contents;
use crate::serve::{self, Serving};

/// Serves the profiles at `paths` until the process is ended, or none of them can be read. Whether all
/// could; those that could not are reported on standard error.
///
/// # Errors
///
/// When the page cannot be served.
pub(super) fn show(paths: &[PathBuf], serving: &Serving) -> Result<bool> {
    let mut sources = Vec::new();
    for path in paths {
        let found = source(path, sources.is_empty()).inspect_err(super::report);
        sources.extend(found.ok());
    }
    if sources.is_empty() {
        return Ok(false);
    }
    let is_complete = sources.len() == paths.len();
    serve::run(sources, serving, note).map_err(|line| anyhow!(line))?;
    Ok(is_complete)
}

fn source(path: &Path, is_shown: bool) -> Result<Source> {
    let named = || path.display().to_string();
    let options = LoadOptions {
        demangle: Some(report::Demangle::default()),
        ..LoadOptions::default()
    };
    let profile = contents::load(path)?;
    let (profile, _) = report::load(vec![profile], Vec::new(), &options).with_context(named)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(Source {
        name: name.to_string_lossy().into_owned(),
        is_base: false,
        is_shown,
        profile,
    })
}

/// Says on standard error what belongs to no report.
fn note(text: &str) {
    cli::Messages::new("dtail-tools profile", cli::LogLevel::Info).note(text);
}
