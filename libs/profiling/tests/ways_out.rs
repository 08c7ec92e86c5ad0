//! However a process ends, its profile is complete; and children leave it alone.
//!
//! Each case runs this test binary again as a child, which is told by the environment what to do.

#![allow(clippy::exit, reason = "a child of the test must end in every way")]

mod support;

use std::env;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use dtail_profiling::Profiler;
use support::{burn_cpu, samples, sum};

const WAY: &str = "DTAIL_TEST_WAY_OUT";
const DIRECTORY: &str = "DTAIL_TEST_DIRECTORY";

/// After this a child hangs, however busy the machine is. It is well beyond the 20 s of a child that no
/// signal ends.
const HANG_LIMIT: Duration = Duration::from_secs(300);

/// CPU time of a child before it ends. All of it is in the profile, with a stack or without: of a machine with
/// much else to do, its thread may see no tick.
const WORK: Duration = Duration::from_millis(200);

/// In the child's directory: its profiles, and a file that says that it has burned some CPU time.
const PROFILES: &str = "profiles";
const READY: &str = "ready";

/// The child. Does nothing when the tests run it themselves.
#[test]
fn child() {
    let (Some(way), Some(directory)) = (env::var_os(WAY), env::var_os(DIRECTORY)) else {
        return;
    };
    let directory = PathBuf::from(directory);
    let builder = Profiler::builder("child")
        .dir(directory.join(PROFILES))
        .stop_on_signals(true);
    let profiler = builder.cpu(true).cpu_rate_hz(1000).start().unwrap();
    burn_cpu(WORK, busy);
    fs::write(directory.join(READY), "").unwrap();
    match way.to_str().unwrap() {
        "exit" => process::exit(7),
        "leak" => {
            std::mem::forget(profiler);
            process::exit(0);
        }
        "panic" => panic!("as the test wants"),
        "command" => {
            let status = Command::new("sh")
                .args(["-c", "exec sleep 0.01"])
                .status()
                .unwrap();
            assert!(status.success());
            drop(profiler);
            process::exit(0);
        }
        "work" => burn_cpu(Duration::from_secs(20), busy),
        "read" => drop(std::io::stdin().lines().next()),
        way => panic!("no such way: {way}"),
    }
}

#[inline(never)]
fn busy() {
    black_box((0..1000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
}

/// A child that starts as from a terminal, even where this test was started with signals ignored, as
/// under nohup or in a background job: a signal that is ignored at the start stays so.
fn with_default_signals(program: &Path) -> Command {
    const SIGNALS: &str = "--default-signal=INT,TERM,HUP";
    let probe = Command::new("env").args([SIGNALS, "true"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return Command::new(program);
    }
    let mut command = Command::new("env");
    command.arg(SIGNALS).arg(program);
    command
}

/// Asks until there is an answer.
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + HANG_LIMIT;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "no {what} after {HANG_LIMIT:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

struct Child {
    directory: tempfile::TempDir,
    process: process::Child,
}

impl Child {
    fn start(way: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let process = with_default_signals(&env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(WAY, way)
            .env(DIRECTORY, directory.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { directory, process }
    }

    /// Waits until there is something to profile.
    fn ready(self) -> Self {
        let path = self.directory.path().join(READY);
        wait_for("work", || path.exists().then_some(()));
        self
    }

    fn kill(self, signal: &str) -> Self {
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        self
    }

    /// Exactly one profile, whole, with the work in it.
    fn check(mut self, expected: impl Fn(ExitStatus) -> bool) {
        // Waiting would close the pipe, and with it end a child that reads from it.
        let _pipe = self.process.stdin.take();
        let status = wait_for("end", || self.process.try_wait().unwrap());
        assert!(expected(status), "{status}");
        let files = files(&self.directory.path().join(PROFILES));
        assert_eq!(files.len(), 1, "{files:?}");
        let all = samples(&support::read_path(&files[0]));
        let nanos = sum(&all, 1, |_| true);
        assert!(nanos >= WORK.as_nanos() as i64, "{all:?}");
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect()
}

#[cfg(target_os = "linux")]
fn died_of(status: ExitStatus, signal: i32) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(signal)
}

#[test]
fn exit_writes_the_profile_and_keeps_the_status() {
    Child::start("exit").check(|status| status.code() == Some(7));
}

#[test]
fn exit_writes_the_profile_of_a_profiler_that_is_never_dropped() {
    Child::start("leak").check(|status| status.code() == Some(0));
}

#[test]
fn a_panic_writes_the_profile() {
    Child::start("panic").check(|status| status.code() == Some(101));
}

#[test]
fn a_command_that_is_run_leaves_the_profile_alone() {
    Child::start("command").check(|status| status.code() == Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn signals_write_the_profile_and_end_the_process() {
    for (name, number) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1)] {
        Child::start("work")
            .ready()
            .kill(name)
            .check(|status| died_of(status, number));
        Child::start("read")
            .ready()
            .kill(name)
            .check(|status| died_of(status, number));
    }
}
