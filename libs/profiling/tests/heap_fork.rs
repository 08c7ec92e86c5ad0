//! A child of `fork` goes on without a profile, frees what it inherited, and the parent's profile is
//! its own.

mod heap_support;
mod support;

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use dtail_profiling::{ProfilingAllocator, RuntimeMetrics};
use heap_support::{in_use, read_all, start};

#[global_allocator]
static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();

const SIZES: [usize; 5] = [10, 1000, 10_000, 200_000, 1_000_000];

#[inline(never)]
fn keeps_blocks() -> Vec<Vec<u8>> {
    SIZES
        .iter()
        .cycle()
        .take(10)
        .map(|size| black_box(vec![7; *size]))
        .collect()
}

/// What a child may do with memory. Gives what went wrong.
fn in_child(mut inherited: Vec<Vec<u8>>, starts_a_profile: bool) -> u8 {
    if RuntimeMetrics::now().allocator.is_some() {
        return 1;
    }
    if inherited.iter().any(|block| block[block.len() - 1] != 7) {
        return 2;
    }
    inherited
        .iter_mut()
        .for_each(|block| block.reserve_exact(5_000));
    drop((keeps_blocks(), inherited));
    if starts_a_profile && !is_counted_again() {
        3
    } else {
        0
    }
}

/// Whether the child can be profiled itself.
fn is_counted_again() -> bool {
    let (profiler, _directory) = start(1);
    drop(keeps_blocks());
    let counted = RuntimeMetrics::now().allocator;
    profiler.stop();
    counted.is_some_and(|counted| counted.allocated_objects >= 11)
}

fn fork_and_wait(inherited: Vec<Vec<u8>>, starts_a_profile: bool) -> i32 {
    // SAFETY: the child only allocates, frees, writes files and exits; libc makes its own allocator
    // usable there.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let status = in_child(inherited, starts_a_profile);
        // SAFETY: ends the child without running what the parent registered for its end.
        unsafe { libc::_exit(status.into()) };
    }
    let mut status = -1;
    // SAFETY: `status` is valid for a write.
    unsafe { libc::waitpid(child, &mut status, 0) };
    if libc::WIFEXITED(status) {
        libc::WEXITSTATUS(status)
    } else {
        -status
    }
}

#[test]
fn children_are_unprofiled_and_well() {
    for rate in [1, 8192] {
        let (profiler, _directory) = start(rate);
        let is_over = AtomicBool::new(false);
        let kept = thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        drop(keeps_blocks());
                    }
                });
            }
            for number in 0..5 {
                assert_eq!(fork_and_wait(keeps_blocks(), number == 0), 0);
            }
            is_over.store(true, Ordering::Relaxed);
            keeps_blocks()
        });
        let mem = read_all(&profiler.stop()).mem;
        if rate == 1 {
            assert_eq!(
                in_use(&mem, "::keeps_blocks"),
                (11, 2 * 1_211_010 + 10 * 24)
            );
        }
        drop(kept);
    }
}
