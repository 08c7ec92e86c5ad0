//! What became of a run, with everything needed to understand a failed test.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// A program that has ended.
pub(crate) struct Outcome {
    pub(crate) command: String,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    /// Files of the test's directory with their sizes, one a line.
    pub(crate) listing: String,
}

impl Outcome {
    /// Fails the test with everything known about the run.
    #[track_caller]
    pub(crate) fn require(&self, holds: bool, requirement: impl fmt::Display) -> &Outcome {
        assert!(holds, "{requirement}\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn require_status(&self, status: i32) -> &Outcome {
        self.require(
            self.status.code() == Some(status),
            format_args!("exit status {status}"),
        )
    }

    /// The program died of `signal`; a shell would show that as status 128 + `signal`.
    #[track_caller]
    pub(crate) fn require_signal(&self, signal: i32) -> &Outcome {
        self.require(
            self.status.signal() == Some(signal),
            format_args!("death by signal {signal}"),
        )
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stdout = String::from_utf8_lossy(&self.stdout);
        let start: String = stdout.chars().take(1000).collect();
        writeln!(f, "command: {}", self.command)?;
        writeln!(f, "status: {}", self.status)?;
        writeln!(f, "stdout ({} bytes):\n{start}", self.stdout.len())?;
        writeln!(f, "stderr:\n{}", self.stderr)?;
        write!(f, "directory:\n{}", self.listing)
    }
}
