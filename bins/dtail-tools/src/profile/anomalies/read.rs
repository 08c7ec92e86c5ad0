//! The profiles of the directories and files that are named, as a library of series.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use series::{Library, Origin};

use super::super::decide::{Fault, paths};
use super::super::{contents, file_name, progress::Progress};

/// Which profiles are wanted.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// Those started since then.
    pub(super) since: Option<Timestamp>,
    /// Those of these programs; of all when there are none.
    pub(super) tools: &'a [String],
}

/// The library of the profiles that `words` name, and whether all could be read; what could not has been
/// reported.
///
/// # Errors
/// When a word names nothing, or no profile can be read.
pub(super) fn library(words: &[OsString], wanted: &Wanted<'_>) -> Result<(Library, bool), Fault> {
    let paths = paths(words)?;
    let mut progress = Progress::on_stderr();
    let mut library = Library::new();
    let (mut read, mut complete) = (0, true);
    for (index, path) in paths.iter().enumerate() {
        progress.part("Reading profiles", index as u64, paths.len() as u64);
        match add(&mut library, path, wanted) {
            Ok(()) => read += 1,
            Err(error) => {
                progress.note(&format!("dtail-tools profile: {error}"));
                complete = false;
            }
        }
    }
    progress.clear();
    if read == 0 {
        return Err(Fault::Input("no profile could be read".to_owned()));
    }
    Ok((library, complete))
}

fn add(library: &mut Library, path: &Path, wanted: &Wanted<'_>) -> Result<(), String> {
    let profile = contents::load(path).map_err(|error| format!("{error:#}"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stated = file_name::stated(&name);
    let time_nanos = match profile.time_nanos {
        0 => time_of_file(path, &name),
        time => time,
    };
    let tool = stated.as_ref().map_or("", |stated| stated.tool);
    let since = wanted
        .since
        .map_or(i64::MIN, |since| nanos(since.as_nanosecond()));
    let is_wanted = wanted.tools.is_empty() || wanted.tools.iter().any(|wanted| wanted == tool);
    if time_nanos < since || !is_wanted {
        return Ok(());
    }
    let origin = Origin {
        source: path.display().to_string(),
        tool: tool.to_owned(),
        kind: stated.as_ref().map_or("", |stated| stated.kind).to_owned(),
        time_nanos,
    };
    library
        .add(profile, origin)
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The time in the name of a file, else when it was written last; 0 when neither is known.
fn time_of_file(path: &Path, name: &str) -> i64 {
    let written = || {
        let modified = fs::metadata(path).ok()?.modified().ok()?;
        Some(nanos(
            i128::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()?,
        ))
    };
    stamp(name).or_else(written).unwrap_or(0)
}

/// The local time `YYYYMMDD_HHMMSS` in the name of a profile.
fn stamp(name: &str) -> Option<i64> {
    let parts: Vec<&str> = name.trim_end_matches(".prof").split('_').collect();
    let stamps = parts.windows(2).rev().filter_map(|pair| {
        let text = format!("{}T{}", pair[0], pair[1]);
        let is_stamp = pair[0].len() == 8 && pair[1].len() == 6;
        text.parse::<DateTime>().ok().filter(|_| is_stamp)
    });
    let local = stamps.into_iter().next()?;
    let time = TimeZone::system().to_timestamp(local).ok()?;
    Some(nanos(time.as_nanosecond()))
}

fn nanos(nanos: i128) -> i64 {
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, has_stamp: bool) {
        assert_eq!(stamp(name).is_some(), has_stamp, "{name}");
    }

    #[test]
    fn the_stamp_of_a_name_is_a_time() {
        check("dgrep_cpu_20261123_120000.prof", true);
        check("dgrep_cpu_20261123_120000_2.prof", true);
        check("dgrep_cpu_20261399_120000.prof", false);
        check("a.prof", false);
        let noon = stamp("a_cpu_20261123_120001.prof").unwrap();
        assert_eq!(
            noon - stamp("a_cpu_20261123_120000.prof").unwrap(),
            1_000_000_000
        );
    }
}
