//! Threads that live less than a period, and even less than the kernel's tick, are not overlooked.
//!
//! Timers of CPU time are looked at on the tick. Where others wait for the processors, the scheduler runs a
//! thread of three milliseconds between two ticks as often as not, and nobody sees it: its time is booked all
//! the same, but how much of it has stacks is only asked of runs that had a processor to themselves.

mod support;

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use support::{NamedSample, cpu_profile, cpu_used, samples, sum, with_longer_runs};

/// The least CPU time for its wall time of a run that waited for no other: most of the rest is the start of
/// threads and the end of the profile.
const ALONE: f64 = 0.7;

#[inline(never)]
fn short_work(rounds: u64) {
    black_box((0..rounds).fold(0, |sum: u64, n| {
        sum.wrapping_mul(31).wrapping_add(black_box(n))
    }));
}

/// How many rounds take three milliseconds of CPU time, whatever else the machine does.
fn rounds_of_three_milliseconds() -> u64 {
    let rounds = 20_000_000;
    let before = cpu_used();
    short_work(rounds);
    (rounds as f64 * 0.003 / (cpu_used() - before).as_secs_f64()) as u64
}

#[test]
fn their_time_is_booked_and_a_good_part_has_stacks() {
    let rounds = rounds_of_three_milliseconds();
    with_longer_runs(Duration::from_secs(3), |time| {
        let threads = time.as_millis() / 3;
        let begin = Instant::now();
        let taken = cpu_profile(100, || {
            for _ in 0..threads {
                thread::spawn(move || short_work(rounds)).join().unwrap();
            }
        });
        let is_alone = taken.rusage_cpu > begin.elapsed().mul_f64(ALONE);
        let used = taken.rusage_cpu.as_nanos() as f64;
        let all = samples(&taken.profile);
        let total = sum(&all, 1, |_| true) as f64 / used;
        let seen = |s: &NamedSample| s.frames.iter().any(|f| f.ends_with("short_work"));
        let real = sum(&all, 1, seen) as f64 / used;
        if (0.95..1.05).contains(&total) && (real >= 0.35 || !is_alone) {
            return Ok(());
        }
        Err(format!("total {total:.3}, on real stacks {real:.3}"))
    });
}
