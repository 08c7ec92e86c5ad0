//! What each thread counts: allocated bytes and objects, and the way to its next sample.
//!
//! A thread's counters live in a [`ThreadRecord`] of a bounded table, one cache line pair each, so
//! that a reader can sum them while the threads go on. Only the owning thread writes, with plain
//! loads and stores; it finds its record through a thread-local pointer that needs no destructor
//! and so stays usable until the very end of the thread.
//!
//! A record outlives its thread: at the end of a thread it becomes free with its counts in place,
//! and the next owner counts on. Records are not cleared between sessions either. A record is
//! started afresh by its owner, on the first allocation that finds it marked with another session;
//! readers skip records of other sessions. So an allocation that is caught in the middle by stop
//! and start spoils no count.
//!
//! Threads beyond the table's [`RECORDS`] draw a distance for each allocation and compare it with
//! the size, which is the same distribution, for about 20 ns a call.

use std::cell::Cell;
use std::ffi::c_void;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

use dtail_sampler::gap::{Rate, next_random};

use super::last_sample::{LastSample, LastSamples};
use super::switches::{self, NO_ERA};
use crate::sys::heap_memory::{self, ThreadExit, Zeroable};

/// How many threads may count at the same time in records of their own: 1 MiB of addresses, of
/// which a page per 32 threads is touched.
const RECORDS: usize = 8192;

/// The counters of one thread. Relaxed everywhere: each word stands for itself.
#[repr(align(128))]
struct ThreadRecord {
    /// The era of the counts: they belong to its session, and the next sample to its rate.
    era: AtomicU32,
    /// 1 while a thread has it.
    owned: AtomicU32,
    /// Allocated bytes and objects of this session, of all owners so far.
    bytes: AtomicU64,
    objects: AtomicU64,
    /// The value of `bytes` at or beyond which an allocation is sampled.
    next_sample: AtomicU64,
    /// The rate by which `next_sample` was drawn, in bytes.
    rate: AtomicU64,
    /// State of the random generator.
    random: AtomicU64,
}

// SAFETY: atomics only; zero is a record that nobody owns and that belongs to no session.
unsafe impl Zeroable for ThreadRecord {}

/// Stands for the record of a thread that has none, or does not count at the moment: its session
/// is never the running one, so the first comparison leads away from the fast path.
static NOT_COUNTING: ThreadRecord = ThreadRecord {
    era: AtomicU32::new(NO_ERA),
    owned: AtomicU32::new(1),
    bytes: AtomicU64::new(0),
    objects: AtomicU64::new(0),
    next_sample: AtomicU64::new(0),
    rate: AtomicU64::new(1),
    random: AtomicU64::new(0),
};

struct Local {
    /// The record to count in; [`NOT_COUNTING`] inside the profiler and before the first count.
    active: Cell<&'static ThreadRecord>,
    /// The thread's own record.
    own: Cell<Option<&'static ThreadRecord>>,
    /// What the thread remembers of its last sample, if it has a record and a place for it.
    last_sample: Cell<Option<&'static mut LastSample>>,
    /// How many times the profiler was entered without being left.
    quiet: Cell<u32>,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            active: Cell::new(&NOT_COUNTING),
            own: Cell::new(None),
            last_sample: Cell::new(None),
            quiet: Cell::new(0),
        }
    };
}

struct Table {
    records: &'static [ThreadRecord],
    /// Those of the owners of the first records.
    last_samples: LastSamples,
    exit: Option<ThreadExit>,
    seed: u64,
}

static TABLE: OnceLock<Table> = OnceLock::new();

/// How many records are owned, so that nobody searches a full table.
static OWNED: AtomicUsize = AtomicUsize::new(0);

/// Where a free record is likely.
static SEARCH_FROM: AtomicUsize = AtomicUsize::new(0);

/// Counts of the threads without a record, and the first era of the session they belong to.
static SHARED: ThreadRecord = ThreadRecord {
    era: AtomicU32::new(NO_ERA),
    owned: AtomicU32::new(0),
    bytes: AtomicU64::new(0),
    objects: AtomicU64::new(0),
    next_sample: AtomicU64::new(0),
    rate: AtomicU64::new(1),
    random: AtomicU64::new(0),
};

/// What an allocation is to the profiler.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    /// Nothing: it comes from the profiler itself, or there is no session any more.
    Ignored,
    /// Counted, and not a sample.
    Counted(Sampling),
    /// Counted, and a sample. The sample point lies `overshoot` bytes before the block's last one
    /// or, at a rate of 1, anywhere.
    Sampled(Sampling, u64),
}

/// The session an allocation belongs to, and the rate it is judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sampling {
    pub(super) session: u32,
    pub(super) rate: Rate,
}

/// Makes the table and the hook at the end of threads. Not inside the allocator.
pub(super) fn prepare() -> Option<()> {
    if TABLE.get().is_none() {
        let records = heap_memory::zeroed::<ThreadRecord>(RECORDS)?;
        let exit = ThreadExit::new(leave);
        // Another thread cannot come first: the caller holds the session lock.
        let _ = TABLE.set(Table {
            records,
            last_samples: LastSamples::new()?,
            exit,
            seed: heap_memory::seed(),
        });
    }
    Some(())
}

/// Begins the counts of the threads without a record for `session`, before it opens.
pub(super) fn begin_session(session: u32) {
    SHARED.bytes.store(0, Ordering::Relaxed);
    SHARED.objects.store(0, Ordering::Relaxed);
    let era = switches::first_era_of(session);
    SHARED.era.store(era, Ordering::Relaxed);
}

/// Counts an allocation of `size` bytes. False when [`judge`] must be asked: it may be a sample, or
/// it was not counted because the thread has no record of `era`.
///
/// Runs inside the allocator.
#[inline(always)]
pub(super) fn count(era: u32, size: usize) -> bool {
    LOCAL.with(|local| {
        let record = local.active.get();
        record.era.load(Ordering::Relaxed) == era && record.count(size)
    })
}

/// Takes an allocation back out of the counts, because the inner allocator had no memory.
#[cold]
pub(super) fn uncount(size: usize) {
    LOCAL.with(|local| {
        let record = local.own.get().unwrap_or(&SHARED);
        record.add(size, u64::wrapping_sub);
    });
}

/// What the allocation is for which [`count`] said false: counts it if that has not been done.
///
/// Runs inside the allocator, once per sample and once per thread and era.
#[cold]
#[inline(never)]
pub(super) fn judge(era: u32, size: usize) -> Verdict {
    LOCAL.with(|local| {
        let Some((session, rate)) = switches::session_and_rate(era) else {
            return Verdict::Ignored;
        };
        if local.quiet.get() > 0 {
            return Verdict::Ignored;
        }
        if local.active.get().era.load(Ordering::Relaxed) == era {
            return local.active.get().take_sample(session);
        }
        let Some(record) = local.own.get().or_else(|| adopt(local)) else {
            return judge_without_record(Sampling { session, rate }, size);
        };
        record.begin(era, rate);
        local.active.set(record);
        if record.count(size) {
            Verdict::Counted(record.sampling(session))
        } else {
            record.take_sample(session)
        }
    })
}

/// [`count`] and, where needed, [`judge`].
pub(super) fn count_and_judge(era: u32, size: usize) -> Verdict {
    match switches::session_of(era) {
        Some(session) if count(era, size) => {
            LOCAL.with(|local| Verdict::Counted(local.active.get().sampling(session)))
        }
        _ => judge(era, size),
    }
}

/// A uniform random number.
pub(super) fn random() -> u64 {
    LOCAL.with(|local| {
        local
            .own
            .get()
            .map_or_else(shared_random, ThreadRecord::random)
    })
}

/// What the calling thread remembers of its last sample, until [`put_last_sample`]. Inside the profiler only.
///
/// Not a function that runs a closure: the thread-local's own would be on the stack that is captured.
pub(super) fn take_last_sample() -> Option<&'static mut LastSample> {
    LOCAL.with(|local| local.last_sample.take())
}

/// The counterpart of [`take_last_sample`].
pub(super) fn put_last_sample(last: &'static mut LastSample) {
    LOCAL.with(|local| local.last_sample.set(Some(last)));
}

/// Allocated bytes and objects of `session` so far.
pub(super) fn allocated(session: u32) -> (u64, u64) {
    let records = TABLE.get().map_or(&[][..], |table| table.records);
    records
        .iter()
        .chain([&SHARED])
        .filter(|record| switches::session_of(record.era.load(Ordering::Relaxed)) == Some(session))
        .fold((0, 0), |(bytes, objects), record| {
            let record_bytes = record.bytes.load(Ordering::Relaxed);
            (
                bytes + record_bytes,
                objects + record.objects.load(Ordering::Relaxed),
            )
        })
}

/// Stops counting on the calling thread until as many [`leave_profiler`] have followed.
#[inline]
pub(super) fn enter_profiler() {
    LOCAL.with(|local| {
        local.quiet.set(local.quiet.get() + 1);
        local.active.set(&NOT_COUNTING);
    });
}

/// Whether the calling thread is inside the profiler.
#[cfg(c_allocations)]
#[inline]
pub(super) fn is_in_profiler() -> bool {
    LOCAL.with(|local| local.quiet.get() > 0)
}

/// The counterpart of [`enter_profiler`].
#[inline]
pub(super) fn leave_profiler() {
    LOCAL.with(|local| {
        let quiet = local.quiet.get() - 1;
        local.quiet.set(quiet);
        if let (0, Some(own)) = (quiet, local.own.get()) {
            local.active.set(own);
        }
    });
}

/// Forgets all threads but the calling one, and its counts: in a child of `fork`.
pub(super) fn reset_after_fork() {
    if let Some(table) = TABLE.get() {
        heap_memory::clear(table.records);
    }
    OWNED.store(0, Ordering::Relaxed);
    SHARED.era.store(NO_ERA, Ordering::Relaxed);
    LOCAL.with(|local| {
        local.own.set(None);
        local.last_sample.set(None);
        local.active.set(&NOT_COUNTING);
    });
}

impl ThreadRecord {
    /// Counts `size` bytes; false when they reach the next sample.
    #[inline(always)]
    fn count(&self, size: usize) -> bool {
        let bytes = self.bytes.load(Ordering::Relaxed).wrapping_add(size as u64);
        self.bytes.store(bytes, Ordering::Relaxed);
        self.objects.store(
            self.objects.load(Ordering::Relaxed).wrapping_add(1),
            Ordering::Relaxed,
        );
        bytes < self.next_sample.load(Ordering::Relaxed)
    }

    /// Changes the counts by one allocation, also where several threads count.
    fn add(&self, size: usize, operation: fn(u64, u64) -> u64) {
        for (word, amount) in [(&self.bytes, size as u64), (&self.objects, 1)] {
            let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |value| {
                Some(operation(value, amount))
            });
        }
    }

    /// Starts the record for another era; the counts go on when it is one of the same session.
    fn begin(&self, era: u32, rate: Rate) {
        let before = self.era.load(Ordering::Relaxed);
        if before == era {
            return;
        }
        if switches::session_of(before) != switches::session_of(era) {
            self.bytes.store(0, Ordering::Relaxed);
            self.objects.store(0, Ordering::Relaxed);
        }
        let bytes = self.bytes.load(Ordering::Relaxed);
        let next = bytes.saturating_add(rate.gap(self.random()));
        self.next_sample.store(next, Ordering::Relaxed);
        self.rate.store(rate.bytes(), Ordering::Relaxed);
        self.era.store(era, Ordering::Relaxed);
    }

    fn sampling(&self, session: u32) -> Sampling {
        let rate = Rate::from_bytes(self.rate.load(Ordering::Relaxed));
        Sampling {
            session,
            rate: rate.unwrap_or(Rate::EXACT),
        }
    }

    /// Judges the allocation that was just counted, and draws the way to the next sample.
    fn take_sample(&self, session: u32) -> Verdict {
        let sampling = self.sampling(session);
        let bytes = self.bytes.load(Ordering::Relaxed);
        let Some(overshoot) = bytes.checked_sub(self.next_sample.load(Ordering::Relaxed)) else {
            return Verdict::Counted(sampling);
        };
        if !sampling.rate.is_exact() {
            let next = bytes.saturating_add(sampling.rate.gap(self.random()));
            self.next_sample.store(next, Ordering::Relaxed);
        }
        Verdict::Sampled(sampling, overshoot)
    }

    fn random(&self) -> u64 {
        let mut state = self.random.load(Ordering::Relaxed);
        let value = next_random(&mut state);
        self.random.store(state, Ordering::Relaxed);
        value
    }
}

/// Gives the calling thread a free record, if there is one and the thread's end will be noticed.
fn adopt(local: &Local) -> Option<&'static ThreadRecord> {
    let table = TABLE.get()?;
    let exit = table.exit?;
    let (index, record) = claim(table.records)?;
    // The C library may ask its own `calloc`, which may be counted as well.
    enter_profiler();
    let is_armed = exit.arm(std::ptr::from_ref(record).cast());
    leave_profiler();
    if !is_armed {
        release(record);
        return None;
    }
    let mut seed = table.seed.wrapping_add(index as u64);
    let stream = next_random(&mut seed) ^ record.random.load(Ordering::Relaxed);
    record.random.store(stream, Ordering::Relaxed);
    local.own.set(Some(record));
    // SAFETY: the owner of a record has the place of the same number, and gives it up first.
    local
        .last_sample
        .set(unsafe { table.last_samples.take(index) });
    Some(record)
}

/// A record that nobody owns, and its index.
fn claim(records: &'static [ThreadRecord]) -> Option<(usize, &'static ThreadRecord)> {
    if OWNED.load(Ordering::Relaxed) >= records.len() {
        return None;
    }
    let start = SEARCH_FROM.load(Ordering::Relaxed) % records.len();
    let mut candidates = (start..records.len()).chain(0..start);
    // Acquire: what the last owner counted comes before what the next one adds.
    let index = candidates.find(|&index| {
        let owned = &records[index].owned;
        owned.load(Ordering::Relaxed) == 0
            && owned
                .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    })?;
    OWNED.fetch_add(1, Ordering::Relaxed);
    SEARCH_FROM.store(index + 1, Ordering::Relaxed);
    Some((index, &records[index]))
}

fn release(record: &ThreadRecord) {
    record.owned.store(0, Ordering::Release);
    OWNED.fetch_sub(1, Ordering::Relaxed);
    let index = TABLE.get().and_then(|table| {
        let offset = std::ptr::from_ref(record) as usize - table.records.as_ptr() as usize;
        offset.checked_div(size_of::<ThreadRecord>())
    });
    SEARCH_FROM.store(index.unwrap_or(0), Ordering::Relaxed);
}

/// Frees the record of a thread that ends. Destructors that still allocate after this adopt one
/// again, and are called again.
///
/// # Safety
///
/// Only for the C library to call, on the thread that ends.
unsafe extern "C" fn leave(_record: *mut c_void) {
    LOCAL.with(|local| {
        local.active.set(&NOT_COUNTING);
        local.last_sample.set(None);
        if let Some(record) = local.own.take() {
            release(record);
        }
    });
}

fn shared_random() -> u64 {
    let mut step = SHARED
        .random
        .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    next_random(&mut step)
}

fn judge_without_record(sampling: Sampling, size: usize) -> Verdict {
    SHARED.add(size, u64::wrapping_add);
    match (size as u64).checked_sub(sampling.rate.gap(shared_random())) {
        Some(overshoot) => Verdict::Sampled(sampling, overshoot),
        None => Verdict::Counted(sampling),
    }
}
