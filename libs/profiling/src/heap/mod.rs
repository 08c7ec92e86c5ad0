//! Heap profiles: which stacks allocate, what of it is in use, and what was at the peak.
//!
//! This is the protocol between the parts; each part's own rules are in its module.
//!
//! # An allocation
//!
//! [`allocator`] loads the session's era ([`switches`]). Off: it calls the inner allocator, and
//! that is all. On: it adds the size to the calling thread's counters ([`thread`]), which are exact.
//! When they reach the thread's next sample point (`dtail_sampler::gap`) the allocation is a sample:
//! its stack is captured, along the thread's last one ([`last_sample`]), its weight is computed from its size and the rate in force and entered
//! into the [`ledger`], and the block is put where its free will recognise it.
//!
//! # A free
//!
//! A free must find the few sampled blocks without looking at the others. Small ones (up to 256 KiB)
//! live in a range of addresses of their own, the [`arena`]; their slot has a record. Large ones stay
//! with the inner allocator, for `realloc` in place, and are found by address in the [`live_table`],
//! where only frees of large blocks look. At rates below 4 KiB, without the arena or with a full one,
//! blocks of all sizes are in the table, and the range that a free compares with is that of all
//! addresses.
//!
//! The record is taken before the memory is given back: afterwards the address may belong to
//! another thread's block. What the free finds is the [`booking`], the very integers that were added
//! to the ledger, so that sums return to exactly zero.
//!
//! # A resize
//!
//! `realloc` counts as a free of the old size and an allocation of the new one, charged to the stack
//! that resizes, as in other heap profilers. Chance is coupled so that this neither loses samples nor
//! moves blocks without need: every byte either is a sample point or not, so a sampled block stays
//! sampled when it grows; an unsampled one becomes sampled when one of its *new* bytes is a sample
//! point; and a sampled one that shrinks stays sampled with the probability that a sample point lies
//! in what is left. At any time a block of `n` bytes is sampled with probability `1 - exp(-n / rate)`
//! and then weighs the inverse of it. Whether the resize counts as an allocation is decided by all
//! its bytes, of which the new ones are counted first. So a vector that grows byte by byte is neither
//! copied in and out of the arena nor sampled more often than the bytes it asks for. An unsampled
//! block that was allocated before the session counts as in use from the resize that samples it.
//!
//! # Sessions
//!
//! Sessions are numbered, and whatever outlives one carries its number: bookings, counters, entries
//! under way. The ledger refuses what is not of its session, so stop, start and another rate need no
//! waiting for threads. A session whose rate is changed goes on in another era ([`switches`]), which
//! every thread notices at its next allocation. Blocks outlive sessions: the arena is never given back, its blocks are freed
//! into it whether a session runs or not. The table is emptied at the end, its blocks being ordinary
//! blocks of the inner allocator.
//!
//! # What is below
//!
//! Everything inside the allocator uses memory from [`heap_memory`](crate::sys::heap_memory), which
//! is all zero at first and bounded: 65,536 stacks, 4,194,304 frames, 8192 threads, of which 1024
//! remember their last sample, 58 million blocks in the table. What does not fit is counted
//! ([`snapshot::Losses`]). The alternative, collections
//! of `std` with the calling thread marked as not counting, would have needed locks of `std` and an
//! inner allocator that is not in the middle of something.
//!
//! The locks ([`lock`]) are never nested, guard no allocation and no system call but the growth of
//! a table, and are opened in a child of `fork` (`pthread_atfork`), which starts without a profile.
//! A child by `vfork` or `clone` without `fork` must not allocate, as ever. Signal handlers do not
//! allocate; the profiler's own never does.
//!
//! Threads of the profiler are marked, and its calls are ([`reentry`]), so it never counts itself.

mod allocator;
mod arena;
mod below;
mod booking;
#[cfg(c_allocations)]
mod c_allocations;
mod captured;
mod chunk;
mod last_sample;
mod ledger;
mod live_table;
mod lock;
mod primitive;
pub(crate) mod reentry;
mod session;
mod size_class;
mod snapshot;
mod stacks;
mod switches;
#[cfg(test)]
mod tests;
mod thread;
mod tracker;

pub use allocator::ProfilingAllocator;
pub(crate) use session::{change_rate, inner_allocator, snapshot, start, stop, totals};
pub(crate) use snapshot::{AllocationTotals, HeapSnapshot, StackValues};
