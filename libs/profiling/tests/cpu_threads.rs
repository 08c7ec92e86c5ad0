//! Threads are sampled whoever starts them, and however many there are.

mod support;

use std::ffi::c_void;
use std::hint::black_box;
use std::ptr;
use std::thread;
use std::time::Duration;

use support::{NamedSample, cpu_profile, cpu_used, fact, samples, sum, with_longer_runs};

#[inline(never)]
fn work() {
    black_box((0..3_000_u64).fold(1, |x: u64, n| x.wrapping_mul(31) ^ n));
}

/// The entry of a thread that C code could have started: `argument` is how many rounds to work.
extern "C" fn works_for_c(argument: *mut c_void) -> *mut c_void {
    (0..argument.addr()).for_each(|_| work());
    ptr::null_mut()
}

/// Starts and joins a thread by the C library's functions.
fn thread_of_c(rounds: usize) {
    let mut thread = 0;
    // SAFETY: the places are valid for writes, and the argument is only a number.
    unsafe {
        let argument = ptr::without_provenance_mut(rounds);
        let status = libc::pthread_create(&mut thread, ptr::null(), works_for_c, argument);
        assert_eq!(status, 0);
        assert_eq!(libc::pthread_join(thread, ptr::null_mut()), 0);
    }
}

/// How many rounds take this much CPU time.
fn rounds_of(time: Duration) -> usize {
    let before = cpu_used();
    (0..2000).for_each(|_| work());
    (2000.0 * time.as_secs_f64() / (cpu_used() - before).as_secs_f64()) as usize
}

fn a_thread_that_c_code_starts_is_sampled() {
    with_longer_runs(Duration::from_millis(500), |time| {
        let rounds = rounds_of(time);
        let taken = cpu_profile(250, || thread_of_c(rounds));
        let used = taken.rusage_cpu.as_nanos() as f64;
        let in_it = |s: &NamedSample| s.frames.iter().any(|f| f.ends_with("::works_for_c"));
        let seen = sum(&samples(&taken.profile), 1, in_it) as f64 / used;
        if seen >= 0.8 {
            return Ok(());
        }
        Err(format!("{seen:.3} of the CPU time is on the thread"))
    });
}

fn ten_thousand_threads_are_all_booked() {
    with_longer_runs(Duration::from_secs(1), |_| {
        let taken = cpu_profile(1000, || {
            for _ in 0..10_000 {
                thread::spawn(work).join().unwrap();
            }
        });
        assert_eq!(taken.report.warnings(), [""; 0]);
        assert_eq!(fact(&taken.profile, "lost").as_deref(), Some("0"));
        let total = sum(&samples(&taken.profile), 1, |_| true) as f64;
        let total = total / taken.rusage_cpu.as_nanos() as f64;
        if (0.95..1.05).contains(&total) {
            return Ok(());
        }
        Err(format!("total {total:.3}"))
    });
}

// One test: profiles of the CPU are taken one at a time in a process.
#[test]
fn threads_are_sampled_whoever_starts_them() {
    a_thread_that_c_code_starts_is_sampled();
    ten_thousand_threads_are_all_booked();
}
