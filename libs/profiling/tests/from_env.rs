//! Profiling that the environment asks for.
//!
//! Each case runs this test binary again as a child: `DTAIL_PROFILE` says what to profile, another
//! variable what to do meanwhile.

#![allow(clippy::exit, reason = "a child of the test must end in every way")]
#![allow(clippy::print_stderr, reason = "a child tells its parent")]

mod support;

use std::env;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{self, Command, Output};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use dtail_profiling::{Profiler, ProfilingAllocator};
use support::{burn_cpu, fact, label_values, read_path};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

const WORK: &str = "DTAIL_TEST_WORK";

/// The exit status of a child that could not be profiled.
const REFUSED: i32 = 9;

/// The child. Does nothing when the tests run it themselves.
#[test]
fn child() {
    let Some(work) = env::var_os(WORK) else {
        return;
    };
    match work.to_str().unwrap() {
        "drop" => drop(profiled(busy)),
        "exit" => {
            let _profiler = profiled(busy);
            process::exit(0);
        }
        "together" => together(),
        "in turn" => (0..2).for_each(|_| drop(profiled(busy))),
        "stopped" => {
            let first = profiled(busy).unwrap();
            assert_eq!(first.stop().files().len(), 1);
            drop(profiled(busy));
            drop(first);
        }
        "beside another" => {
            let _other = Profiler::builder("other").dir("other").cpu(true).start();
            drop(profiled(busy));
        }
        "unset" => assert!(profiled(busy).is_none()),
        work => panic!("no such work: {work}"),
    }
    process::exit(0);
}

fn profiled(work: impl Fn()) -> Option<Profiler> {
    let profiler = Profiler::from_env("work").unwrap_or_else(|error| {
        eprintln!("{error}");
        process::exit(REFUSED);
    });
    work();
    profiler
}

/// At least some ten ticks of the kernel, however slow they are.
fn busy() {
    burn_cpu(Duration::from_millis(200), || {
        black_box((0..1000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
    });
}

/// As the tests of a crate: threads that know nothing of one another. They work in turn, so that each
/// gets its time.
fn together() {
    let _first = profiled(|| {});
    let turn = Mutex::new(());
    thread::scope(|scope| {
        for name in ["one", "two", "three"] {
            let test = || {
                let _profiler = profiled(|| {});
                let _own_turn = turn.lock().unwrap();
                busy();
            };
            let thread = thread::Builder::new().name(name.to_owned());
            thread.spawn_scoped(scope, test).unwrap();
        }
    });
}

struct Ran {
    directory: tempfile::TempDir,
    output: Output,
}

impl Ran {
    /// Runs the child in a directory of its own, with this value of the variable.
    fn child(work: &str, value: Option<&str>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .current_dir(directory.path())
            .env(WORK, work)
            .env_remove("DTAIL_PROFILE");
        command.envs(value.map(|value| ("DTAIL_PROFILE", value)));
        let output = command.output().unwrap();
        Self { directory, output }
    }

    fn messages(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    /// The files below `directory`, in the order of their names.
    fn files(&self, directory: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.directory.path().join(directory));
        let entries = entries.into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.sort();
        files
    }

    /// The kinds of profile that the file names below `directory` state.
    fn kinds(&self, directory: &str) -> Vec<String> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let names = self.files(directory).iter().map(name).collect::<Vec<_>>();
        let kind = |name: &String| name.split('_').nth(1).unwrap().to_owned();
        assert!(
            names.iter().all(|name| name.starts_with("work_")),
            "{names:?}"
        );
        names.iter().map(kind).collect()
    }
}

#[track_caller]
fn check(work: &str, value: &str, directory: &str, kinds: &[&str]) -> Ran {
    let ran = Ran::child(work, Some(value));
    assert_eq!(ran.kinds(directory), kinds, "{}", ran.messages());
    let written = ran.messages().matches("work: wrote ").count();
    assert_eq!(written, kinds.len(), "{}", ran.messages());
    ran
}

#[test]
fn kinds_and_directory_are_those_of_the_variable() {
    check("drop", "cpu:p", "p", &["cpu"]);
    check("drop", "mem:a/b", "a/b", &["alloc", "mem", "peak"]);
    check("drop", "cpu,mem:p", "p", &["alloc", "cpu", "mem", "peak"]);
    check("drop", "cpu", "profiles", &["cpu"]);
}

#[test]
fn rates_are_those_of_the_variable() {
    let ran = check(
        "drop",
        "cpu=250,mem=4096:p",
        "p",
        &["alloc", "cpu", "mem", "peak"],
    );
    for file in ran.files("p") {
        let profile = read_path(&file);
        assert_eq!(fact(&profile, "cpu_rate_hz").as_deref(), Some("250"));
        assert_eq!(fact(&profile, "memory_rate_bytes").as_deref(), Some("4096"));
    }
}

#[test]
fn without_the_variable_nothing_happens() {
    for value in [None, Some("")] {
        let ran = Ran::child("unset", value);
        assert!(ran.output.status.success(), "{}", ran.messages());
        assert!(ran.files(".").is_empty(), "{:?}", ran.files("."));
        assert_eq!(ran.messages(), "");
    }
}

#[test]
fn a_handle_that_is_alive_at_the_end_loses_nothing() {
    check("exit", "cpu:p", "p", &["cpu"]);
}

#[test]
fn handles_of_the_same_time_share_a_run() {
    let ran = check("together", "cpu=1000:p", "p", &["cpu"]);
    let profile = read_path(&ran.files("p")[0]);
    let threads = label_values(&profile, "thread");
    for name in ["one", "two", "three"] {
        assert!(threads.contains(&name.to_owned()), "{threads:?}");
    }
}

#[test]
fn later_handles_have_runs_of_their_own() {
    check("in turn", "cpu:p", "p", &["cpu", "cpu"]);
    check("stopped", "cpu:p", "p", &["cpu", "cpu"]);
}

#[test]
fn what_cannot_be_started_is_a_warning_as_long_as_something_can() {
    let ran = check(
        "beside another",
        "cpu,mem:p",
        "p",
        &["alloc", "mem", "peak"],
    );
    let messages = ran.messages();
    let warning = "work: cannot take a CPU profile: ";
    assert!(messages.contains(warning), "{messages}");
}

#[track_caller]
fn check_refused(value: &str, expected: &str) {
    let ran = Ran::child("drop", Some(value));
    assert_eq!(ran.output.status.code(), Some(REFUSED));
    assert_eq!(ran.messages(), format!("{expected}\n"));
    assert!(ran.files(".").is_empty(), "{:?}", ran.files("."));
}

#[test]
fn what_cannot_be_done_is_an_error() {
    check_refused(
        "heap:p",
        "DTAIL_PROFILE=heap:p: there is no kind of profile \"heap\", but cpu and mem \
         (the form is DTAIL_PROFILE=cpu,mem:DIR)",
    );
    check_refused(
        "cpu:/proc/p",
        "cannot use profile directory /proc/p: No such file or directory (os error 2)",
    );
}
