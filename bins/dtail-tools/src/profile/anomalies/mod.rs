//! `anomalies`: what happened over the profiles of a directory, and when.
//!
//! What counts as an anomaly is the job of the `series` crate. Here the profiles are found and read, and
//! the outcome is written for people or for programs.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::Parser;
use jiff::Timestamp;
use serde::Serialize;
use series::{Outcome, Rules};

use super::decide::{self, Fault};
use super::{order, paint::Page, status};

mod manual;
mod read;
mod text;

/// Of the JSON document; another number when its form changes.
const SCHEMA: &str = "dtail.profile.anomalies/1";

/// The directory of profiles, unless the line names something.
const DIR: &str = "profiles";

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "dtail-tools profile anomalies",
    about = "Spikes, shifts of level, leaks, new and vanished functions over many profiles"
)]
struct Flags {
    /// Directory of profiles [default: profiles]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Only profiles of these programs, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    commands: Vec<String>,

    /// Only profiles started since then: 2h, 30d, 2026-11-23, 2026-11-23T12:00
    #[arg(long, value_name = "TIME", value_parser = order::moment_from_now)]
    since: Option<Timestamp>,

    /// Leave out profiles with fewer samples [default: 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    minsamples: Option<u32>,

    /// End with status 1 when there is a finding that is no improvement
    #[arg(long)]
    fail: bool,

    /// The outcome as JSON
    #[arg(long)]
    json: bool,

    /// No colours, not even on a terminal
    #[arg(long)]
    nocolor: bool,

    /// Directories of profiles, and profiles
    #[arg(value_name = "DIR|FILE")]
    words: Vec<OsString>,
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// Tells what happened in the profiles that `args` name.
pub(crate) fn run(args: &[OsString], out: &mut dyn Write) -> Result<u8, Fault> {
    let mut flags: Flags = decide::flags("dtail-tools profile anomalies", args, &manual::MANUAL)?;
    match flags.dir.take() {
        Some(_) if !flags.words.is_empty() => {
            let reason = "-dir has no use when directories or files are named";
            return Err(Fault::Usage(reason.to_owned()));
        }
        Some(dir) => flags.words.push(dir.into()),
        None if flags.words.is_empty() => flags.words.push(DIR.into()),
        None => {}
    }
    let mut rules = Rules::default();
    if let Some(least) = flags.minsamples {
        rules.samples_least = least.into();
    }
    let wanted = read::Wanted {
        since: flags.since,
        tools: &flags.commands,
    };
    let (library, complete) = read::library(&flags.words, &wanted)?;
    let outcome = series::anomalies(library, &rules);
    if flags.json {
        let document = Document {
            schema: SCHEMA,
            outcome: &outcome,
        };
        serde_json::to_writer_pretty(&mut *out, &document)
            .map_err(|error| Fault::Output(error.into()))?;
        writeln!(out).map_err(Fault::Output)?;
    } else {
        let page = Page::of_stdout(flags.nocolor);
        text::write(out, &page, &outcome, &rules).map_err(Fault::Output)?;
    }
    let is_worse = outcome.findings() > outcome.improvements();
    Ok(match (complete, flags.fail && is_worse) {
        (false, _) => status::INPUT,
        (true, true) => status::FAILED,
        (true, false) => status::DONE,
    })
}
