//! The life of a heap profile: start, stop, and reading it.
//!
//! ```text
//!            start                    stop
//!   Off -----------------> Running ----------> Off, sums readable until the next start
//!    |                        |
//!    | inner_allocator        | fork, in the child
//!    v                        v
//!   Probing --> Off          Off, sums empty
//! ```
//!
//! None of this runs inside the allocator, apart from [`answer_probe`] and [`forget_after_fork`].

use std::alloc::Layout;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use dtail_sampler::gap::Rate;

use super::lock::Lock;
use super::snapshot::{AllocationTotals, HeapSnapshot};
use super::switches::{self, FIRST_SESSION, OFF, PROBING};
use super::tracker::{self, ARENA, LEDGER, LIVE};
use super::{reentry, thread};
use crate::sys::heap_memory::{self, AroundFork};

/// Serialises start, stop and the probe, and has what the probe found: the inner allocator, if there is a
/// wrapper. `None` before. In a lock that a child of `fork` opens, where whoever probes does not exist.
static CONTROL: Lock<Option<Option<&'static str>>> = Lock::new(None);

/// Numbers the sessions. Changed under [`CONTROL`].
static NEXT_SESSION: AtomicU32 = AtomicU32::new(FIRST_SESSION);

/// The rate of the last session, for readers.
static LAST_RATE: AtomicU64 = AtomicU64::new(0);

static PROBE_ANSWER: Lock<Option<&'static str>> = Lock::new(None);

/// Whether the handlers of `fork` are registered.
static FORK_IS_HANDLED: OnceLock<bool> = OnceLock::new();

/// What others do around a fork may allocate: in the child before its locks are opened. Nothing of that
/// counts on the thread that forks.
const AROUND_FORK: AroundFork = AroundFork {
    before: fork_begins,
    in_parent: fork_ends,
    in_child: forget_after_fork,
};

/// Why a heap profile could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum StartError {
    /// There is no port to this platform.
    Unsupported,
    /// The process's global allocator is another one.
    NotInstalled,
    /// There is a session already.
    AlreadyRunning,
    /// A rate of 0 bytes.
    ZeroRate,
    /// The system refuses the memory for the tables.
    NoMemory,
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            StartError::Unsupported => {
                "memory profiling works on Linux with glibc only, on x86-64 and aarch64"
            }
            StartError::NotInstalled => {
                "memory profiling needs `#[global_allocator] static ALLOCATOR: ProfilingAllocator = \
                 ProfilingAllocator::system();` in the program"
            }
            StartError::AlreadyRunning => "memory profiling is already running in this process",
            StartError::ZeroRate => "the memory profile rate must be at least 1 byte",
            StartError::NoMemory => "memory profiling found no memory for its tables",
        })
    }
}

impl std::error::Error for StartError {}

/// Begins to count and sample allocations, one in `rate_bytes` bytes on average, 1 being every
/// allocation. Returns what works less well than it could.
pub(crate) fn start(rate_bytes: usize) -> Result<Vec<String>, StartError> {
    let rate = Rate::from_bytes(rate_bytes as u64).ok_or(StartError::ZeroRate)?;
    if !heap_memory::IS_SUPPORTED {
        return Err(StartError::Unsupported);
    }
    if inner_allocator().is_none() {
        return Err(StartError::NotInstalled);
    }
    begin(rate)
}

/// [`start`] without asking whom the allocator serves.
pub(super) fn begin(rate: Rate) -> Result<Vec<String>, StartError> {
    let _quiet = reentry::enter();
    let _control = CONTROL.lock();
    #[cfg(c_allocations)]
    super::c_allocations::keep();
    if switches::era() != OFF {
        return Err(StartError::AlreadyRunning);
    }
    let session = NEXT_SESSION.fetch_add(1, Ordering::Relaxed);
    prepare(session).ok_or(StartError::NoMemory)?;
    let warnings = show_homes(rate);
    LAST_RATE.store(rate.bytes(), Ordering::Relaxed);
    switches::open(session, rate);
    Ok(warnings)
}

/// Empties and makes everything that a session needs.
fn prepare(session: u32) -> Option<()> {
    FORK_IS_HANDLED.get_or_init(|| heap_memory::on_fork(AROUND_FORK));
    thread::prepare()?;
    LIVE.clear();
    LEDGER.open(session)?;
    thread::begin_session(session);
    Some(())
}

/// Tells frees where sampled blocks will be.
fn show_homes(rate: Rate) -> Vec<String> {
    let mut warnings = Vec::new();
    switches::show_table();
    if !tracker::arena_serves(rate) {
        switches::show_table_for_small();
    } else if let Some(base) = ARENA.reserve() {
        switches::show_arena(base);
    } else {
        switches::show_table_for_small();
        warnings.push(format!(
            "memory profiling could not reserve {} GiB of addresses; every free looks its block up, \
             which costs about 10 ns",
            heap_memory::ARENA_BYTES >> 30
        ));
    }
    warnings
}

/// Stops counting and sampling. What was summed stays readable; does nothing without a session.
pub(crate) fn stop() {
    let _quiet = reentry::enter();
    let _control = CONTROL.lock();
    if switches::era() != OFF {
        switches::close();
        switches::hide_table();
        LEDGER.close();
        LIVE.clear();
    }
}

/// Gives the running session another rate, and returns what works less well than it could. Each sample
/// weighs what the rate says by which it was taken; a thread takes up the new one at its next allocation.
/// `None` without a session, or for a rate of 0.
///
/// Of blocks that were sampled before and are resized afterwards, as many stay samples as the new rate
/// would have sampled, so estimates stay unbiased where samples get fewer. Where they get more, those
/// blocks are counted low from then on: the ones that were not sampled cannot be found any more.
pub(crate) fn change_rate(rate_bytes: usize) -> Option<Vec<String>> {
    let rate = Rate::from_bytes(rate_bytes as u64)?;
    let _quiet = reentry::enter();
    let _control = CONTROL.lock();
    switches::session()?;
    let warnings = show_homes(rate);
    LAST_RATE.store(rate.bytes(), Ordering::Relaxed);
    switches::change_rate(rate);
    Some(warnings)
}

/// The exact and estimated totals of the running session; `None` without one.
pub(crate) fn totals() -> Option<AllocationTotals> {
    let session = switches::session()?;
    let (allocated_bytes, allocated_objects) = thread::allocated(session);
    let (in_use_objects, in_use_bytes) = LEDGER.in_use();
    Some(AllocationTotals {
        allocated_bytes,
        allocated_objects,
        in_use_bytes,
        in_use_objects,
    })
}

/// The sums of every stack, of the running session or the last one. From any thread.
pub(crate) fn snapshot() -> HeapSnapshot {
    let _quiet = reentry::enter();
    let (mut stacks, losses) = LEDGER.read();
    let overflow = if stacks.is_empty() {
        Default::default()
    } else {
        stacks.remove(0)
    };
    HeapSnapshot {
        rate_bytes: LAST_RATE.load(Ordering::Relaxed),
        stacks,
        overflow,
        losses,
    }
}

/// The type of the allocator inside the [`super::ProfilingAllocator`] that serves the process, as the
/// compiler names it; `None` when none does.
///
/// Finds out once, by an allocation that only such an allocator would notice.
pub(crate) fn inner_allocator() -> Option<&'static str> {
    if !heap_memory::IS_SUPPORTED {
        return None;
    }
    let mut found = CONTROL.lock();
    *found.get_or_insert_with(probe)
}

/// Under [`CONTROL`], and outside of a session.
fn probe() -> Option<&'static str> {
    // The child of a fork that happens now must not stay in the probe.
    FORK_IS_HANDLED.get_or_init(|| heap_memory::on_fork(AROUND_FORK));
    switches::probe();
    let layout = Layout::new::<u64>();
    // SAFETY: the layout is not empty.
    let block = std::hint::black_box(unsafe { std::alloc::alloc(layout) });
    if !block.is_null() {
        // SAFETY: allocated just now, with that layout.
        unsafe { std::alloc::dealloc(block, layout) };
    }
    switches::close();
    *PROBE_ANSWER.lock()
}

/// Notes the allocator that was reached while a probe is on. Runs inside the allocator.
///
/// Another thread may be the one who gets here: then, too, this allocator serves the process.
pub(super) fn answer_probe<A>(era: u32) {
    if era == PROBING {
        *PROBE_ANSWER.lock() = Some(std::any::type_name::<A>());
    }
}

/// # Safety
///
/// Only for the C library to call, on the thread that forks.
unsafe extern "C" fn fork_begins() {
    thread::enter_profiler();
}

/// # Safety
///
/// Only for the C library to call, on the thread that has forked.
unsafe extern "C" fn fork_ends() {
    thread::leave_profiler();
}

/// In a child of `fork`: the profile belongs to the parent. The child goes on unprofiled, frees the
/// parent's blocks correctly, and may start a profile of its own.
///
/// Async-signal-safe: stores and `madvise`.
///
/// # Safety
///
/// Only for the C library to call, in the child of a `fork`, where no other thread exists.
unsafe extern "C" fn forget_after_fork() {
    switches::close();
    switches::hide_table();
    // SAFETY: this is the only thread of the child, and it forked outside of these locks.
    unsafe {
        CONTROL.reset(None);
        PROBE_ANSWER.reset(None);
        LEDGER.reset_after_fork();
        LIVE.reset_after_fork();
    }
    thread::reset_after_fork();
    thread::leave_profiler();
}
