//! One profile file: what its name says, what stands in it, or why that cannot
//! be read.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use dtail_profile::Profile;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    contents::{self, Contents},
    file_name,
};

/// What stands where a file says nothing.
pub(crate) const UNKNOWN: &str = "-";

/// A profile file and its summary.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The program that wrote it, by the name of the file, or [`UNKNOWN`].
    pub(crate) tool: String,
    /// Its type, by the name of the file, else by its contents.
    pub(crate) kind: String,
    /// Its size on disk, in bytes.
    pub(crate) size: u64,
    /// What stands in it, or why that cannot be read.
    pub(crate) contents: Result<Contents, String>,
}

/// An entry as JSON shows it. What is not known is left out.
#[derive(Debug, Serialize)]
pub(crate) struct Summary<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'a str>,
    kind: &'a str,
    size_bytes: u64,
    #[serde(flatten)]
    contents: Option<ContentsSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ContentsSummary<'a> {
    #[serde(rename = "type")]
    value_kind: &'a str,
    unit: &'a str,
    total: i64,
    samples: u64,
    /// Start in RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    duration_seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_rate_hz: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_rate_bytes: Option<i64>,
    facts: &'a BTreeMap<String, String>,
}

impl Entry {
    /// Reads the file at `path`.
    pub(crate) fn of(path: PathBuf) -> Entry {
        let contents = contents::load(&path).map(|profile| Contents::of(&profile));
        Entry::with(
            path,
            contents.map_err(|error| error.root_cause().to_string()),
        )
    }

    /// The entry of a profile that has been read from `path`.
    pub(crate) fn of_profile(path: &Path, profile: &Profile) -> Entry {
        Entry::with(path.to_owned(), Ok(Contents::of(profile)))
    }

    fn with(path: PathBuf, contents: Result<Contents, String>) -> Entry {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let shown = contents
            .as_ref()
            .map_or(UNKNOWN, |contents| &contents.value_kind);
        let (tool, kind) = match file_name::stated(&name) {
            Some(stated) => (stated.tool.to_owned(), stated.kind.to_owned()),
            None => (UNKNOWN.to_owned(), shown.to_owned()),
        };
        let size = fs::metadata(&path).map_or(0, |file| file.len());
        Entry {
            path,
            tool,
            kind,
            size,
            contents,
        }
    }

    /// When the profile was started, as far as it can be read.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        self.contents.as_ref().ok()?.time
    }

    /// The entry as JSON shows it.
    pub(crate) fn summary(&self) -> Summary<'_> {
        Summary {
            file: self.path.display().to_string(),
            tool: Some(self.tool.as_str()).filter(|tool| *tool != UNKNOWN),
            kind: &self.kind,
            size_bytes: self.size,
            contents: self.contents.as_ref().ok().map(ContentsSummary::of),
            error: self.contents.as_ref().err().map(String::as_str),
        }
    }
}

impl<'a> ContentsSummary<'a> {
    fn of(contents: &'a Contents) -> ContentsSummary<'a> {
        ContentsSummary {
            value_kind: &contents.value_kind,
            unit: &contents.unit,
            total: contents.total,
            samples: contents.samples,
            time: contents.time.map(|time| time.to_string()),
            duration_seconds: contents.duration.as_secs_f64(),
            cpu_rate_hz: contents.cpu_rate_hz(),
            memory_rate_bytes: contents.memory_rate_bytes(),
            facts: contents.facts.all(),
        }
    }
}

/// A moment in local time, to the second.
pub(crate) fn local_time(time: Option<Timestamp>) -> String {
    let local = |time| {
        TimeZone::system()
            .to_datetime(time)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    };
    time.map_or(UNKNOWN.to_owned(), local)
}
