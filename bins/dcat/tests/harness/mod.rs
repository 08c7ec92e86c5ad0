//! Runs one program in a directory of its own and compares what comes out with what should.
//!
//! A difference panics with the command, its status, both outputs and the files of the directory.
//! The programs share this file, and no program needs all of it.

#![allow(dead_code)]

pub(crate) mod changing;
pub(crate) mod documentation;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{fs, thread};

/// A program, the directory it runs in, and how it is started.
pub(crate) struct Harness {
    program: PathBuf,
    directory: tempfile::TempDir,
    environment: Vec<(&'static str, &'static str)>,
}

/// What a run gave, and all one wants to know when that was wrong.
pub(crate) struct Outcome {
    status: Option<i32>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    account: String,
}

impl Harness {
    /// `program` is the `CARGO_BIN_EXE_` path of the program under test. Hosts are called `host`.
    pub(crate) fn new(program: &str) -> Self {
        Harness {
            program: program.into(),
            directory: tempfile::tempdir().expect("a directory for the test"),
            environment: vec![("DTAIL_HOSTNAME_OVERRIDE", "host.example.org")],
        }
    }

    /// With this variable set.
    pub(crate) fn environment(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    /// With this file in the directory.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file has a parent")).expect("a directory");
        fs::write(path, content).expect("a file");
        self
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The program with `args`, separated by blanks, in its directory and with nothing else in its
    /// environment.
    pub(crate) fn command(&self, args: &str) -> Command {
        self.command_of(args.split_whitespace())
    }

    /// The program with these `words` as its arguments, blanks and all.
    pub(crate) fn command_of(&self, words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words);
        command
            .current_dir(self.path())
            .env_clear()
            .envs(self.environment.iter().copied());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it with `args` and no input.
    pub(crate) fn run(&self, args: &str) -> Outcome {
        self.outcome(self.command(args), b"")
    }

    /// Runs it with `args` and `input` on a pipe.
    pub(crate) fn run_with(&self, args: &str, input: impl AsRef<[u8]>) -> Outcome {
        let mut command = self.command(args);
        command.stdin(Stdio::piped());
        self.outcome(command, input.as_ref())
    }

    /// Runs it with these `words` as its arguments and `input` on a pipe.
    pub(crate) fn run_words(&self, words: &[&str], input: impl AsRef<[u8]>) -> Outcome {
        let mut command = self.command_of(words);
        command.stdin(Stdio::piped());
        self.outcome(command, input.as_ref())
    }

    fn outcome(&self, mut command: Command, input: &[u8]) -> Outcome {
        let mut child = command.spawn().expect("the program starts");
        let (stdin, input) = (child.stdin.take(), input.to_vec());
        let feeder = thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(&input)));
        let output = child.wait_with_output().expect("the program ends");
        feeder.join().expect("feeding never panics");
        self.told(&command, output)
    }

    fn told(&self, command: &Command, output: Output) -> Outcome {
        let account = format!(
            "\ncommand: {command:?}\nin: {}\nstatus: {}\nstdout: {}\nstderr: {}\nfiles: {}\n",
            self.path().display(),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
            listing(self.path()).join(" "),
        );
        Outcome {
            status: output.status.code(),
            stdout: output.stdout,
            stderr: output.stderr,
            account,
        }
    }
}

impl Outcome {
    /// Exactly this came out: status, standard output and standard error.
    #[track_caller]
    pub(crate) fn is(self, status: i32, stdout: impl AsRef<[u8]>, stderr: &str) -> Self {
        assert_eq!(self.status, Some(status), "status{}", self.account);
        let same = self.stdout == stdout.as_ref();
        assert!(
            same,
            "wanted {:?}{}",
            String::from_utf8_lossy(stdout.as_ref()),
            self.account
        );
        assert_eq!(self.stderr_text(), stderr, "stderr{}", self.account);
        self
    }

    /// The text that the program printed, and nothing else, because it was asked to with `flag`.
    #[track_caller]
    pub(crate) fn is_printed(&self, flag: &str) -> String {
        let is_printed = self.status == Some(0) && self.stderr.is_empty();
        assert!(is_printed, "{flag}{}", self.account);
        self.stdout_text()
    }

    /// Standard error.
    pub(crate) fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output.
    pub(crate) fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Panics with `what` and the account of the run unless `condition` holds.
    #[track_caller]
    pub(crate) fn holds(&self, condition: bool, what: &str) {
        assert!(condition, "{what}{}", self.account);
    }
}

/// The files below `directory`, sorted.
pub(crate) fn listing(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => listing(&path),
            path => vec![path.display().to_string()],
        })
        .collect();
    names.sort_unstable();
    names
}
