//! A profiling session around the work of a log command.
//!
//! Whatever goes wrong with profiling is a warning: it never changes the output or the exit status.

use std::sync::{Arc, OnceLock};

use dtail_profiling::{ProfileReport, Profiler};

use crate::message::Messages;
use crate::profiling_args::ProfilingArgs;

/// Takes the profiles that were asked for, if any, from its start to its end.
#[derive(Debug)]
pub(crate) struct Session {
    profiler: Option<Arc<Profiler>>,
}

impl Session {
    /// Starts what `args` ask for. Unless `quiet`, metrics and the names of the files written go to
    /// `messages`.
    pub(crate) fn start(
        tool: &str,
        args: &ProfilingArgs,
        quiet: bool,
        messages: &Messages,
    ) -> Self {
        if !args.cpu() && !args.memory() {
            return Session { profiler: None };
        }
        if !quiet {
            print_log(messages.clone());
        }
        let at_the_end = messages.clone();
        let started = Profiler::builder(tool)
            .dir(&args.profiledir)
            .cpu(args.cpu())
            .memory(args.memory())
            .cpu_rate_hz(args.cpuprofilerate)
            .memory_rate_bytes(args.memprofilerate)
            .stop_on_signals(true)
            .on_stop(move |report| tell(report, quiet, &at_the_end))
            .start();
        let profiler = started
            .map_err(|error| messages.warn(error))
            .ok()
            .map(Arc::new);
        if let Some(profiler) = &profiler {
            profiler.log_metrics("startup");
        }
        Session { profiler }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.profiler.is_some()
    }

    /// Adds facts to the profiles, at any time and from any thread.
    pub(crate) fn annotator(&self) -> impl Fn(&[(&'static str, u64)]) + Send + Sync + use<> {
        let profiler = self.profiler.clone();
        move |facts| {
            for (key, value) in facts {
                if let Some(profiler) = &profiler {
                    profiler.annotate(key, *value);
                }
            }
        }
    }

    /// Writes the profiles. The command's own output is to be written before.
    pub(crate) fn finish(self) {
        if let Some(profiler) = self.profiler {
            profiler.log_metrics("shutdown");
            profiler.stop();
        }
    }
}

fn tell(report: &ProfileReport, quiet: bool, messages: &Messages) {
    for warning in report.warnings() {
        messages.warn(warning);
    }
    for file in report.files().iter().filter(|_| !quiet) {
        messages.note(format_args!(
            "wrote {} profile {}",
            file.kind(),
            file.path().display()
        ));
    }
}

/// What comes through the `log` facade, which is what the profiling library has to say.
#[derive(Debug)]
struct StderrLog(Messages);

impl log::Log for StderrLog {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::Level::Info
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.note(record.args());
        }
    }

    fn flush(&self) {}
}

/// Prints log records from now on; the first caller's messages stay.
fn print_log(messages: Messages) {
    static LOG: OnceLock<StderrLog> = OnceLock::new();
    if log::set_logger(LOG.get_or_init(|| StderrLog(messages))).is_ok() {
        log::set_max_level(log::LevelFilter::Info);
    }
}
