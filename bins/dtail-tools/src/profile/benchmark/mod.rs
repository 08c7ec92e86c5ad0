//! `benchmark`: how long the programs take for their workloads, beside what they took before.
//!
//! Times of one machine on two days differ by more than most changes do. So a baseline keeps the programs
//! themselves, and `compare` runs them in turn with those of today: old, new, old, new. The ratio of each
//! pair cancels what the machine was doing meanwhile. Profiles are taken in runs of their own, which do
//! not count.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{CommandFactory, Parser, ValueEnum};

use super::decide::{self, Fault};
use super::{flags, status};

mod compare;
mod machine;
mod manual;
mod measure;
mod moved;
mod record;
mod side;
mod store;
mod text;

/// What `benchmark` is asked to do.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Mode {
    /// Time the workloads.
    #[default]
    Run,
    /// Time the workloads, and keep times and programs.
    Baseline,
    /// Time programs of before and of today in turn.
    Compare,
    /// One line for each baseline.
    List,
    /// Remove all but the newest baselines.
    Clean,
}

/// What was typed. A flag that was not given is `None`, so that each mode can refuse those it has no use
/// for.
#[derive(Debug, Parser)]
#[command(
    name = "dtail-tools benchmark",
    about = "Time the programs, and compare them with what they were"
)]
struct Flags {
    /// run, baseline, compare, list or clean; also as the first word [default: run]
    #[arg(long, value_name = "MODE")]
    mode: Option<Mode>,

    /// Directory of baselines [default: benchmarks/baselines]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Directory of test data, made when missing [default: testdata]
    #[arg(long, value_name = "DIR")]
    testdata: Option<PathBuf>,

    /// What a baseline is called
    #[arg(long, value_name = "NAME")]
    tag: Option<String>,

    /// Small inputs and short runs
    #[arg(long)]
    quick: bool,

    /// Only these programs, separated by commas [default: dcat,dgrep,dmap]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    commands: Vec<String>,

    /// Timed runs of each workload and program; 9 or more for all intervals [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,

    /// Profiled runs of each workload and program; 0 for none [default: 5]
    #[arg(long, value_name = "N")]
    profiles: Option<u32>,

    /// How long one run may take: 30s, 1m30s [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = flags::duration)]
    timeout: Option<Duration>,

    /// Baselines that stay [default: 10]
    #[arg(long, value_name = "N")]
    keep: Option<usize>,

    /// End with status 1 when a workload is slower, beyond doubt
    #[arg(long)]
    fail: bool,

    /// Write the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The figures as JSON
    #[arg(long)]
    json: bool,

    /// No colours, not even on a terminal
    #[arg(long)]
    nocolor: bool,

    /// The mode, and what to compare with: a baseline's file or tag, or a directory of programs
    #[arg(value_name = "BASELINE|DIR")]
    words: Vec<OsString>,
}

/// How a workload is run.
#[derive(Clone, Copy, Debug)]
struct Plan {
    quick: bool,
    runs: u32,
    profiles: u32,
    timeout: Duration,
}

/// The definition of the command, for help and completions.
pub(crate) fn definition() -> clap::Command {
    cli::command_line(Flags::command())
}

/// Does what `args` ask for.
pub(crate) fn run(args: &[OsString], out: &mut dyn Write) -> Result<u8, Fault> {
    let mut flags: Flags = decide::flags("dtail-tools benchmark", args, &manual::MANUAL)?;
    let mode = take_mode(&mut flags)?;
    refuse_useless(mode, &flags).map_err(Fault::Usage)?;
    let plan = Plan {
        quick: flags.quick,
        runs: flags.runs.unwrap_or(10),
        profiles: flags.profiles.unwrap_or(5),
        timeout: flags.timeout.unwrap_or(flags::TIMEOUT),
    };
    match mode {
        Mode::Run | Mode::Baseline => side::run(&flags, plan, out),
        Mode::Compare => compare::run(&flags, plan, out),
        Mode::List => store::list(&flags.dir(), flags.json, out),
        Mode::Clean => store::clean(&flags.dir(), flags.keep.unwrap_or(10), out),
    }
    .map(|worse| {
        if worse && flags.fail {
            status::FAILED
        } else {
            status::DONE
        }
    })
}

impl Flags {
    fn dir(&self) -> PathBuf {
        let default = || PathBuf::from("benchmarks").join("baselines");
        self.dir.clone().unwrap_or_else(default)
    }

    fn testdata(&self) -> PathBuf {
        self.testdata
            .clone()
            .unwrap_or_else(|| flags::TESTDATA.into())
    }
}

/// The mode that `-mode` names, else the first word, else a run.
fn take_mode(flags: &mut Flags) -> Result<Mode, Fault> {
    if let Some(mode) = flags.mode {
        return Ok(mode);
    }
    let Some(word) = flags.words.first() else {
        return Ok(Mode::default());
    };
    let word = word.to_string_lossy().into_owned();
    let Ok(mode) = Mode::from_str(&word, false) else {
        let names: Vec<&str> = MODES.to_vec();
        let suggestion = crate::spelling::suggestion(&word, &names);
        let names = names.join(", ");
        let line = format!("unknown mode '{word}'{suggestion} (the modes are {names})");
        return Err(Fault::Usage(line));
    };
    flags.words.remove(0);
    Ok(mode)
}

const MODES: &[&str] = &["run", "baseline", "compare", "list", "clean"];

/// No flag is taken and then ignored.
fn refuse_useless(mode: Mode, flags: &Flags) -> Result<(), String> {
    let times = matches!(mode, Mode::Run | Mode::Baseline | Mode::Compare);
    let given = [
        ("-tag", flags.tag.is_some() && mode != Mode::Baseline),
        ("-testdata", flags.testdata.is_some() && !times),
        ("-quick", flags.quick && !times),
        ("-commands", !flags.commands.is_empty() && !times),
        ("-runs", flags.runs.is_some() && !times),
        ("-profiles", flags.profiles.is_some() && !times),
        ("-timeout", flags.timeout.is_some() && !times),
        ("-output", flags.output.is_some() && !times),
        ("-nocolor", flags.nocolor && !times),
        ("-dir", flags.dir.is_some() && mode == Mode::Run),
        ("-keep", flags.keep.is_some() && mode != Mode::Clean),
        ("-fail", flags.fail && mode != Mode::Compare),
        ("-json", flags.json && mode == Mode::Clean),
    ];
    let name = MODES[mode as usize];
    if let Some((flag, _)) = given.iter().find(|(_, useless)| *useless) {
        return Err(format!("{flag} has no use in mode {name}"));
    }
    if mode == Mode::Baseline && flags.tag.as_deref().is_none_or(str::is_empty) {
        return Err("a baseline needs a name: -tag NAME".to_owned());
    }
    let most = usize::from(mode == Mode::Compare);
    match flags.words.get(most) {
        None => Ok(()),
        Some(word) if most == 0 => Err(format!("mode {name} takes no '{}'", word.display())),
        Some(word) => Err(format!(
            "it compares with one baseline, but '{}' is given, too",
            word.display()
        )),
    }
}
