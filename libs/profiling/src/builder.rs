//! What to profile, and where the profiles go.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::profiler::Profiler;
use crate::report::ProfileReport;
use crate::session::Session;
use crate::symbolization::Symbolize;

/// Collects what to profile; made by [`Profiler::builder`]. Everything is off until asked for.
#[must_use = "nothing is profiled before `start`"]
pub struct ProfilerBuilder {
    pub(crate) tool: String,
    pub(crate) directory: PathBuf,
    pub(crate) cpu: bool,
    pub(crate) memory: bool,
    pub(crate) cpu_rate_hz: u32,
    pub(crate) memory_rate_bytes: usize,
    pub(crate) symbolize: Symbolize,
    pub(crate) command_line: bool,
    pub(crate) stop_on_signals: bool,
    pub(crate) on_stop: Option<OnStop>,
}

/// Called once, after the files are written.
pub(crate) type OnStop = Box<dyn FnOnce(&ProfileReport) + Send>;

impl ProfilerBuilder {
    pub(crate) fn new(tool: &str) -> Self {
        Self {
            tool: tool.to_owned(),
            directory: PathBuf::from("profiles"),
            cpu: false,
            memory: false,
            cpu_rate_hz: 100,
            memory_rate_bytes: 512 * 1024,
            symbolize: Symbolize::Full,
            command_line: true,
            stop_on_signals: false,
            on_stop: None,
        }
    }

    /// The directory for the files; created when missing. Default: `profiles`.
    pub fn dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// Whether to take a CPU profile.
    pub fn cpu(mut self, on: bool) -> Self {
        self.cpu = on;
        self
    }

    /// Whether to take memory profiles: the heap in use at the end, everything allocated, and the heap
    /// at its peak. Needs [`ProfilingAllocator`](crate::ProfilingAllocator) as the global allocator.
    pub fn memory(mut self, on: bool) -> Self {
        self.memory = on;
        self
    }

    /// How many samples a second of CPU time, 1 to 10,000; default 100. Above the rate of the kernel's
    /// tick (often 250 or 1000) a thread is not interrupted more often: its samples weigh more.
    pub fn cpu_rate_hz(mut self, rate: u32) -> Self {
        self.cpu_rate_hz = rate;
        self
    }

    /// How many allocated bytes lie between two samples on average; default 512 KiB. 1 means every
    /// allocation, and exact numbers; 0 means the same.
    pub fn memory_rate_bytes(mut self, bytes: usize) -> Self {
        self.memory_rate_bytes = bytes;
        self
    }

    /// How much is looked up about the addresses when the profiles are written; default everything.
    pub fn symbolize(mut self, symbolize: Symbolize) -> Self {
        self.symbolize = symbolize;
        self
    }

    /// Whether profiles carry the command line, which may hold secrets; default yes.
    pub fn command_line(mut self, on: bool) -> Self {
        self.command_line = on;
        self
    }

    /// Whether SIGINT, SIGTERM and SIGHUP write the profiles before they end the process; default no.
    /// The process then ends by the signal itself, so its exit status stays what it was; a second
    /// signal ends it at once. A signal that is ignored, or handled by the program, is left alone.
    pub fn stop_on_signals(mut self, on: bool) -> Self {
        self.stop_on_signals = on;
        self
    }

    /// Calls `function` once, right after the files are written, whichever way profiling ends: by
    /// [`Profiler::stop`], a drop, a signal, or the end of the process; on the thread that stops it.
    /// It must not call `stop` itself.
    pub fn on_stop(mut self, function: impl FnOnce(&ProfileReport) + Send + 'static) -> Self {
        self.on_stop = Some(Box::new(function));
        self
    }

    /// Starts what was asked for. What cannot be started is a warning of the report, as long as anything
    /// could be. When nothing was asked for, nothing happens, and no directory is made.
    ///
    /// # Errors
    ///
    /// When something was asked for and nothing could be started.
    pub fn start(self) -> Result<Profiler, Error> {
        self.start_session().map(Profiler::over)
    }

    pub(crate) fn start_session(self) -> Result<Arc<Session>, Error> {
        let bad = |c: char| c == '/' || c == '\0';
        if self.tool.is_empty() || self.tool.contains(bad) {
            return Err(Error::new(ErrorKind::ToolName(self.tool)));
        }
        Session::start(self)
    }
}

impl fmt::Debug for ProfilerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfilerBuilder")
            .field("tool", &self.tool)
            .field("directory", &self.directory)
            .field("cpu", &self.cpu)
            .field("memory", &self.memory)
            .field("cpu_rate_hz", &self.cpu_rate_hz)
            .field("memory_rate_bytes", &self.memory_rate_bytes)
            .finish_non_exhaustive()
    }
}
