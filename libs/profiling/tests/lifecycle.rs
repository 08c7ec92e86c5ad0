//! Starting, stopping, and what is refused.

mod support;

use std::fs;
use std::hint::black_box;
use std::time::Duration;

use dtail_profiling::{ErrorKind, Kind, Profiler, Symbolize};
use support::{burn_cpu, fact};

// One test: profiles of the CPU are taken one at a time in a process.
#[test]
fn a_profiler_starts_and_stops_and_says_what_it_cannot() {
    nothing_asked_nothing_done();
    a_second_cpu_profile_is_refused();
    stopping_twice_gives_the_same_report();
    a_directory_that_cannot_be_made_is_an_error();
    bad_names_and_rates_are_errors();
    drop_writes_and_many_times_works();
    names_are_looked_up_as_far_as_asked_for();
}

fn nothing_asked_nothing_done() {
    let directory = tempfile::tempdir().unwrap();
    let profiler = Profiler::builder("test")
        .dir(directory.path().join("made"))
        .start()
        .unwrap();
    assert!(profiler.stop().files().is_empty());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

fn a_second_cpu_profile_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let first = Profiler::builder("test")
        .dir(directory.path())
        .cpu(true)
        .start()
        .unwrap();
    let second = Profiler::builder("test")
        .dir(directory.path())
        .cpu(true)
        .start()
        .unwrap_err();
    assert!(matches!(second.kind(), ErrorKind::Cpu(_)), "{second}");
    assert!(
        second.to_string().contains("already being taken"),
        "{second}"
    );
    assert_eq!(first.stop().files().len(), 1);
    assert_eq!(
        fs::read_dir(directory.path()).unwrap().count(),
        1,
        "the refused run left a file"
    );
}

fn stopping_twice_gives_the_same_report() {
    let directory = tempfile::tempdir().unwrap();
    let profiler = Profiler::builder("test")
        .dir(directory.path())
        .cpu(true)
        .start()
        .unwrap();
    profiler.annotate("lines", 42);
    profiler.annotate("lines", 43);
    let (first, second) = (profiler.stop(), profiler.stop());
    assert_eq!(first.files(), second.files());
    let profile = support::read_path(first.files()[0].path());
    assert_eq!(fact(&profile, "lines").as_deref(), Some("43"));
    for key in [
        "version",
        "command",
        "host",
        "pid",
        "rustc",
        "build_profile",
        "opt_level",
        "cpu_rate_hz",
        "signals",
        "cpu_seconds",
    ] {
        assert!(
            fact(&profile, key).is_some_and(|value| !value.is_empty()),
            "{key}"
        );
    }
    let shown = profile.comments.iter().map(|id| profile.text(*id));
    let shown: Vec<&str> = shown.filter(|comment| !comment.starts_with('#')).collect();
    assert!(
        matches!(shown[..], [line] if line.starts_with("sampled ") && line.contains(" s CPU in ")),
        "{shown:?}"
    );
    // The tests run with the profile that the library was built with: dev, without optimisation, or release.
    let opt_level = if cfg!(debug_assertions) { "0" } else { "3" };
    assert_eq!(fact(&profile, "opt_level").as_deref(), Some(opt_level));
    assert_eq!(fact(&profile, "allocator"), None, "no allocator is wrapped");
}

fn a_directory_that_cannot_be_made_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let directory = file.path().join("profiles");
    let error = Profiler::start("test", &directory).unwrap_err();
    assert!(
        error.to_string().contains(&directory.display().to_string()),
        "{error}"
    );
}

fn bad_names_and_rates_are_errors() {
    for tool in ["", "a/b"] {
        let error = Profiler::builder(tool).cpu(true).start().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::ToolName(_)));
    }
    let directory = tempfile::tempdir().unwrap();
    for rate in [0, 10_001] {
        let builder = Profiler::builder("test").dir(directory.path()).cpu(true);
        let error = builder.cpu_rate_hz(rate).start().unwrap_err();
        assert!(error.to_string().contains(&format!("{rate} Hz")), "{error}");
    }
}

fn drop_writes_and_many_times_works() {
    let directory = tempfile::tempdir().unwrap();
    for _ in 0..20 {
        let profiler = Profiler::builder("test")
            .dir(directory.path())
            .cpu(true)
            .start()
            .unwrap();
        burn_cpu(Duration::from_millis(2), || {});
        drop(profiler);
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 20);
}

/// Whether the profile of some work has names and lines of the program's own code.
fn names_and_lines(symbolize: Symbolize) -> (bool, bool) {
    let directory = tempfile::tempdir().unwrap();
    let builder = Profiler::builder("test").dir(directory.path()).cpu(true);
    let profiler = builder
        .cpu_rate_hz(1000)
        .symbolize(symbolize)
        .start()
        .unwrap();
    burn_cpu(Duration::from_millis(300), || drop(black_box(vec![1; 10])));
    let profile = support::read(&profiler.stop(), &Kind::Cpu);
    let program = profile.mappings.first().expect("a program is mapped");
    assert_ne!(
        profile.text(program.build_id),
        "",
        "names can be looked up later"
    );
    let stacks = profile.samples.iter().flat_map(|sample| sample.stack);
    let lines: Vec<_> = stacks
        .filter(|id| {
            profile
                .locations
                .get(**id)
                .mapping
                .is_some_and(|m| m.index() == 0)
        })
        .flat_map(|id| profile.locations.lines(*id))
        .collect();
    (!lines.is_empty(), lines.iter().any(|line| line.line != 0))
}

fn names_are_looked_up_as_far_as_asked_for() {
    assert_eq!(names_and_lines(Symbolize::Full), (true, true));
    assert_eq!(names_and_lines(Symbolize::Symbols), (true, false));
    assert_eq!(names_and_lines(Symbolize::None), (false, false));
}
