//! `baseline`: the runs that gates compare with, in a directory of their own.
//!
//! A baseline is nothing but profiles in a directory, so any tool can look into it. Runs that can
//! stand for one another are a group: same program, kind, command line and machine.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Parser;
use compare::{Facts, Input};

use super::super::{
    contents::Contents,
    entry::local_time,
    status,
    table::{self, Column},
};
use super::fault::Fault;
use super::{input, manual, output, subject};
use crate::profile_file;

/// The directory, unless `-dir` names another.
const DIR: &str = "baselines";

/// Runs of a group that stay, unless `-keep` says so.
const KEEP: usize = 20;

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "dtail-tools profile baseline",
    about = "Keep the runs that gates compare with"
)]
struct Flags {
    /// Directory of the baselines [default: baselines]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Runs of a group that stay, the newest [default: 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    keep: Option<u32>,

    /// record, list or prune; the profiles to record
    #[arg(value_name = "WORD")]
    words: Vec<OsString>,
}

/// Runs `record`, `list` or `prune`.
pub(super) fn run(args: &[OsString], out: &mut dyn Write) -> Result<u8, Fault> {
    let flags: Flags = super::flags("dtail-tools profile baseline", args, &manual::BASELINE)?;
    let dir = flags.dir.clone().unwrap_or_else(|| DIR.into());
    let keep = flags.keep.map_or(KEEP, |keep| keep as usize);
    let Some((action, words)) = flags.words.split_first() else {
        return Err(Fault::Usage("baseline record, list or prune?".to_owned()));
    };
    let action = action.to_string_lossy();
    if action != "record" && !words.is_empty() {
        return Err(Fault::Usage(format!("baseline {action} takes no file")));
    }
    match &*action {
        "record" => record(&dir, words, keep, out),
        "list" if flags.keep.is_some() => {
            Err(Fault::Usage("-keep has no use in baseline list".to_owned()))
        }
        "list" => list(&dir, out),
        "prune" => prune(&dir, keep, out),
        other => {
            let suggestion = crate::spelling::suggestion(other, &["record", "list", "prune"]);
            Err(Fault::Usage(format!(
                "unknown action 'baseline {other}'{suggestion}"
            )))
        }
    }?;
    Ok(status::DONE)
}

/// What runs have in common that can stand for one another.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Group {
    tool: String,
    kind: String,
    workload: String,
    host: String,
}

/// A run of a baseline.
struct Recorded {
    path: PathBuf,
    input: Input,
}

impl Group {
    fn of(input: &Input) -> Group {
        let facts = Facts::of(&input.profile);
        let or_unknown = |text: Option<&str>| text.unwrap_or("-").to_owned();
        Group {
            tool: or_unknown(Some(input.tool.as_str()).filter(|tool| !tool.is_empty())),
            kind: input.kind.clone(),
            workload: or_unknown(facts.get("command").map(workload)),
            host: or_unknown(facts.get("host")),
        }
    }
}

/// A command line without the program, whose place on the disk does not matter.
fn workload(command: &str) -> &str {
    command.split_once(' ').map_or("", |(_, rest)| rest)
}

/// The runs in `dir`, by group, the newest of each first.
fn groups(dir: &Path) -> Result<BTreeMap<Group, Vec<Recorded>>, Fault> {
    let mut paths =
        super::super::list::profiles_in(dir).map_err(|e| Fault::Input(format!("{e:#}")))?;
    paths.sort();
    let mut groups: BTreeMap<Group, Vec<Recorded>> = BTreeMap::new();
    for path in paths {
        let input = subject::of(&path, input::read(&path)?);
        let group = groups.entry(Group::of(&input)).or_default();
        group.push(Recorded { path, input });
    }
    for runs in groups.values_mut() {
        runs.sort_by_key(|run| std::cmp::Reverse((run.input.profile.time_nanos, run.path.clone())));
    }
    Ok(groups)
}

/// Copies profiles into the baseline, and drops the oldest of groups that are full.
fn record(dir: &Path, words: &[OsString], keep: usize, out: &mut dyn Write) -> Result<(), Fault> {
    if words.is_empty() {
        return Err(Fault::Usage("no profile to record is named".to_owned()));
    }
    let paths = input::paths(words)?;
    // All are read before the first is written: a damaged one records nothing.
    let mut contents = Vec::new();
    for path in &paths {
        input::read(path)?;
        contents
            .push(profile_file::read(path).map_err(|error| Fault::of_file(path.display(), error))?);
    }
    fs::create_dir_all(dir).map_err(|error| Fault::of_file(dir.display(), error))?;
    for (path, bytes) in paths.iter().zip(&contents) {
        let recorded = place(dir, path, bytes)?;
        writeln!(out, "Recorded {}", recorded.display()).map_err(Fault::Output)?;
    }
    prune(dir, keep, out)
}

/// Writes `bytes` under the name of `path`, or the next free one beside it; a file that holds them
/// already is left as it is.
fn place(dir: &Path, path: &Path, bytes: &[u8]) -> Result<PathBuf, Fault> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    for number in 1.. {
        let suffix = if number == 1 {
            String::new()
        } else {
            format!("_{number}")
        };
        let target = dir.join(format!("{stem}{suffix}.prof"));
        match fs::read(&target) {
            Ok(there) if there == bytes => return Ok(target),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                output::publish(&target, bytes)?;
                return Ok(target);
            }
            Err(error) => return Err(Fault::of_file(target.display(), error)),
        }
    }
    unreachable!("some number is free")
}

/// Removes all but the newest runs of each group.
fn prune(dir: &Path, keep: usize, out: &mut dyn Write) -> Result<(), Fault> {
    for run in groups(dir)?
        .values()
        .flat_map(|runs| runs.iter().skip(keep))
    {
        fs::remove_file(&run.path).map_err(|error| Fault::of_file(run.path.display(), error))?;
        writeln!(out, "Removed {}", run.path.display()).map_err(Fault::Output)?;
    }
    Ok(())
}

const COLUMNS: &[Column] = &[
    Column::words("tool"),
    Column::words("kind"),
    Column::figures("runs"),
    Column::figures("samples"),
    Column::words("newest"),
    Column::words("host"),
    Column::words("workload"),
];

/// One line for each group.
fn list(dir: &Path, out: &mut dyn Write) -> Result<(), Fault> {
    let groups = groups(dir)?;
    if groups.is_empty() {
        let line = writeln!(out, "No baselines found in {}", dir.display());
        return line.map_err(Fault::Output);
    }
    let rows: Vec<Vec<String>> = groups
        .iter()
        .map(|(group, runs)| row(group, runs))
        .collect();
    let written: io::Result<()> = table::write(out, COLUMNS, &rows);
    written.map_err(Fault::Output)
}

fn row(group: &Group, runs: &[Recorded]) -> Vec<String> {
    let contents: Vec<Contents> = runs
        .iter()
        .map(|run| Contents::of(&run.input.profile))
        .collect();
    let samples: u64 = contents.iter().map(|contents| contents.samples).sum();
    vec![
        group.tool.clone(),
        group.kind.clone(),
        runs.len().to_string(),
        samples.to_string(),
        local_time(contents.first().and_then(|newest| newest.time)),
        group.host.clone(),
        group.workload.clone(),
    ]
}
