//! A child that is forked while another thread finds out which allocator serves the process is well, and can
//! be profiled itself.
//!
//! The inner allocator of this program holds the thread that starts a profile up in each allocation that
//! could be the probe, until the test has forked.

mod heap_support;
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use dtail_profiling::{ProfilingAllocator, RuntimeMetrics};
use heap_support::start;

/// How long a child may take for what takes milliseconds, before it is taken to hang.
const HANG_SECONDS: u32 = 60;

/// What the thread that starts a profile is doing.
const AT_WORK: u32 = 0;
const HELD_UP: u32 = 1;
const DONE: u32 = 2;

static STARTER: AtomicU32 = AtomicU32::new(AT_WORK);

thread_local!(static IS_HELD_UP: Cell<bool> = const { Cell::new(false) });

struct HoldsUp;

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for HoldsUp {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout == Layout::new::<u64>() && IS_HELD_UP.get() {
            STARTER.store(HELD_UP, Ordering::Release);
            while STARTER.load(Ordering::Acquire) == HELD_UP {
                thread::yield_now();
            }
        }
        // SAFETY: passed on to the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: ProfilingAllocator<HoldsUp> = ProfilingAllocator::new(HoldsUp);

/// Whether a profile of this process counts what is allocated.
fn is_counted() -> bool {
    let (profiler, _directory) = start(1);
    drop(black_box(Box::new(1_u32)));
    let counted = RuntimeMetrics::now().allocator;
    profiler.stop();
    counted.is_some_and(|counted| counted.allocated_objects > 0)
}

/// The status of a child that takes a profile.
fn status_of_child() -> i32 {
    // SAFETY: the child allocates, which libc makes usable there, writes files and exits; the thread that
    // is held up holds no lock of std.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: asks for a signal, whose default action ends the child.
        unsafe { libc::alarm(HANG_SECONDS) };
        let status = i32::from(!is_counted());
        // SAFETY: ends the child without running what the parent registered for its end.
        unsafe { libc::_exit(status) };
    }
    let mut status = -1;
    // SAFETY: `status` is valid for a write.
    unsafe { libc::waitpid(child, &mut status, 0) };
    status
}

#[test]
fn a_child_of_a_fork_in_the_probe_can_be_profiled() {
    let starts = || {
        IS_HELD_UP.set(true);
        let (profiler, _directory) = start(1);
        IS_HELD_UP.set(false);
        profiler.stop();
        STARTER.store(DONE, Ordering::Release);
    };
    let mut statuses = Vec::new();
    thread::scope(|scope| {
        scope.spawn(starts);
        loop {
            match STARTER.load(Ordering::Acquire) {
                DONE => break,
                HELD_UP => {
                    statuses.push(status_of_child());
                    STARTER.store(AT_WORK, Ordering::Release);
                }
                _ => thread::yield_now(),
            }
        }
    });
    assert!(!statuses.is_empty(), "there was a probe");
    assert!(statuses.iter().all(|status| *status == 0), "{statuses:?}");
}
