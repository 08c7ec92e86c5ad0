//! The address range sampled blocks come from, so that a free knows them by their address.
//!
//! A free has to tell the one block in thousands that was sampled from all others. Looking each
//! address up costs more than the free itself, and marking blocks inside the inner allocator's
//! memory means reading memory that a free would not touch. One range of addresses costs a
//! subtraction and a comparison.
//!
//! # Layout
//!
//! ```text
//! range: ARENA_BYTES reserved once, never given back
//!   chunk: CHUNK_BYTES, given to one size class for good when that class needs it
//!     header: size class, bitmap of free slots, a record per slot
//!     slots
//! ```
//!
//! # Protocol
//!
//! Nothing here takes a lock, so a child of `fork` can go on freeing and allocating whatever the
//! parent's threads were doing.
//!
//! * A slot is free when its bit in `free` is set. Clearing the bit (compare-and-swap) takes the
//!   slot, setting it gives it back. Taking acquires and giving back releases, so what the last
//!   owner did to the slot and its record comes before what the next one does.
//! * `summary` has a bit per word of `free` and is a hint that errs on the safe side: a bit may be
//!   set for a word without free slots, never clear for long for a word with some. Whoever takes
//!   the last slot of a word clears the bit and then looks at the word again.
//! * A chunk is initialised by the thread that claimed it and then published at the head of its
//!   class's list with release; lists only grow.
//! * The record of a taken slot is written and read by whoever owns the block; the program orders
//!   the allocation before the free by handing the address over.
//!
//! # Memory
//!
//! The chunk that got a slot back last is searched first, so a class keeps to the pages it has.
//! Free pages beyond [`IDLE_BYTES_MAX`] in a class go back to the system.

use std::alloc::Layout;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};

use super::booking::Booking;
use super::chunk::{CHUNK_BYTES, Chunk, Pages, Record};
use super::size_class::{CLASSES, SizeClass};
use crate::sys::arch::PAGE_BYTES_MAX;
use crate::sys::heap_memory::{self, ARENA_BYTES};

/// How many chunks there are.
const CHUNKS: u32 = (ARENA_BYTES / CHUNK_BYTES) as u32;

/// How many free bytes of a class keep their pages.
const IDLE_BYTES_MAX: usize = 1 << 20;

/// See the module.
#[derive(Debug)]
pub(super) struct Arena {
    /// Address of the range; null before [`Arena::reserve`].
    base: AtomicPtr<u8>,
    claimed_chunks: AtomicU32,
    classes: [Class; CLASSES],
}

/// Where the slots of one size are. Chunks are named by their index plus one; 0 is none.
#[derive(Debug)]
struct Class {
    newest: AtomicU32,
    /// A chunk that probably has a free slot.
    hint: AtomicU32,
    /// Bytes of free slots that keep their pages.
    idle_bytes: AtomicUsize,
}

/// A slot that holds a block, or is about to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    class: &'a Class,
    size_class: SizeClass,
    chunk: &'a Chunk,
    chunk_number: u32,
    index: usize,
    record: &'a Record,
    address: *mut u8,
    is_zero: bool,
}

impl Class {
    const fn new() -> Class {
        Class {
            newest: AtomicU32::new(0),
            hint: AtomicU32::new(0),
            idle_bytes: AtomicUsize::new(0),
        }
    }
}

impl Arena {
    /// An arena without addresses: it has no slots and owns no block.
    pub(super) const fn new() -> Arena {
        Arena {
            base: AtomicPtr::new(std::ptr::null_mut()),
            claimed_chunks: AtomicU32::new(0),
            classes: [const { Class::new() }; CLASSES],
        }
    }

    /// Reserves the range, once. Returns its address; `None` when the system refuses. Calls must not
    /// overlap.
    pub(super) fn reserve(&self) -> Option<usize> {
        if self.base.load(Ordering::Relaxed).is_null() {
            let base = heap_memory::reserve(ARENA_BYTES, CHUNK_BYTES)?;
            self.base.store(base.as_ptr(), Ordering::Release);
        }
        Some(self.base.load(Ordering::Relaxed) as usize)
    }

    /// A free slot for a block of `layout`; `None` when the block is too large or there is no slot.
    pub(super) fn take(&self, layout: Layout) -> Option<Slot<'_>> {
        let class = SizeClass::of(layout)?;
        let hint = self.classes[class.index()].hint.load(Ordering::Relaxed);
        self.take_from(hint)
            .or_else(|| self.take_from_any(class))
            .or_else(|| self.take_from(self.add_chunk(class)?))
    }

    /// The slot of the block at `address`; `None` when that is outside of the range.
    pub(super) fn slot_at(&self, address: *mut u8) -> Option<Slot<'_>> {
        let offset = (address as usize).checked_sub(self.base.load(Ordering::Relaxed) as usize)?;
        let number = u32::try_from(offset / CHUNK_BYTES).ok()?.checked_add(1)?;
        let size_class = self.chunk(number)?.class()?;
        let within = (offset % CHUNK_BYTES).checked_sub(Chunk::slots_offset(size_class))?;
        self.slot(number, within / size_class.slot_bytes())
    }

    /// Makes the arena refuse more chunks while `action` runs.
    #[cfg(test)]
    pub(super) fn without_more_chunks(&self, action: impl FnOnce()) {
        let claimed = self.claimed_chunks.swap(CHUNKS, Ordering::Relaxed);
        action();
        self.claimed_chunks.store(claimed, Ordering::Relaxed);
    }

    fn take_from(&self, number: u32) -> Option<Slot<'_>> {
        let mut slot = self.slot(number, self.chunk(number)?.take()?)?;
        slot.begin_use();
        Some(slot)
    }

    /// Searches all chunks of the class, newest first.
    fn take_from_any(&self, class: SizeClass) -> Option<Slot<'_>> {
        let class = &self.classes[class.index()];
        // Acquire: pairs with the publication in `add_chunk`.
        let mut number = class.newest.load(Ordering::Acquire);
        loop {
            let chunk = self.chunk(number)?;
            if let Some(slot) = self.take_from(number) {
                class.hint.store(number, Ordering::Relaxed);
                return Some(slot);
            }
            number = chunk.older.load(Ordering::Acquire);
        }
    }

    /// Gives the class one more chunk and returns its number.
    fn add_chunk(&self, size_class: SizeClass) -> Option<u32> {
        let number = self.claim_chunk()?;
        let end =
            Chunk::slots_offset(size_class) + Chunk::slots(size_class) * size_class.slot_bytes();
        // SAFETY: the chunk is page-aligned, lies in the reservation, was claimed by this call alone
        // and has not been used.
        if !unsafe {
            heap_memory::commit(self.start_of(number)?, end.next_multiple_of(PAGE_BYTES_MAX))
        } {
            return None;
        }
        let chunk = self.chunk(number)?;
        chunk.begin(size_class);
        let class = &self.classes[size_class.index()];
        let publish = |newest| {
            chunk.older.store(newest, Ordering::Relaxed);
            Some(number)
        };
        // Release: publishes the header.
        let _ = class
            .newest
            .fetch_update(Ordering::Release, Ordering::Relaxed, publish);
        class.hint.store(number, Ordering::Relaxed);
        Some(number)
    }

    /// The number of a chunk nobody has had.
    fn claim_chunk(&self) -> Option<u32> {
        self.start_of(1)?;
        let claim = |claimed: u32| (claimed < CHUNKS).then_some(claimed + 1);
        let claimed = self
            .claimed_chunks
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim);
        claimed.ok().map(|before| before + 1)
    }

    /// The chunk with this number. The caller has the number from a class, from the address of a
    /// block, or from committing the chunk itself.
    fn chunk(&self, number: u32) -> Option<&Chunk> {
        if number == 0 || number > self.claimed_chunks.load(Ordering::Relaxed) {
            return None;
        }
        // SAFETY: whichever way the number came, the chunk was committed before, is aligned, begins
        // with a header for which zeros are valid, and is never given back.
        Some(unsafe { &*self.start_of(number)?.cast::<Chunk>() })
    }

    fn start_of(&self, number: u32) -> Option<*mut u8> {
        let base = self.base.load(Ordering::Relaxed);
        let offset = (number.checked_sub(1)? as usize).checked_mul(CHUNK_BYTES)?;
        (!base.is_null()).then(|| base.wrapping_add(offset))
    }

    fn slot(&self, chunk_number: u32, index: usize) -> Option<Slot<'_>> {
        let chunk = self.chunk(chunk_number)?;
        let size_class = chunk.class()?;
        let offset = Chunk::slots_offset(size_class) + index * size_class.slot_bytes();
        Some(Slot {
            class: self.classes.get(size_class.index())?,
            size_class,
            chunk,
            chunk_number,
            index,
            record: chunk.record(index)?,
            address: self.start_of(chunk_number)?.wrapping_add(offset),
            is_zero: false,
        })
    }
}

impl Slot<'_> {
    /// Where the block begins.
    pub(super) fn address(&self) -> *mut u8 {
        self.address
    }

    /// Whether a block of `layout` would get a slot of this size.
    pub(super) fn suits(&self, layout: Layout) -> bool {
        SizeClass::of(layout) == Some(self.size_class)
    }

    /// What the block is booked as.
    pub(super) fn booking(&self) -> Option<Booking> {
        self.record.booking()
    }

    /// Changes what the block is booked as. Only for the block's owner.
    pub(super) fn book(&self, booking: Option<Booking>) {
        self.record.book(booking);
    }

    /// Whether the slot, just taken, holds nothing but zeros.
    pub(super) fn is_zero(&self) -> bool {
        self.is_zero
    }

    /// Gives the slot back. The block is gone.
    pub(super) fn give_back(self) {
        let bytes = self.size_class.slot_bytes();
        if self.has_pages() {
            let idle = self.class.idle_bytes.load(Ordering::Relaxed);
            if idle + bytes > IDLE_BYTES_MAX {
                // SAFETY: slots of at least a page are whole pages, and the block in it is gone.
                unsafe { heap_memory::discard(self.address, bytes) };
                self.record.set_pages(Pages::GivenBack);
            } else {
                self.class.idle_bytes.fetch_add(bytes, Ordering::Relaxed);
            }
        }
        self.class.hint.store(self.chunk_number, Ordering::Relaxed);
        self.chunk.give_back(self.index);
    }

    /// Whether the slot is made of whole pages, which no other shares.
    fn has_pages(&self) -> bool {
        self.size_class.slot_bytes() >= PAGE_BYTES_MAX
    }

    /// Takes the slot's pages, if it has any, out of the idle ones; it will have some from now on.
    fn begin_use(&mut self) {
        self.is_zero = self.record.pages() == Pages::Untouched;
        if self.has_pages() && self.record.pages() == Pages::Held {
            self.class
                .idle_bytes
                .fetch_sub(self.size_class.slot_bytes(), Ordering::Relaxed);
        }
        self.record.set_pages(Pages::Held);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arena() -> &'static Arena {
        let arena = Box::leak(Box::new(Arena::new()));
        assert!(arena.reserve().is_some());
        arena
    }

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("a valid layout")
    }

    /// Blocks of the given layouts, taken and given back in turns, are aligned, apart from each
    /// other, found by their address, and zero when they claim to be.
    fn check(steps: &[(Layout, bool)]) {
        let arena = arena();
        let mut held: Vec<(Slot<'_>, Layout)> = Vec::new();
        for &(layout, gives_back) in steps {
            let slot = arena.take(layout).expect("the arena is large");
            let address = slot.address() as usize;
            assert_eq!(address % layout.align(), 0);
            assert!(held.iter().all(|(other, size)| {
                let other = other.address() as usize;
                address + layout.size() <= other || other + size.size() <= address
            }));
            let found = arena.slot_at(slot.address()).expect("a block of the arena");
            assert_eq!((found.address(), found.index), (slot.address(), slot.index));
            // SAFETY: the slot holds that many bytes and is this test's.
            let bytes = unsafe { std::slice::from_raw_parts_mut(slot.address(), layout.size()) };
            assert!(!slot.is_zero() || bytes.iter().all(|byte| *byte == 0));
            bytes.fill(0xa5);
            held.push((slot, layout));
            if gives_back {
                held.swap_remove(held.len() / 2).0.give_back();
            }
        }
    }

    fn step() -> impl Strategy<Value = (Layout, bool)> {
        let size = prop_oneof![0..200_usize, 200..10_000_usize, 10_000..=262_144_usize];
        let align = (0..14_u32).prop_map(|shift| 1_usize << shift);
        (size, align, any::<bool>()).prop_map(|(size, align, back)| (layout(size, align), back))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn blocks_are_aligned_apart_and_found(steps in proptest::collection::vec(step(), 1..100)) {
            check(&steps);
        }
    }

    #[test]
    fn slots_remember_their_booking() {
        let arena = arena();
        let slot = arena.take(layout(100, 8)).expect("the arena is large");
        let booking = Booking {
            session: 3,
            stack: 5,
            ..Booking::default()
        };
        slot.book(Some(booking));
        let found = arena.slot_at(slot.address()).expect("a block of the arena");
        assert_eq!(found.booking(), Some(booking));
        found.book(None);
        assert_eq!(slot.booking(), None);
    }

    #[test]
    fn addresses_outside_are_not_found() {
        let arena = arena();
        let slot = arena.take(layout(16, 8)).expect("the arena is large");
        let base = arena.reserve().expect("reserved before") as *mut u8;
        assert!(arena.slot_at(base.wrapping_sub(1)).is_none());
        assert!(arena.slot_at(base.wrapping_add(ARENA_BYTES)).is_none());
        assert!(arena.slot_at(std::ptr::null_mut()).is_none());
        assert!(Arena::new().slot_at(slot.address()).is_none());
        assert!(Arena::new().take(layout(16, 8)).is_none());
    }

    #[test]
    fn a_full_arena_refuses_until_a_slot_comes_back() {
        let arena = arena();
        let largest = layout(256 * 1024, 8);
        let held: Vec<_> = std::iter::from_fn(|| arena.take(largest)).collect();
        assert_eq!(held.len(), CHUNKS as usize * 15);
        assert!(
            arena.take(layout(16, 8)).is_none(),
            "all chunks belong to the other size"
        );
        held[1000].give_back();
        assert_eq!(
            arena.take(largest).map(|slot| slot.address()),
            Some(held[1000].address())
        );
        assert!(arena.take(largest).is_none());
    }

    #[test]
    fn large_slots_give_their_pages_back_beyond_the_idle_bound() {
        let arena = arena();
        let held: Vec<_> = (0..8)
            .filter_map(|_| arena.take(layout(256 * 1024, 8)))
            .collect();
        for slot in &held {
            // SAFETY: the slot holds that many bytes and is this test's.
            unsafe { slot.address().write_bytes(1, 256 * 1024) };
        }
        held.iter().for_each(|slot| slot.give_back());
        let given_back = |slot: &&Slot<'_>| slot.record.pages() == Pages::GivenBack;
        assert_eq!(held.iter().filter(given_back).count(), 4);
        let again: Vec<_> = (0..8)
            .filter_map(|_| arena.take(layout(256 * 1024, 8)))
            .collect();
        assert_eq!(again[0].class.idle_bytes.load(Ordering::Relaxed), 0);
    }
}
