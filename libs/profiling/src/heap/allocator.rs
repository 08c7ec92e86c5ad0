//! The global allocator that profiles.
//!
//! The four methods decide in a few instructions, inlined into the program, that a call is none of
//! the profiler's business; the rest is out of line. See [`super`] for the protocol.

use std::alloc::{GlobalAlloc, Layout, System};

use super::arena::Slot;
use super::below::Below;
use super::booking::Booking;
use super::ledger::Entry;
use super::switches::{self, FreeFilter, OFF};
use super::thread::{self, Sampling, Verdict};
use super::{reentry, session, tracker};

/// A global allocator that records a heap profile when asked to, around another one.
///
/// Without a running [`Profiler`](crate::Profiler) it costs one relaxed load per allocation and two,
/// of one cache line, per free (with the feature `c-allocations`, some thread-local stores, too).
/// With one, sampled blocks of up to 256 KiB come from memory of the profiler's own, and everything
/// else from the inner allocator; sizes, alignments and the ways blocks grow stay what they were.
///
/// The counters are those of the process, so only one such allocator should be used in it.
///
/// ```
/// use dtail_profiling::ProfilingAllocator;
///
/// #[global_allocator]
/// static ALLOCATOR: ProfilingAllocator = ProfilingAllocator::system();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ProfilingAllocator<A = System> {
    inner: Below<A>,
}

impl ProfilingAllocator<System> {
    /// Around the system's allocator.
    pub const fn system() -> Self {
        Self::new(System)
    }
}

impl<A> ProfilingAllocator<A> {
    /// Around any allocator.
    pub const fn new(inner: A) -> Self {
        ProfilingAllocator {
            inner: Below(inner),
        }
    }
}

// SAFETY: every block is either one of the inner allocator, which upholds the contract, or a slot of
// the arena, which is large and aligned enough and in nobody else's hands; `dealloc` and `realloc`
// tell the two apart by the address, and return each to where it came from. Nothing here unwinds.
unsafe impl<A: GlobalAlloc> GlobalAlloc for ProfilingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on to the caller.
        unsafe { self.allocate::<false>(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on to the caller.
        unsafe { self.allocate::<true>(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let filter = switches::free_filter();
        if filter.excludes(block as usize, layout.size()) {
            // SAFETY: not in the arena, so of the inner allocator.
            unsafe { self.inner.dealloc(block, layout) }
        } else {
            // SAFETY: passed on to the caller.
            unsafe { self.free_looking(block, layout, filter) }
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let era = switches::era();
        let filter = switches::free_filter();
        if !filter.excludes(block as usize, layout.size()) {
            let verdict = thread::count_and_judge(era, new_size);
            // SAFETY: passed on to the caller.
            return unsafe { self.resize(block, layout, new_size, verdict, filter) };
        }
        if era == OFF {
            // SAFETY: not in the arena, so of the inner allocator.
            return unsafe { self.inner.realloc(block, layout, new_size) };
        }
        if thread::count(era, new_size) {
            // SAFETY: not in the arena, so of the inner allocator.
            return counted(
                unsafe { self.inner.realloc(block, layout, new_size) },
                new_size,
            );
        }
        let verdict = thread::judge(era, new_size);
        // SAFETY: passed on to the caller.
        unsafe { self.resize(block, layout, new_size, verdict, filter) }
    }
}

/// A block whose allocation was counted, which is taken back when there is none.
#[inline(always)]
fn counted(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() {
        thread::uncount(size);
    }
    block
}

impl<A: GlobalAlloc> ProfilingAllocator<A> {
    /// # Safety
    ///
    /// As for [`GlobalAlloc::alloc`].
    #[inline(always)]
    unsafe fn allocate<const ZEROED: bool>(&self, layout: Layout) -> *mut u8 {
        let era = switches::era();
        if era == OFF {
            // SAFETY: passed on to the caller.
            unsafe { self.inner_block::<ZEROED>(layout) }
        } else {
            // SAFETY: passed on to the caller.
            unsafe { self.allocate_counting::<ZEROED>(layout, era) }
        }
    }

    /// Out of line, so that an allocation of a profiler that is off saves no register.
    ///
    /// # Safety
    ///
    /// As for [`GlobalAlloc::alloc`].
    #[inline(never)]
    unsafe fn allocate_counting<const ZEROED: bool>(&self, layout: Layout, era: u32) -> *mut u8 {
        if thread::count(era, layout.size()) {
            // SAFETY: passed on to the caller.
            counted(unsafe { self.inner_block::<ZEROED>(layout) }, layout.size())
        } else {
            // SAFETY: passed on to the caller.
            unsafe { self.allocate_judging::<ZEROED>(layout, era) }
        }
    }

    /// # Safety
    ///
    /// As for [`GlobalAlloc::alloc`].
    #[inline(always)]
    unsafe fn inner_block<const ZEROED: bool>(&self, layout: Layout) -> *mut u8 {
        if ZEROED {
            // SAFETY: passed on to the caller.
            unsafe { self.inner.alloc_zeroed(layout) }
        } else {
            // SAFETY: passed on to the caller.
            unsafe { self.inner.alloc(layout) }
        }
    }

    /// # Safety
    ///
    /// As for [`GlobalAlloc::alloc`].
    #[cold]
    #[inline(never)]
    unsafe fn allocate_judging<const ZEROED: bool>(&self, layout: Layout, era: u32) -> *mut u8 {
        session::answer_probe::<A>(era);
        let verdict = thread::judge(era, layout.size());
        if let Verdict::Sampled(sampling, _) = verdict {
            // SAFETY: passed on to the caller.
            return unsafe { self.allocate_sample::<ZEROED>(layout, sampling) };
        }
        // SAFETY: passed on to the caller.
        let block = unsafe { self.inner_block::<ZEROED>(layout) };
        if let Verdict::Ignored = verdict {
            block
        } else {
            counted(block, layout.size())
        }
    }

    /// # Safety
    ///
    /// As for [`GlobalAlloc::alloc`].
    unsafe fn allocate_sample<const ZEROED: bool>(
        &self,
        layout: Layout,
        sampling: Sampling,
    ) -> *mut u8 {
        let _quiet = reentry::enter();
        let slot = tracker::slot_for(layout, sampling.rate);
        let block = match &slot {
            Some(slot) => {
                if ZEROED && !slot.is_zero() {
                    // SAFETY: the slot is at least that large and in nobody else's hands.
                    unsafe { slot.address().write_bytes(0, layout.size()) };
                }
                slot.address()
            }
            // SAFETY: passed on to the caller.
            None => unsafe { self.inner_block::<ZEROED>(layout) },
        };
        if !counted(block, layout.size()).is_null() {
            let booking = tracker::enter(sampling, layout.size(), Entry::AllocatedAndInUse);
            tracker::watch(block, slot, booking);
        }
        block
    }

    /// # Safety
    ///
    /// As for [`GlobalAlloc::dealloc`].
    #[cold]
    #[inline(never)]
    unsafe fn free_looking(&self, block: *mut u8, layout: Layout, filter: FreeFilter) {
        let found = tracker::find(block, layout.size(), filter);
        tracker::remove(found.booking);
        // SAFETY: the block was found there, and the caller gives it up.
        unsafe { self.give_back(block, layout, found.slot) };
    }

    /// # Safety
    ///
    /// As for [`GlobalAlloc::dealloc`]; `slot` is where the block lives.
    unsafe fn give_back(&self, block: *mut u8, layout: Layout, slot: Option<Slot<'static>>) {
        match slot {
            Some(slot) => slot.give_back(),
            // SAFETY: not in the arena, so of the inner allocator.
            None => unsafe { self.inner.dealloc(block, layout) },
        }
    }
}

/// What becomes of a block that is resized: see [`super`] about why.
#[derive(Clone, Copy, Debug)]
struct Resizing {
    /// Whether it counts as a sampled allocation.
    is_event: bool,
    /// The session it will be in use in, if it is a sample afterwards.
    in_use: Option<Sampling>,
    sampling: Option<Sampling>,
}

impl Resizing {
    fn of(
        verdict: Verdict,
        old_size: usize,
        new_size: usize,
        was_sampled: Option<Booking>,
    ) -> Self {
        let (sampling, overshoot) = match verdict {
            Verdict::Ignored => {
                return Resizing {
                    is_event: false,
                    in_use: None,
                    sampling: None,
                };
            }
            Verdict::Counted(sampling) => (sampling, None),
            Verdict::Sampled(sampling, overshoot) => (sampling, Some(overshoot)),
        };
        let (old_bytes, new_bytes) = (old_size as u64, new_size as u64);
        let was_sampled = was_sampled.filter(|booking| booking.session == sampling.session);
        let is_kept = was_sampled.is_some_and(|booking| {
            let (rate, random) = (sampling.rate, thread::random());
            rate.survives(booking.weight, old_bytes, new_bytes, random)
        });
        // The new bytes count before the old ones.
        let is_hit = overshoot.is_some_and(|overshoot| {
            sampling.rate.is_exact() || (new_size > old_size && overshoot >= old_bytes)
        });
        Resizing {
            is_event: overshoot.is_some(),
            in_use: (is_kept || is_hit).then_some(sampling),
            sampling: Some(sampling),
        }
    }

    /// Enters the block with its new size.
    fn enter(self, size: usize) -> Option<Booking> {
        let entry = match (self.is_event, self.in_use.is_some()) {
            (true, true) => Entry::AllocatedAndInUse,
            (true, false) => Entry::Allocated,
            (false, true) => Entry::InUse,
            (false, false) => return None,
        };
        let booking = tracker::enter(self.sampling?, size, entry);
        if self.in_use.is_some() { booking } else { None }
    }
}

impl<A: GlobalAlloc> ProfilingAllocator<A> {
    /// Resizes a block that is a sample or may become one.
    ///
    /// # Safety
    ///
    /// As for [`GlobalAlloc::realloc`].
    #[cold]
    #[inline(never)]
    unsafe fn resize(
        &self,
        block: *mut u8,
        layout: Layout,
        new_size: usize,
        verdict: Verdict,
        filter: FreeFilter,
    ) -> *mut u8 {
        let _quiet = reentry::enter();
        let found = tracker::find(block, layout.size(), filter);
        let resizing = Resizing::of(verdict, layout.size(), new_size, found.booking);
        // SAFETY: the caller guarantees a size that is valid with the alignment.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: passed on to the caller; the block lives where it was found.
        let moved = unsafe { self.move_block(block, layout, new_layout, found.slot, resizing) };
        let Some((new_block, slot)) = moved else {
            tracker::watch(block, found.slot, found.booking);
            if resizing.sampling.is_some() {
                thread::uncount(new_size);
            }
            return std::ptr::null_mut();
        };
        tracker::remove(found.booking);
        tracker::watch(new_block, slot, resizing.enter(new_size));
        new_block
    }

    /// Puts a block where its new size belongs; `None` when there is no memory, and the block is as
    /// it was.
    ///
    /// # Safety
    ///
    /// As for [`GlobalAlloc::realloc`]; `slot` is where the block lives.
    unsafe fn move_block(
        &self,
        block: *mut u8,
        layout: Layout,
        new_layout: Layout,
        slot: Option<Slot<'static>>,
        resizing: Resizing,
    ) -> Option<(*mut u8, Option<Slot<'static>>)> {
        if slot.is_some_and(|slot| slot.suits(new_layout)) {
            return Some((block, slot));
        }
        let new_slot = resizing
            .in_use
            .and_then(|sampling| tracker::slot_for(new_layout, sampling.rate));
        if slot.is_none() && new_slot.is_none() {
            // SAFETY: the block lives with the inner allocator.
            let moved = unsafe { self.inner.realloc(block, layout, new_layout.size()) };
            return (!moved.is_null()).then_some((moved, None));
        }
        let new_block = match new_slot {
            Some(slot) => slot.address(),
            // SAFETY: the caller guarantees a size that is not 0.
            None => unsafe { self.inner.alloc(new_layout) },
        };
        if new_block.is_null() {
            return None;
        }
        let kept = layout.size().min(new_layout.size());
        // SAFETY: both blocks have that many bytes, and the new one is nobody else's.
        unsafe { std::ptr::copy_nonoverlapping(block, new_block, kept) };
        // SAFETY: the block lives there, and its content has moved.
        unsafe { self.give_back(block, layout, slot) };
        Some((new_block, new_slot))
    }
}
