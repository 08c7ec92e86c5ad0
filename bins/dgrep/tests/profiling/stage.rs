//! A directory of its own for every test, and the program at work in it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::outcome::Outcome;

/// Longest time any run may take; only a hanging program reaches it.
const HANGING: Duration = Duration::from_secs(60);

/// A directory that goes away with the test.
pub(crate) struct Stage {
    directory: TempDir,
}

/// What standard input holds.
pub(crate) enum Input {
    /// This, and then the end.
    Text(Vec<u8>),
    /// This, and then nothing, but no end either.
    Held(&'static [u8]),
    /// This over and over, as long as somebody reads.
    Endless(Vec<u8>),
}

/// What becomes of standard output.
pub(crate) enum Output {
    /// It is read to its end.
    Collected,
    /// Nobody reads it, but the pipe is open.
    Unread,
    /// The first line is read, and the pipe closed.
    FirstLine,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        Stage {
            directory: TempDir::new().expect("a temporary directory can be made"),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("the test's own directory is writable");
    }

    /// dgrep with these arguments.
    pub(crate) fn dgrep(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_dgrep"));
        command.args(args);
        command
    }

    /// A shell in which `$DGREP` is the program.
    pub(crate) fn shell(&self, script: &str) -> Command {
        let mut command = self.command("sh");
        command
            .args(["-c", script])
            .env("DGREP", env!("CARGO_BIN_EXE_dgrep"));
        command
    }

    /// A program in this directory. A signal that this test was started with as ignored, as under
    /// nohup or in a background job, has its default effect again.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(if resets_signals() { "env" } else { program });
        if resets_signals() {
            command.args(["--default-signal=INT,TERM,HUP,PIPE,XFSZ", program]);
        }
        command.current_dir(self.directory.path());
        command
    }

    /// Runs to the end, without input.
    pub(crate) fn run(&self, command: Command) -> Outcome {
        self.start(command, Input::Text(Vec::new()), Output::Collected)
            .finish()
    }

    pub(crate) fn start(&self, mut command: Command, input: Input, output: Output) -> Running<'_> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .expect("the program under test can be started");
        let stdin = child.stdin.take().expect("standard input is a pipe");
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let stderr = child.stderr.take().expect("standard error is a pipe");
        let (first_line, announced) = channel();
        Running {
            stage: self,
            command: format!("{command:?}"),
            child,
            announced,
            stdin: feed(stdin, input),
            stdout: read_output(stdout, output),
            stderr: spawn(move || {
                let mut text = String::new();
                let mut stderr = BufReader::new(stderr);
                let _ = stderr.read_line(&mut text);
                let _ = first_line.send(());
                let _ = stderr.read_to_string(&mut text);
                text
            }),
        }
    }

    fn listing(&self) -> String {
        let mut lines = Vec::new();
        list(self.directory.path(), self.directory.path(), &mut lines);
        lines.sort();
        lines.join("\n")
    }
}

fn list(root: &Path, directory: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let size = entry.metadata().map_or(0, |metadata| metadata.len());
        lines.push(format!(
            "  {} {size}",
            path.strip_prefix(root).unwrap_or(&path).display()
        ));
        if path.is_dir() {
            list(root, &path, lines);
        }
    }
}

/// Whether `env` can give signals their default effect.
fn resets_signals() -> bool {
    let probe = Command::new("env")
        .args(["--default-signal=INT", "true"])
        .output();
    probe.is_ok_and(|output| output.status.success())
}

/// An open standard input is kept as long as the result.
fn feed(mut stdin: ChildStdin, input: Input) -> Option<ChildStdin> {
    match input {
        Input::Held(text) => {
            stdin
                .write_all(text)
                .expect("a little text fits into the pipe");
            return Some(stdin);
        }
        Input::Text(text) => {
            spawn(move || stdin.write_all(&text));
        }
        Input::Endless(text) => {
            spawn(move || while stdin.write_all(&text).is_ok() {});
        }
    }
    None
}

/// The pipe stays open until the result is asked for.
enum Reading {
    Thread(JoinHandle<Vec<u8>>),
    Unread(ChildStdout),
}

fn read_output(stdout: ChildStdout, output: Output) -> Reading {
    match output {
        Output::Unread => Reading::Unread(stdout),
        Output::Collected => Reading::Thread(spawn(move || read_all(stdout))),
        Output::FirstLine => Reading::Thread(spawn(move || {
            let mut line = Vec::new();
            let _ = BufReader::new(stdout).read_until(b'\n', &mut line);
            line
        })),
    }
}

/// Everything in the pipe up to its end, or up to an error.
fn read_all(mut stdout: ChildStdout) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stdout.read_to_end(&mut bytes);
    bytes
}

/// A program at work.
pub(crate) struct Running<'stage> {
    stage: &'stage Stage,
    command: String,
    child: Child,
    /// Told of the first line on standard error, or of its end.
    announced: Receiver<()>,
    stdin: Option<ChildStdin>,
    stdout: Reading,
    stderr: JoinHandle<String>,
}

impl Running<'_> {
    /// Waits for the first line on standard error: with profiling on, the profiler is up by then.
    pub(crate) fn await_profiler(&self) {
        self.announced
            .recv_timeout(HANGING)
            .expect("the profiler announces itself");
    }

    /// Waits until the program waits for a pipe, as far as that can be seen from outside.
    pub(crate) fn await_blocked(&self) {
        let mut sleeping = 0;
        while sleeping < 5 {
            sleeping = if self.stat(0) == "S" { sleeping + 1 } else { 0 };
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the program has worked for some hundred milliseconds more.
    pub(crate) fn await_work(&self) {
        const TICKS: u64 = 40; // of 10 ms
        let ticks = || {
            self.stat(11)
                .parse::<u64>()
                .expect("the program still runs")
        };
        let start = ticks();
        while ticks() < start + TICKS {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A field of `/proc/PID/stat`, counted from the one behind the name: 0 is the state of the main
    /// thread, 11 the time in user mode of all threads. The name may hold blanks.
    fn stat(&self, field: usize) -> String {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("the kernel tells of its processes");
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        fields.split(' ').nth(field).unwrap_or_default().to_owned()
    }

    /// Sends a signal by its name, as in `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.is_ok_and(|status| status.success()), "{kill}");
    }

    /// Ends the input that was held open.
    pub(crate) fn end_input(&mut self) {
        self.stdin = None;
    }

    /// Waits for the end. A program that hangs is killed, and shows as killed.
    pub(crate) fn finish(mut self) -> Outcome {
        let status = self.await_end();
        self.stdin = None;
        let stdout = match self.stdout {
            Reading::Thread(thread) => thread.join().expect("reading does not panic"),
            Reading::Unread(stdout) => read_all(stdout),
        };
        Outcome {
            command: self.command,
            status,
            stdout,
            stderr: self.stderr.join().expect("reading does not panic"),
            listing: self.stage.listing(),
        }
    }

    fn await_end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                return status;
            }
            if start.elapsed() > HANGING {
                self.child.kill().expect("the child is ours");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
