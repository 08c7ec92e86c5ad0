//! What every profile of a run says about the run: when, where, by what.

use std::env;
use std::process;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dtail_profile::ProfileBuilder;

use crate::heap;
use crate::sys::machine;

/// When a profile begins and how long it lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) start: SystemTime,
    pub(crate) duration: Duration,
}

impl Header {
    pub(crate) fn write(self, builder: &mut ProfileBuilder) {
        let since_1970 = self.start.duration_since(UNIX_EPOCH).unwrap_or_default();
        builder.time(nanos(since_1970), nanos(self.duration));
    }
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// Facts in the order in which they become comments. A later one of the same key replaces the earlier.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(Vec<(String, String)>);

impl Facts {
    /// What is known of every run. The command line may hold secrets and is left out unless asked for.
    pub(crate) fn of_process(with_command: bool) -> Self {
        let mut facts = Self::default();
        facts.set("version", env!("CARGO_PKG_VERSION"));
        if with_command {
            facts.set("command", command_line());
        }
        if let Some((host, kernel)) = machine::host_and_kernel() {
            facts.set("host", host);
            facts.set("kernel", kernel);
        }
        facts.set("pid", process::id());
        facts.set("os", env::consts::OS);
        facts.set(
            "cpus",
            thread::available_parallelism().map_or(1, usize::from),
        );
        if let Some(model) = machine::cpu_model() {
            facts.set("cpu_model", model);
        }
        facts.set("rustc", env!("DTAIL_RUSTC_VERSION"));
        facts.set("build_profile", env!("DTAIL_BUILD_PROFILE"));
        facts.set("opt_level", env!("DTAIL_OPT_LEVEL"));
        if let Some(allocator) = heap::inner_allocator() {
            let c = if cfg!(c_allocations) {
                ", and malloc of C code"
            } else {
                ""
            };
            facts.set("allocator", format!("{allocator}{c}"));
        }
        facts
    }

    /// Sets a fact. Line ends would break the comment and become blanks.
    pub(crate) fn set(&mut self, key: &str, value: impl ToString) {
        let value = value.to_string().replace(['\n', '\r'], " ");
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some(known) => known.1 = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Writes each fact as a comment that readers hide, and `line` as one that they show.
    pub(crate) fn write(&self, builder: &mut ProfileBuilder, line: &str) {
        if !line.is_empty() {
            builder.comment(line);
        }
        for (key, value) in &self.0 {
            builder.comment(&format!("# dtail.{key}={value}"));
        }
    }
}

fn command_line() -> String {
    let quoted = |argument: String| {
        let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
        let simple = !argument.is_empty() && argument.chars().all(plain);
        if simple {
            argument
        } else {
            format!("'{}'", argument.replace('\'', r"'\''"))
        }
    };
    let arguments = env::args_os().map(|argument| quoted(argument.to_string_lossy().into_owned()));
    arguments.collect::<Vec<_>>().join(" ")
}
