//! The handle that a program holds while it is profiled.

use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::builder::ProfilerBuilder;
use crate::environment;
use crate::error::Error;
use crate::metrics::RuntimeMetrics;
use crate::report::ProfileReport;
use crate::session::Session;

/// Profiles the process from its start until it is stopped, dropped, or the process ends. All methods
/// may be called from any thread at any time.
///
/// ```text
///  builder --start--> running --stop, drop, exit, signal--> stopped (files written, report kept)
/// ```
#[derive(Debug)]
pub struct Profiler {
    session: Arc<Session>,
    /// Whether other handles may stand for the same run, which ends with the last of them.
    shared: bool,
}

impl Profiler {
    /// Collects what to profile. `tool` becomes part of the file names.
    pub fn builder(tool: &str) -> ProfilerBuilder {
        ProfilerBuilder::new(tool)
    }

    /// Starts CPU and memory profiles at the default rates, to be written to `directory`.
    ///
    /// # Errors
    ///
    /// When neither could be started.
    pub fn start(tool: &str, directory: impl Into<PathBuf>) -> Result<Self, Error> {
        Self::builder(tool)
            .dir(directory)
            .cpu(true)
            .memory(true)
            .start()
    }

    /// Starts what the environment variable `DTAIL_PROFILE` asks for: `None`, and nothing done, when it
    /// is not set or empty. This one call at the beginning of a test, of a benchmark or of `main` lets
    /// whoever runs it take profiles:
    ///
    /// ```
    /// # fn main() -> Result<(), dtail_profiling::Error> {
    /// let _profiler = dtail_profiling::Profiler::from_env("parser")?;
    /// // ... the work ...
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// ```text
    /// DTAIL_PROFILE=cpu:DIR               a CPU profile, in DIR, which is created when missing
    /// DTAIL_PROFILE=cpu,mem:DIR           with memory profiles, which need ProfilingAllocator
    /// DTAIL_PROFILE=cpu=250,mem=4096:DIR  with rates: Hz, and bytes between two samples (1: every one)
    /// DTAIL_PROFILE=cpu                   in the directory `profiles`
    /// ```
    ///
    /// Calls that come while a run lasts, such as those of tests that run at the same time, share it: the
    /// name and the rates are those of the first call, and the files are written when the last handle is
    /// dropped, by [`stop`](Self::stop), or on any other way out of the process, SIGINT, SIGTERM and SIGHUP
    /// among them. Their names, and what went wrong, go to standard error.
    ///
    /// # Errors
    ///
    /// When the variable has another form, and when nothing of what it asks for could be started.
    pub fn from_env(tool: &str) -> Result<Option<Self>, Error> {
        let session = environment::join(tool)?;
        Ok(session.map(|session| Self {
            session,
            shared: true,
        }))
    }

    pub(crate) fn over(session: Arc<Session>) -> Self {
        Self {
            session,
            shared: false,
        }
    }

    /// Writes one line with the metrics of the process through the `log` facade, at level info.
    pub fn log_metrics(&self, label: &str) {
        log::info!(target: "dtail_profiling", "Profile metrics [{label}]: {}", RuntimeMetrics::now());
    }

    /// Writes a profile of the heap in use at this moment, and gives its path.
    ///
    /// # Errors
    ///
    /// When no memory profile is taken, when profiling has stopped, or when the file cannot be written.
    pub fn snapshot(&self, label: &str) -> io::Result<PathBuf> {
        self.session.snapshot(label)
    }

    /// Changes how many allocated bytes lie between two samples on average while memory is profiled; 1 means
    /// every allocation from now on, and 0 the same.
    ///
    /// Every sample stands for what the rate says by which it was taken, so values before and after add up.
    /// The one exception: blocks that were allocated while samples were fewer, and are resized while they
    /// are more, are counted low afterwards.
    ///
    /// # Errors
    ///
    /// When no memory profile is taken.
    pub fn set_memory_rate(&self, bytes: usize) -> io::Result<()> {
        self.session.set_memory_rate(bytes.max(1))
    }

    /// Adds a fact about the run to every profile that is written from now on: the comment
    /// `# dtail.KEY=VALUE`. A later value of the same key replaces the earlier.
    pub fn annotate(&self, key: &str, value: impl Display) {
        self.session.annotate(key, &value.to_string());
    }

    /// What has gone wrong so far, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.session.warnings()
    }

    /// Stops profiling, writes the files, and says which. A second call gives the same report.
    pub fn stop(&self) -> ProfileReport {
        self.session.stop()
    }
}

impl Drop for Profiler {
    fn drop(&mut self) {
        if self.shared {
            environment::leave(&self.session);
        } else {
            self.stop();
        }
    }
}
