//! The handle that a program holds while it is profiled.

use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::builder::ProfilerBuilder;
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

    pub(crate) fn over(session: Arc<Session>) -> Self {
        Self { session }
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
        self.stop();
    }
}
