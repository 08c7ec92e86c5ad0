//! The words the allocator looks at on every call, and the rate.
//!
//! They are all the cost of a profiler that is linked in and off: an allocation loads [`era`], a
//! free loads the two words of [`free_filter`], all relaxed, from one cache line that is written only
//! by start, stop, another rate and the first sample an exhausted arena turns away.
//!
//! An era is a session at one rate: the session's number and, in the low bits, how often its rate was
//! changed. Threads notice another era at their next allocation, by the comparison that they make
//! anyway, and draw the way to their next sample anew, which has no memory.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

use dtail_sampler::gap::Rate;

use super::size_class::SLOT_BYTES_MAX;
use crate::sys::heap_memory::ARENA_BYTES;

/// No session: allocations are neither counted nor sampled.
pub(super) const OFF: u32 = 0;

/// One thread is finding out whether this allocator serves the process; see `session::inner_allocator`.
pub(super) const PROBING: u32 = 1;

/// How many bits of an era count the changes of the rate. A thread that slept through exactly as many as
/// these can count takes its next sample by the old rate, with the old rate's weight.
const RATE_BITS: u32 = 8;

/// The number of the first session; every later one has a higher number.
pub(super) const FIRST_SESSION: u32 = 1;

/// A session number nobody ever uses.
pub(super) const NO_SESSION: u32 = u32::MAX;

/// An era of no session.
pub(super) const NO_ERA: u32 = u32::MAX;

/// In the low bits of the arena's address: blocks above [`SLOT_BYTES_MAX`] may be in the live table.
const LARGE_IN_TABLE: usize = 1;

/// Instead of the arena's size: blocks of every size may be in the live table. Every address is looked at.
const EVERYWHERE: usize = usize::MAX;

/// The arena's address before there is one: no block of a program lies there.
const NOWHERE: usize = 1 << (usize::BITS - 1);

#[repr(align(64))]
struct Switches {
    era: AtomicU32,
    /// Where the arena begins, and [`LARGE_IN_TABLE`].
    arena: AtomicUsize,
    /// From there on so many bytes are looked at: the arena, or [`EVERYWHERE`].
    reach: AtomicUsize,
    rate: AtomicU64,
}

static SWITCHES: Switches = Switches {
    era: AtomicU32::new(OFF),
    arena: AtomicUsize::new(NOWHERE),
    reach: AtomicUsize::new(ARENA_BYTES),
    rate: AtomicU64::new(1),
};

/// The era of the running session, [`OFF`] or [`PROBING`].
#[inline(always)]
pub(super) fn era() -> u32 {
    SWITCHES.era.load(Ordering::Relaxed)
}

/// The session of an era; `None` for [`OFF`], [`PROBING`] and [`NO_ERA`].
pub(super) fn session_of(era: u32) -> Option<u32> {
    let session = era >> RATE_BITS;
    (session >= FIRST_SESSION && era != NO_ERA).then_some(session)
}

/// The era in which a session begins.
pub(super) fn first_era_of(session: u32) -> u32 {
    session << RATE_BITS
}

/// The running session.
pub(super) fn session() -> Option<u32> {
    session_of(era())
}

/// The session and rate of `era` if it is still the present one.
pub(super) fn session_and_rate(era: u32) -> Option<(u32, Rate)> {
    let session = session_of(era)?;
    if SWITCHES.era.load(Ordering::Acquire) != era {
        return None;
    }
    Some((
        session,
        Rate::from_bytes(SWITCHES.rate.load(Ordering::Relaxed))?,
    ))
}

/// Lets allocations be counted and sampled: everything they need must be in place.
pub(super) fn open(session: u32, rate: Rate) {
    SWITCHES.rate.store(rate.bytes(), Ordering::Relaxed);
    SWITCHES.era.store(first_era_of(session), Ordering::Release);
}

/// Gives the running session another rate. Calls must not overlap with each other, nor with others that
/// change the session.
pub(super) fn change_rate(rate: Rate) {
    let era = era();
    let changes = era.wrapping_add(1) & ((1 << RATE_BITS) - 1);
    SWITCHES.rate.store(rate.bytes(), Ordering::Relaxed);
    let next = era >> RATE_BITS << RATE_BITS | changes;
    SWITCHES.era.store(next, Ordering::Release);
}

/// Ends a session, or a probe.
pub(super) fn close() {
    SWITCHES.era.store(OFF, Ordering::Release);
}

/// Begins a probe.
pub(super) fn probe() {
    SWITCHES.era.store(PROBING, Ordering::Release);
}

/// Which blocks a free must look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeFilter {
    arena: usize,
    reach: usize,
}

/// The filter in force.
#[inline(always)]
pub(super) fn free_filter() -> FreeFilter {
    FreeFilter {
        arena: SWITCHES.arena.load(Ordering::Relaxed),
        reach: SWITCHES.reach.load(Ordering::Relaxed),
    }
}

impl FreeFilter {
    /// Whether a block is neither in the arena nor in the live table, seen from its address and
    /// size: true for practically all. A false alarm is possible, a miss is not.
    ///
    /// The flag in the low bit of the arena's address shifts the range by a byte: the first chunk begins
    /// with its header, so no block is lost by that.
    #[inline(always)]
    pub(super) fn excludes(self, address: usize, size: usize) -> bool {
        let in_reach = address.wrapping_sub(self.arena) < self.reach;
        !(in_reach || size > SLOT_BYTES_MAX)
    }

    /// Whether the live table may know a block of `size` bytes.
    pub(super) fn table_may_hold(self, size: usize) -> bool {
        let large_in_table = size > SLOT_BYTES_MAX && self.arena & LARGE_IN_TABLE != 0;
        large_in_table || self.reach == EVERYWHERE
    }
}

/// Makes frees recognise the arena at `base`, which is page-aligned, from now on and for good.
pub(super) fn show_arena(base: usize) {
    let flag = SWITCHES.arena.load(Ordering::Relaxed) & LARGE_IN_TABLE;
    SWITCHES.arena.store(base | flag, Ordering::Relaxed);
}

/// Makes frees of large blocks look into the live table.
pub(super) fn show_table() {
    SWITCHES.arena.fetch_or(LARGE_IN_TABLE, Ordering::Relaxed);
}

/// Makes frees of every size look into the live table, before the first small block goes there.
///
/// Relaxed suffices: whoever frees that block got its address from a thread that had done this
/// before it handed the block out, and so sees this store or a later one.
pub(super) fn show_table_for_small() {
    if SWITCHES.reach.load(Ordering::Relaxed) != EVERYWHERE {
        SWITCHES.reach.store(EVERYWHERE, Ordering::Relaxed);
    }
}

/// Lets frees skip the live table, whose records have lost their meaning with the session.
pub(super) fn hide_table() {
    SWITCHES.arena.fetch_and(!LARGE_IN_TABLE, Ordering::Relaxed);
    SWITCHES.reach.store(ARENA_BYTES, Ordering::Relaxed);
}
