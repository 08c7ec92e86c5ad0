//! What programs do while they are profiled must neither break them nor the profile: threads with the
//! smallest stacks, with alternate stacks, without pthread; panics, children, libraries that come and go,
//! system calls that a signal may interrupt, other handlers of the signal, starting and stopping.
//!
//! `DTAIL_STORM_SECONDS` makes the storm last longer than CI's few seconds; with `--nocapture` it says what
//! it did.

#![allow(clippy::print_stdout, reason = "a storm tells what it did")]

mod support;

use std::env;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs::File;
use std::hint::black_box;
use std::io::{Error, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::panic;
use std::process::Command;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dtail_profiling::Profiler;
use support::{NamedSample, cpu_profile, cpu_used, samples, sum, with_longer_runs};

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

/// A handler on the thread's alternate stack is sampled there, up to where that stack ends.
fn alternate_stacks() {
    extern "C" fn works(_signal: c_int) {
        (0..200).for_each(|_| work());
    }
    static STACK: Mutex<[u8; 128 * 1024]> = Mutex::new([0; 128 * 1024]);
    let uses_one = || {
        let mut stack = STACK.lock().unwrap();
        // SAFETY: the stack stays as long as it is in force, and the handler only works.
        unsafe {
            let alternate = libc::stack_t {
                ss_sp: stack.as_mut_ptr().cast(),
                ss_flags: 0,
                ss_size: stack.len(),
            };
            let mut before: libc::stack_t = std::mem::zeroed();
            assert_eq!(libc::sigaltstack(&alternate, &mut before), 0);
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = works as *const () as usize;
            action.sa_flags = libc::SA_ONSTACK;
            libc::sigaction(libc::SIGUSR1, &action, ptr::null_mut());
            libc::raise(libc::SIGUSR1);
            assert_eq!(libc::sigaltstack(&before, ptr::null_mut()), 0);
        }
    };
    thread::spawn(uses_one).join().unwrap();
}

static CLONE_HAS_ENDED: AtomicU32 = AtomicU32::new(0);

#[inline(never)]
fn in_raw_clone() {
    (0..100).for_each(|_| work());
}

/// Runs without thread-local storage of its own, so it must not do more than this.
extern "C" fn raw_clone(rounds: *mut c_void) -> c_int {
    (0..rounds.addr()).for_each(|_| in_raw_clone());
    CLONE_HAS_ENDED.store(1, Ordering::Release);
    0
}

/// How many rounds take about this much CPU time.
fn rounds_of(time: Duration) -> usize {
    let before = cpu_used();
    (0..50).for_each(|_| in_raw_clone());
    let of_a_round = (cpu_used() - before).as_secs_f64() / 50.0;
    (time.as_secs_f64() / of_a_round) as usize
}

/// A thread that the C library does not know.
fn thread_without_pthread(rounds: usize) {
    const STACK_BYTES: usize = 256 * 1024;
    CLONE_HAS_ENDED.store(0, Ordering::Relaxed);
    let stack = Vec::leak(vec![0_u128; STACK_BYTES / 16]);
    let flags = libc::CLONE_VM
        | libc::CLONE_FS
        | libc::CLONE_FILES
        | libc::CLONE_SIGHAND
        | libc::CLONE_THREAD
        | libc::CLONE_SYSVSEM;
    // SAFETY: the stack is the thread's alone, and this thread, whose locals it shares, outlives it.
    let tid = unsafe {
        let top = stack.as_mut_ptr().add(stack.len());
        libc::clone(
            raw_clone,
            top.cast(),
            flags,
            ptr::without_provenance_mut(rounds),
        )
    };
    assert!(tid > 0);
    while CLONE_HAS_ENDED.load(Ordering::Acquire) == 0 {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Calls that the kernel restarts after our handler are never seen to be interrupted; a sleep, which it
/// does not restart, says what is left.
fn system_calls_go_on() {
    let (mut reading, mut writing) = std::io::pipe().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let waits = move || {
        let mut zeros = vec![1_u8; 1 << 20];
        let mut everything = File::open("/dev/zero").unwrap();
        for _ in 0..30 {
            work();
            assert_eq!(reads(&mut reading, &mut [0]), 1);
            assert!(reads(&mut everything, &mut zeros) > 0);
            // SAFETY: asks for no address.
            let socket =
                unsafe { libc::accept(listener.as_raw_fd(), ptr::null_mut(), ptr::null_mut()) };
            assert!(socket >= 0, "{}", Error::last_os_error());
            // SAFETY: the socket was just opened, and is closed once.
            unsafe { libc::close(socket) };
            sleeps(Duration::from_micros(300));
        }
    };
    let waiting = thread::spawn(waits);
    for _ in 0..30 {
        thread::sleep(Duration::from_micros(200));
        writing.write_all(&[1]).unwrap();
        drop(TcpStream::connect(address).unwrap());
    }
    waiting.join().unwrap();
}

/// What one call of `read` gives; std would try again.
fn reads(file: &mut impl AsRawFd, room: &mut [u8]) -> isize {
    // SAFETY: the room is as large as it says.
    let result = unsafe { libc::read(file.as_raw_fd(), room.as_mut_ptr().cast(), room.len()) };
    assert!(result >= 0, "{}", Error::last_os_error());
    result
}

fn sleeps(time: Duration) {
    let start = Instant::now();
    let mut left = libc::timespec {
        tv_sec: 0,
        tv_nsec: time.subsec_nanos().into(),
    };
    // SAFETY: both times are valid, and may be the same.
    while unsafe { libc::nanosleep(&left, &mut left) } != 0 {
        assert_eq!(Error::last_os_error().kind(), ErrorKind::Interrupted);
    }
    assert!(start.elapsed() >= time);
}

fn panics_and_deep_stacks() {
    panics_are_caught();
    for _ in 0..20 {
        black_box(deep(300));
    }
}

const PARTS: [(&str, fn()); 6] = [
    ("panics and deep stacks", panics_and_deep_stacks),
    ("small threads", small_threads),
    ("alternate stacks", alternate_stacks),
    ("libraries", libraries_come_and_go),
    ("children", children_run),
    ("system calls", system_calls_go_on),
];

/// Everything at once for this long, each at least once; says how often.
fn storm(time: Duration) -> [u32; PARTS.len()] {
    let end = Instant::now() + time;
    let repeats = |part: fn()| {
        let mut rounds = 0;
        while rounds == 0 || Instant::now() < end {
            part();
            rounds += 1;
        }
        rounds
    };
    thread::scope(|scope| {
        let threads = PARTS.map(|(_, part)| scope.spawn(move || repeats(part)));
        threads.map(|thread| thread.join().unwrap())
    })
}

fn storm_is_whole(time: Duration) -> Result<(), String> {
    let mut rounds = [0; PARTS.len()];
    let taken = cpu_profile(2000, || rounds = storm(time));
    for ((part, _), rounds) in PARTS.iter().zip(rounds) {
        println!("{part}: {rounds} rounds");
    }
    assert_eq!(taken.report.warnings(), [""; 0]);
    let all = samples(&taken.profile);
    let ends_in = |s: &NamedSample, mark: &str| s.frames.last().is_some_and(|f| f == mark);
    let is_in_handler = |s: &NamedSample| s.frames.iter().any(|f| f.ends_with("::works"));
    // 300 levels are deeper than what is kept.
    let has_deep = all.iter().any(|s| ends_in(s, "[truncated stack]"));
    let has_handler = all.iter().any(is_in_handler);
    // A library that was loaded since the last look at what is loaded has no rules yet, and neither
    // have the last instructions of an unwinder that has already restored the registers.
    // On an alternate stack the walk ends where that one does.
    let is_lost = |s: &NamedSample| ends_in(s, "[unwind failed]") && !is_in_handler(s);
    let (lost, total) = (sum(&all, 0, is_lost), sum(&all, 0, |_| true));
    println!("{total} periods, {lost} of them without a whole stack");
    if has_deep && has_handler && lost * 25 <= total {
        return Ok(());
    }
    let broken: Vec<&NamedSample> = all.iter().filter(|s| is_lost(s)).collect();
    Err(format!(
        "deep {has_deep}, in a handler {has_handler}, {lost} lost of {total}: {broken:#?}"
    ))
}

fn a_storm_leaves_a_whole_profile() {
    let seconds = env::var("DTAIL_STORM_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok());
    with_longer_runs(Duration::from_secs(seconds.unwrap_or(3)), storm_is_whole);
}

fn a_thread_without_pthread_is_found() {
    with_longer_runs(Duration::from_millis(500), |time| {
        let rounds = rounds_of(time);
        let taken = cpu_profile(1000, || thread_without_pthread(rounds));
        let is_in_clone = |s: &NamedSample| s.frames.iter().any(|f| f.ends_with("::raw_clone"));
        let in_clone = sum(&samples(&taken.profile), 1, is_in_clone);
        let used = taken.rusage_cpu.as_nanos() as i64;
        if in_clone * 2 < used {
            return Err(format!("{in_clone} of {used} ns"));
        }
        Ok(())
    });
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
    for _ in 0..1000 {
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
    a_thread_without_pthread_is_found();
    another_handler_is_called_for_its_own_signals();
    many_starts_and_stops();
    a_handler_that_takes_the_signal_is_a_warning();
}
