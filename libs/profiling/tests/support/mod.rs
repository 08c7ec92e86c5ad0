//! What the tests of real profiles share: taking a profile, and reading it back by names.

#![allow(
    dead_code,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub
)]
#![allow(
    clippy::missing_panics_doc,
    reason = "each test file uses its own part of this"
)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use dtail_profile::Profile;
use dtail_profiling::{Kind, ProfileReport, Profiler, RuntimeMetrics};

/// A profile that was taken, with what the kernel says of the same time.
pub struct Taken {
    pub profile: Profile,
    pub rusage_cpu: Duration,
    pub report: ProfileReport,
}

/// Profiles the CPU while `work` runs.
pub fn cpu_profile(rate_hz: u32, work: impl FnOnce()) -> Taken {
    let directory = tempfile::tempdir().unwrap();
    let builder = Profiler::builder("test")
        .dir(directory.path())
        .cpu(true)
        .cpu_rate_hz(rate_hz);
    let profiler = builder.start().unwrap();
    let before = cpu_used();
    work();
    let rusage_cpu = cpu_used() - before;
    let report = profiler.stop();
    Taken {
        profile: read(&report, &Kind::Cpu),
        rusage_cpu,
        report,
    }
}

pub fn cpu_used() -> Duration {
    let now = RuntimeMetrics::now();
    now.user_cpu + now.system_cpu
}

/// The profile of this kind that `report` names.
pub fn read(report: &ProfileReport, kind: &Kind) -> Profile {
    let file = report
        .files()
        .iter()
        .find(|file| file.kind() == kind)
        .expect("a file of the kind");
    read_path(file.path())
}

pub fn read_path(path: &Path) -> Profile {
    Profile::decode(&fs::read(path).unwrap()).unwrap()
}

/// A sample by names: leaf first, inlined frames innermost first.
#[derive(Debug)]
pub struct NamedSample {
    pub frames: Vec<String>,
    pub values: Vec<i64>,
    /// Whether the leaf is in a library or the vDSO, not in the program.
    pub leaf_in_library: bool,
    /// The label of this key; empty without.
    pub thread: String,
}

pub fn samples(profile: &Profile) -> Vec<NamedSample> {
    let name = |line: &dtail_profile::Line| {
        profile
            .text(profile.function(line.function).name)
            .to_owned()
    };
    profile
        .samples
        .iter()
        .map(|sample| NamedSample {
            frames: sample
                .stack
                .iter()
                .flat_map(|location| match profile.locations.lines(*location) {
                    [] => vec![unnamed(profile, *location)],
                    lines => lines.iter().map(name).collect(),
                })
                .collect(),
            values: sample.values.to_vec(),
            leaf_in_library: is_in_library(profile, sample.stack),
            thread: thread_of(profile, sample.labels),
        })
        .collect()
}

fn thread_of(profile: &Profile, labels: &[dtail_profile::Label]) -> String {
    let label = labels
        .iter()
        .find(|label| profile.text(label.key) == "thread");
    label.map_or(String::new(), |label| profile.text(label.text).to_owned())
}

/// Whether the leaf of a stack is in a mapping that is not the first, which is the program.
fn is_in_library(profile: &Profile, stack: &[dtail_profile::LocationId]) -> bool {
    let leaf = stack
        .first()
        .and_then(|location| profile.locations.get(*location).mapping);
    leaf.is_some_and(|mapping| mapping.index() != 0)
}

/// An address without a name, with the file that it is in.
fn unnamed(profile: &Profile, location: dtail_profile::LocationId) -> String {
    let location = profile.locations.get(location);
    let file = location
        .mapping
        .map_or("?", |id| profile.text(profile.mapping(id).file));
    format!("{file}@{:#x}", location.address)
}

/// The value at `index` summed over the samples that `keep` takes.
pub fn sum(samples: &[NamedSample], index: usize, keep: impl Fn(&NamedSample) -> bool) -> i64 {
    samples
        .iter()
        .filter(|sample| keep(sample))
        .map(|sample| sample.values[index])
        .sum()
}

/// The comment `# dtail.KEY=...`.
pub fn fact(profile: &Profile, key: &str) -> Option<String> {
    let start = format!("# dtail.{key}=");
    let mut comments = profile
        .comments
        .iter()
        .map(|comment| profile.text(*comment));
    comments.find_map(|comment| comment.strip_prefix(&start).map(str::to_owned))
}

/// Tries with more and more time: bounds stay tight, and where the fewest samples leave room for chance,
/// the run gets longer. All failures are the test's.
pub fn with_longer_runs(first: Duration, attempt: impl Fn(Duration) -> Result<(), String>) {
    let mut time = first;
    let mut failures = Vec::new();
    for _ in 0..5 {
        match attempt(time) {
            Ok(()) => return,
            Err(failure) => failures.push(format!("{time:?}: {failure}")),
        }
        time *= 2;
    }
    panic!("{}", failures.join("\n"));
}

/// Keeps the calling thread at work until it has used this much CPU time, however long that takes: no
/// number of samples may depend on what else the machine does.
pub fn burn_cpu(time: Duration, mut work: impl FnMut()) {
    let end = cpu_of_thread() + time;
    while cpu_of_thread() < end {
        (0..50).for_each(|_| work());
    }
}

fn cpu_of_thread() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is valid for the write.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The number of signals that a profile rests on: never more than ticks of the kernel.
pub fn signals(profile: &Profile) -> u32 {
    fact(profile, "signals").unwrap().parse().unwrap()
}

/// The value at `index` summed over the samples that carry this label.
pub fn sum_of_label(profile: &Profile, index: usize, key: &str, value: &str) -> i64 {
    let carries = |label: &dtail_profile::Label| {
        profile.text(label.key) == key && profile.text(label.text) == value
    };
    let samples = profile
        .samples
        .iter()
        .filter(|sample| sample.labels.iter().any(carries));
    samples.map(|sample| sample.values[index]).sum()
}

/// The values that a label has in a profile.
pub fn label_values(profile: &Profile, key: &str) -> Vec<String> {
    let labels = profile.samples.iter().flat_map(|sample| sample.labels);
    let of_key = labels.filter(|label| profile.text(label.key) == key);
    let mut values: Vec<String> = of_key.map(|l| profile.text(l.text).to_owned()).collect();
    values.sort();
    values.dedup();
    values
}
