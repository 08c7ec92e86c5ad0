//! Profiling one workload: attempts, each longer than the last, until the CPU
//! profile rests on enough signals or the time is over.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};

use super::{
    child::{self, Ended},
    contents::{self, Contents},
    list,
    passes::{self, Attempt, ENOUGH_SIGNALS},
    progress::Progress,
    workload::Workload,
};

/// A workload with everything it needs to run.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    /// What is run.
    pub(crate) workload: &'a Workload,
    /// The path of its program.
    pub(crate) program: &'a Path,
    /// The path of its input.
    pub(crate) input: &'a Path,
    /// Where the profiles go.
    pub(crate) dir: &'a Path,
    /// How long all attempts may take together.
    pub(crate) timeout: Duration,
}

/// The profiles of one run.
#[derive(Debug)]
pub(crate) struct Captured {
    /// Every profile the run wrote.
    pub(crate) files: Vec<PathBuf>,
    /// How the run went.
    pub(crate) attempt: Attempt,
}

impl Setup<'_> {
    /// Runs the workload, its input named `passes` times in the first attempt,
    /// until the CPU profile is good enough. Profiles of attempts that were
    /// not good enough are removed.
    ///
    /// # Errors
    /// When no attempt gave a CPU profile.
    pub(crate) fn capture(&self, passes: u64, progress: &mut Progress) -> Result<Captured> {
        let start = Instant::now();
        let left = || self.timeout.saturating_sub(start.elapsed());
        progress.note(&format!(
            "Running {}",
            self.workload.command_line(self.dir, self.input)
        ));
        let most = passes::most(self.input.as_os_str().len());
        let mut best = self.attempt(passes, left(), progress)?;
        while let Some(passes) = best.attempt.next(left(), most) {
            match self.attempt(passes, left(), progress) {
                Ok(longer) => std::mem::replace(&mut best, longer).discard(),
                Err(error) => {
                    progress.note(&format!("  {error:#}; the attempt before is kept"));
                    break;
                }
            }
        }
        self.conclude(&best, most, progress);
        Ok(best)
    }

    fn conclude(&self, best: &Captured, most: u64, progress: &mut Progress) {
        for file in &best.files {
            progress.note(&format!("  Wrote {}", file.display()));
        }
        if !best.attempt.is_enough() {
            let limit = match best.attempt.passes < most {
                true => format!("no more passes fit into {:?} (-timeout)", self.timeout),
                false => "a command line holds no more names".to_owned(),
            };
            let signals = best.attempt.signals;
            progress.note(&format!(
                "  Only {signals} of {ENOUGH_SIGNALS} signals: {limit}"
            ));
        }
    }

    fn attempt(&self, passes: u64, left: Duration, progress: &mut Progress) -> Result<Captured> {
        let before: HashSet<PathBuf> = list::profiles_in(self.dir)?.into_iter().collect();
        let ended = child::run(&mut self.command(passes), left)
            .with_context(|| self.program.display().to_string())?;
        self.check(&ended)?;
        let mut files = list::profiles_in(self.dir)?;
        files.retain(|path| !before.contains(path));
        let written = written_by(ended.pid, files);
        let Some(signals) = written
            .iter()
            .find_map(|(_, contents)| cpu_signals(contents))
        else {
            bail!(
                "{} wrote no CPU profile{}",
                self.workload.program,
                said(&ended.messages)
            );
        };
        let elapsed = ended.elapsed;
        let seconds = elapsed.as_secs_f64();
        progress.note(&format!(
            "  passes: {passes}, signals: {signals}, seconds: {seconds:.2}"
        ));
        let mut files: Vec<PathBuf> = written.into_iter().map(|(path, _)| path).collect();
        files.sort();
        Ok(Captured {
            files,
            attempt: Attempt {
                passes,
                signals,
                elapsed,
            },
        })
    }

    fn command(&self, passes: u64) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(["-profile", "-profiledir"])
            .arg(self.dir)
            .args(self.workload.arguments());
        command.args((0..passes).map(|_| self.input));
        command
    }

    fn check(&self, ended: &Ended) -> Result<()> {
        let program = self.workload.program;
        let status = ended.status.ok_or_else(|| {
            anyhow!(
                "{program} was stopped: it did not end within {:?} (-timeout)",
                self.timeout
            )
        })?;
        if status.success() {
            return Ok(());
        }
        bail!(
            "{program} ended with {}{}",
            described(status),
            said(&ended.messages)
        )
    }
}

impl Captured {
    /// Removes the profiles, which a better attempt replaces. One that cannot
    /// be removed does no harm.
    fn discard(self) {
        for file in self.files {
            drop(fs::remove_file(file));
        }
    }
}

/// Those of `paths` that the process `pid` wrote, as they say themselves.
fn written_by(pid: u32, paths: Vec<PathBuf>) -> Vec<(PathBuf, Contents)> {
    let read = |path: PathBuf| {
        let contents = Contents::of(&contents::load(&path).ok()?);
        (contents.facts.number("pid") == Some(pid)).then_some((path, contents))
    };
    paths.into_iter().filter_map(read).collect()
}

fn cpu_signals(contents: &Contents) -> Option<u64> {
    contents.is_cpu().then_some(contents.samples)
}

fn described(status: ExitStatus) -> String {
    status
        .code()
        .map_or_else(|| status.to_string(), |code| format!("status {code}"))
}

/// The last line of what a program said, as the end of a sentence.
fn said(messages: &str) -> String {
    let last = messages.lines().rev().find(|line| !line.trim().is_empty());
    last.map(|line| format!("; it said: {line}"))
        .unwrap_or_default()
}
