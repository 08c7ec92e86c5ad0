//! The flags that make a log command profile itself.

use std::path::PathBuf;

use clap::Args;

use crate::exit::Failure;
use crate::number::positive;

/// Flags that switch profiling on and say how; everything is off by default.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Profiling")]
pub struct ProfilingArgs {
    /// Write CPU, memory and allocation profiles of this run
    ///
    /// The same as -cpuprofile -memprofile. Profiles are in the pprof format; read them with
    /// dtail-tools or pprof. They never change the output or the exit status.
    #[arg(long)]
    pub profile: bool,

    /// Write a CPU profile of this run
    #[arg(long)]
    pub cpuprofile: bool,

    /// Write memory and allocation profiles of this run
    #[arg(long)]
    pub memprofile: bool,

    /// Directory of the profiles, created when missing
    #[arg(long, value_name = "DIR", default_value = "profiles")]
    pub profiledir: PathBuf,

    /// CPU samples per second of CPU time
    #[arg(long, value_name = "HZ", default_value = "100", value_parser = positive::<u32>, hide_short_help = true)]
    pub cpuprofilerate: u32,

    /// Mean bytes allocated between two memory samples, 1 for every allocation
    #[arg(long, value_name = "BYTES", default_value = "524288", value_parser = positive::<usize>, hide_short_help = true)]
    pub memprofilerate: usize,

    #[arg(long, hide = true)]
    blockprofile: bool,

    #[arg(long, hide = true)]
    mutexprofile: bool,

    #[arg(long, hide = true, value_name = "ADDR")]
    pprof: Option<String>,
}

impl ProfilingArgs {
    /// Whether a CPU profile is wanted.
    #[must_use]
    pub fn cpu(&self) -> bool {
        self.profile || self.cpuprofile
    }

    /// Whether memory and allocation profiles are wanted.
    #[must_use]
    pub fn memory(&self) -> bool {
        self.profile || self.memprofile
    }

    /// Refuses the kinds of profiles that are not built yet.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let pprof = self
            .pprof
            .as_deref()
            .is_some_and(|address| !address.is_empty());
        let refused = [
            ("blockprofile", self.blockprofile),
            ("mutexprofile", self.mutexprofile),
            ("pprof", pprof),
        ];
        match refused.iter().find(|(_, asked)| *asked) {
            Some((flag, _)) => Err(Failure::usage(format!("-{flag}: not built yet"))),
            None => Ok(()),
        }
    }
}
