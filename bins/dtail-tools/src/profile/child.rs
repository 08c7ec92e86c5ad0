//! Running a program for a bounded time.

use std::{
    io::{self, Read},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a look at a running program waits for the next one.
const PAUSE: Duration = Duration::from_micros(500);

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The process it was.
    pub(crate) pid: u32,
    /// Its status; `None` when it was stopped because its time was over.
    pub(crate) status: Option<ExitStatus>,
    /// How long it ran.
    pub(crate) elapsed: Duration,
    /// What it wrote to standard error.
    pub(crate) messages: String,
}

/// Runs `command` for at most `limit`, without input, its output discarded.
pub(crate) fn run(command: &mut Command, limit: Duration) -> io::Result<Ended> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let pid = child.id();
    let mut stderr = child.stderr.take().expect("standard error was asked for");
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        // What could be read before an error is all there is to tell.
        drop(stderr.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let status = wait(&mut child, start, limit)?;
    let elapsed = start.elapsed();
    let messages = reader.join().unwrap_or_default();
    Ok(Ended {
        pid,
        status,
        elapsed,
        messages,
    })
}

fn wait(child: &mut Child, start: Instant, limit: Duration) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Ended {
        run(Command::new("sh").args(["-c", script]), limit).unwrap()
    }

    #[test]
    fn status_and_messages_are_those_of_the_program() {
        let ended = shell(
            "echo out; echo problem >&2; exit 3",
            Duration::from_secs(30),
        );
        assert_eq!(ended.status.unwrap().code(), Some(3));
        assert_eq!(ended.messages, "problem\n");
    }

    #[test]
    fn a_program_is_stopped_when_its_time_is_over() {
        let ended = shell("exec sleep 30", Duration::from_millis(50));
        assert_eq!(ended.status, None);
        assert!(ended.elapsed < Duration::from_secs(10));
    }

    #[test]
    fn a_missing_program_is_an_error() {
        assert!(
            run(
                &mut Command::new("/nonexistent/program"),
                Duration::from_secs(1)
            )
            .is_err()
        );
    }
}
