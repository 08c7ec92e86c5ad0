//! A dtail that runs while the test changes its files.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// The program, its directory and its output.
pub(crate) struct Running {
    directory: tempfile::TempDir,
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    /// Starts dtail with `args` in a directory with these files. Hosts are called `host`.
    pub(crate) fn start(args: &[&str], files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a directory for the test");
        for (name, text) in files {
            fs::write(directory.path().join(name), text).expect("a file");
        }
        let stderr = File::create(directory.path().join("stderr")).expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_dtail"))
            .args(args)
            .current_dir(directory.path())
            .env_clear()
            .env("DTAIL_HOSTNAME_OVERRIDE", "host")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program starts");
        let output = child.stdout.take().expect("it was asked for");
        Running {
            directory,
            child,
            output: BufReader::new(output),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Adds `text` to a file, which is made when there is none.
    pub(crate) fn append(&self, name: &str, text: &str) {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path(name));
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.expect("a file to write to");
    }

    /// Cuts a file to its first `length` bytes.
    pub(crate) fn cut(&self, name: &str, length: u64) {
        let file = OpenOptions::new().write(true).open(self.path(name));
        let cut = file.and_then(|file| file.set_len(length));
        cut.expect("a file to cut");
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("a file to rename");
    }

    /// Waits for the next lines, which have to be these.
    #[track_caller]
    pub(crate) fn prints(&mut self, expected: &str) {
        let mut got = String::new();
        while got.len() < expected.len() {
            let read = self.output.read_line(&mut got).expect("lines are text");
            assert!(read > 0, "ended after {got:?}, {}", self.stderr());
        }
        assert_eq!(got, expected, "{}", self.stderr());
    }

    /// Waits for a line with this text in it.
    #[track_caller]
    pub(crate) fn prints_something_with(&mut self, text: &str) {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            let read = self.output.read_line(&mut line).expect("lines are text");
            assert!(read > 0, "ended without {text:?}, {}", self.stderr());
        }
    }

    /// Sends a signal by the name that `kill` takes.
    pub(crate) fn signal(&self, name: &str) {
        let number = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &number]).status();
        assert!(sent.expect("there is a kill").success());
    }

    /// Nobody reads the output any more.
    pub(crate) fn close_output(self) -> (Child, tempfile::TempDir) {
        (self.child, self.directory)
    }

    /// Waits for the end; gives the status, what was left of the output, and the directory.
    pub(crate) fn ends(mut self) -> (ExitStatus, String, tempfile::TempDir) {
        let mut rest = String::new();
        self.output
            .read_to_string(&mut rest)
            .expect("the output is text");
        let status = self.child.wait().expect("the program ends");
        (status, rest, self.directory)
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.path("stderr")).unwrap_or_default()
    }
}
