//! Timed runs of a workload.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use super::super::{child, contents, list, passes, workload::Workload};
use super::Plan;

/// How much CPU time a timed run is to take: much beside what starting a process varies by.
const GOAL: Duration = Duration::from_millis(500);

/// The same when time is short.
const QUICK_GOAL: Duration = Duration::from_millis(200);

/// A profiled run reads its input so many times as often as a timed one.
const PROFILED: u64 = 4;

/// Signals a second of CPU time in a profiled run: as many as most kernels can give. Five runs are some two
/// thousand, which tell a function of a quarter from one of three tenths.
const PROFILE_RATE: &str = "250";

/// What one run took, in seconds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Timing {
    /// On the clock.
    pub(super) wall_seconds: f64,
    /// Of all CPUs; 0 where the system does not tell.
    pub(super) cpu_seconds: f64,
}

/// A workload, ready to run.
#[derive(Clone, Debug)]
pub(super) struct Bench<'a> {
    pub(super) workload: &'a Workload,
    pub(super) input: PathBuf,
    /// How often a timed run reads the input.
    pub(super) passes: u64,
    pub(super) plan: Plan,
}

impl Bench<'_> {
    /// Sets the passes so that `program` takes about as long as it should. This also brings the input
    /// into memory.
    pub(super) fn calibrate(&mut self, program: &Path) -> Result<()> {
        let goal = if self.plan.quick { QUICK_GOAL } else { GOAL };
        let most = passes::most(self.input.as_os_str().len()) / PROFILED;
        self.passes = 1;
        self.time(program)?;
        loop {
            let timing = self.time(program)?;
            // A busy machine takes longer on the clock, but for the same work.
            let took = match timing.cpu_seconds {
                0.0 => timing.wall_seconds,
                cpu => cpu,
            };
            let wanted = (self.passes as f64 * goal.as_secs_f64() / took.max(1e-4)).ceil() as u64;
            if wanted <= self.passes * 5 / 4 || self.passes == most {
                return Ok(());
            }
            self.passes = wanted.min(self.passes * 20).min(most);
        }
    }

    /// One timed run.
    pub(super) fn time(&self, program: &Path) -> Result<Timing> {
        let before = children_cpu();
        let mut command = Command::new(program);
        command.args(self.workload.arguments());
        let elapsed = self.finish(program, command, self.passes)?;
        let used = children_cpu()
            .zip(before)
            .map(|(after, before)| after - before);
        Ok(Timing {
            wall_seconds: elapsed.as_secs_f64(),
            cpu_seconds: used.unwrap_or(0.0),
        })
    }

    /// One profiled run, its CPU profile in `dir`, which nothing else writes to meanwhile.
    pub(super) fn profile(&self, program: &Path, dir: &Path) -> Result<PathBuf> {
        let before = list::profiles_in(dir)?;
        let mut command = Command::new(program);
        command
            .args(["-cpuprofile", "-cpuprofilerate", PROFILE_RATE])
            .arg("-profiledir")
            .arg(dir)
            .args(self.workload.arguments());
        self.finish(program, command, PROFILED * self.passes)?;
        let mut after = list::profiles_in(dir)?;
        after.retain(|path| !before.contains(path));
        let written = after.into_iter().next();
        written.ok_or_else(|| anyhow!("{} wrote no CPU profile", program.display()))
    }

    fn finish(&self, program: &Path, mut command: Command, passes: u64) -> Result<Duration> {
        command.args((0..passes).map(|_| &self.input));
        let name = program.display();
        let ended =
            child::run(&mut command, self.plan.timeout).with_context(|| name.to_string())?;
        match ended.status {
            None => bail!(
                "{name} did not end within {:?} (-timeout)",
                self.plan.timeout
            ),
            Some(status) if status.success() => Ok(ended.elapsed),
            Some(status) => {
                let said = ended.messages.lines().last().unwrap_or_default();
                bail!("{name} ended with {status}; it said: {said}")
            }
        }
    }

    /// The command line of a timed run, with the file named once.
    pub(super) fn command_line(&self) -> String {
        self.workload.plain_command_line(&self.input)
    }
}

/// The CPU time of all programs that were run and have ended, in seconds; `None` where the system does
/// not tell. The kernel has it to the microsecond; `/proc` tells it in ticks of 10 ms, which hide a change
/// of a tenth in a run of this length.
#[cfg(unix)]
fn children_cpu() -> Option<f64> {
    let usage =
        nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).ok()?;
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + 1e-6 * time.tv_usec() as f64;
    Some(seconds(usage.user_time()) + seconds(usage.system_time()))
}

#[cfg(not(unix))]
fn children_cpu() -> Option<f64> {
    None
}

/// Reads a profile that a run has just written.
pub(super) fn read(path: &Path) -> Result<dtail_profile::Profile> {
    contents::load(path)
}
