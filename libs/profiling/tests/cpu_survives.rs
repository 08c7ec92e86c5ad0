//! What programs do while they are profiled must neither break them nor the profile: threads with the
//! smallest stacks, panics, children, libraries that come and go, other handlers of the signal, starting
//! and stopping. `DTAIL_STORM_SECONDS` makes the storm last longer than CI's few seconds.

mod support;

use std::env;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::hint::black_box;
use std::panic;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dtail_profiling::Profiler;
use support::{NamedSample, cpu_profile, samples, sum};

// SAFETY: the declarations are those of the C library that std links.
unsafe extern "C" {
    fn dlopen(name: *const c_char, flags: c_int) -> *mut c_void;
    fn dlclose(library: *mut c_void) -> c_int;
    fn signal(signal: c_int, handler: usize) -> usize;
    fn raise(signal: c_int) -> c_int;
}

const RTLD_NOW: c_int = 2;
const SIGPROF: c_int = 27;

static FOREIGN: AtomicU32 = AtomicU32::new(0);

extern "C" fn foreign_handler(_signal: c_int) {
    FOREIGN.fetch_add(1, Ordering::Relaxed);
}

#[inline(never)]
fn work() {
    black_box((0..3_000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
}

#[inline(never)]
fn deep(levels: u32) -> u64 {
    if levels == 0 {
        work();
        return 1;
    }
    black_box(deep(levels - 1)) + 1
}

fn panics_are_caught() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    for _ in 0..20 {
        let caught = panic::catch_unwind(|| {
            work();
            panic!("expected");
        });
        assert!(caught.is_err());
    }
    panic::set_hook(hook);
}

fn small_threads() {
    for _ in 0..8 {
        let thread = thread::Builder::new()
            .stack_size(0)
            .spawn(|| (0..50).for_each(|_| work()));
        thread.unwrap().join().unwrap();
    }
}

fn libraries_come_and_go() {
    for name in [c"libm.so.6", c"libresolv.so.2"] as [&CStr; 2] {
        // SAFETY: the name is a C string, and a library that was found is closed once.
        unsafe {
            let library = dlopen(name.as_ptr(), RTLD_NOW);
            work();
            if !library.is_null() {
                dlclose(library);
            }
        }
    }
}

fn children_run() {
    let script = "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done";
    let status = Command::new("sh").args(["-c", script]).status().unwrap();
    assert!(status.success(), "{status}");
}

fn storm(time: Duration) {
    let end = Instant::now() + time;
    thread::scope(|scope| {
        for part in [small_threads, libraries_come_and_go, children_run] as [fn(); 3] {
            scope.spawn(move || {
                while Instant::now() < end {
                    part();
                }
            });
        }
        while Instant::now() < end {
            panics_are_caught();
            black_box(deep(300));
        }
    });
}

fn a_storm_leaves_a_whole_profile() {
    let seconds = env::var("DTAIL_STORM_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(3));
    let taken = cpu_profile(2000, || storm(time));
    let all = samples(&taken.profile);
    let truncated = sum(&all, 0, |s| {
        s.frames.last().is_some_and(|f| f == "[truncated stack]")
    });
    assert!(truncated > 0, "300 levels are deeper than what is kept");
    // A library that was loaded since the last look at what is loaded has no rules yet, and neither
    // have the last instructions of an unwinder that has already restored the registers.
    let lost = |s: &&NamedSample| s.frames.last().is_some_and(|f| f == "[unwind failed]");
    let broken: Vec<&NamedSample> = all.iter().filter(lost).collect();
    let periods: i64 = broken.iter().map(|s| s.values[0]).sum();
    assert!(periods * 25 <= sum(&all, 0, |_| true), "{broken:#?}");
    assert_eq!(taken.report.warnings(), [""; 0]);
}

fn another_handler_is_called_for_its_own_signals() {
    let before = FOREIGN.load(Ordering::Relaxed);
    // SAFETY: only sends a signal that has a handler.
    unsafe { raise(SIGPROF) };
    assert_eq!(FOREIGN.load(Ordering::Relaxed), before + 1);
}

fn a_handler_that_takes_the_signal_is_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let profiler = Profiler::builder("test")
        .dir(directory.path())
        .cpu(true)
        .start()
        .unwrap();
    // SAFETY: the handler only counts.
    unsafe { signal(SIGPROF, foreign_handler as *const () as usize) };
    let report = profiler.stop();
    assert!(
        report.warnings().iter().any(|w| w.contains("SIGPROF")),
        "{:?}",
        report.warnings()
    );
}

fn many_starts_and_stops() {
    let directory = tempfile::tempdir().unwrap();
    for _ in 0..200 {
        let builder = Profiler::builder("test")
            .dir(directory.path())
            .cpu(true)
            .cpu_rate_hz(2000);
        let profiler = builder
            .symbolize(dtail_profiling::Symbolize::None)
            .start()
            .unwrap();
        work();
        assert_eq!(profiler.stop().warnings(), [""; 0]);
    }
}

// One test, in this order: the first handler must be there before the profiler's.
#[test]
fn a_profiled_program_survives_what_programs_do() {
    // SAFETY: the handler only counts.
    unsafe { signal(SIGPROF, foreign_handler as *const () as usize) };
    a_storm_leaves_a_whole_profile();
    another_handler_is_called_for_its_own_signals();
    many_starts_and_stops();
    a_handler_that_takes_the_signal_is_a_warning();
}
