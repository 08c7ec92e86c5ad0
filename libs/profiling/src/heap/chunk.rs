//! A chunk of the arena: slots of one size, and which of them are free.
//!
//! See [`super::arena`] for the protocol.

use dtail_sampler::gap::Weight;

use super::booking::Booking;
use super::primitive::{AtomicU32, AtomicU64, Ordering};
use super::size_class::SizeClass;
use super::switches::NO_SESSION;

/// Size and alignment of a chunk.
pub(super) const CHUNK_BYTES: usize = 4 << 20;

const WORD_BITS: usize = 64;

/// The most slots a chunk has: what a summary of one word covers.
const SLOTS_MAX: usize = WORD_BITS * WORD_BITS;

/// The header of a chunk. All zero before [`Chunk::begin`]; the slots follow.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Chunk {
    class: AtomicU32,
    /// The number of the next older chunk of the class, 0 at the end.
    pub(super) older: AtomicU32,
    free: FreeSlots,
    records: [Record; SLOTS_MAX],
}

/// Which slots are free: a bit per slot, and a bit per word of those.
#[derive(Debug)]
#[repr(C)]
struct FreeSlots {
    summary: AtomicU64,
    words: [AtomicU64; WORD_BITS],
}

/// What is remembered of a slot. Belongs to whoever owns the slot.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Record {
    session: AtomicU32,
    stack: AtomicU32,
    objects: AtomicU64,
    bytes: AtomicU64,
    pages: AtomicU32,
}

impl Chunk {
    /// How many slots of `class` a chunk has.
    pub(super) fn slots(class: SizeClass) -> usize {
        ((CHUNK_BYTES - Self::slots_offset(class)) / class.slot_bytes()).min(SLOTS_MAX)
    }

    /// Where the first slot begins, seen from the chunk.
    pub(super) fn slots_offset(class: SizeClass) -> usize {
        size_of::<Chunk>().next_multiple_of(class.alignment())
    }

    /// Makes the slots available. The chunk is not published yet.
    pub(super) fn begin(&self, class: SizeClass) {
        self.class.store(class.index() as u32, Ordering::Relaxed);
        self.free.fill(Self::slots(class));
    }

    /// The class whose slots these are.
    pub(super) fn class(&self) -> Option<SizeClass> {
        SizeClass::from_index(self.class.load(Ordering::Relaxed) as usize)
    }

    /// The record of a slot.
    pub(super) fn record(&self, index: usize) -> Option<&Record> {
        self.records.get(index)
    }

    /// Takes a free slot, if there is one.
    pub(super) fn take(&self) -> Option<usize> {
        self.free.take()
    }

    /// Gives a slot back.
    pub(super) fn give_back(&self, index: usize) {
        self.free.give_back(index);
    }
}

impl FreeSlots {
    fn fill(&self, slots: usize) {
        for (number, word) in self.words.iter().enumerate() {
            let bits = slots.saturating_sub(number * WORD_BITS).min(WORD_BITS) as u32;
            word.store(
                u64::MAX.checked_shr(u64::BITS - bits).unwrap_or(0),
                Ordering::Relaxed,
            );
        }
        let words = slots.div_ceil(WORD_BITS) as u32;
        self.summary
            .store(u64::MAX >> (u64::BITS - words), Ordering::Relaxed);
    }

    fn take(&self) -> Option<usize> {
        loop {
            let summary = self.summary.load(Ordering::SeqCst);
            if summary == 0 {
                return None;
            }
            let number = summary.trailing_zeros() as usize;
            if let Some(bit) = self.take_from_word(number) {
                return Some(number * WORD_BITS + bit);
            }
        }
    }

    /// Takes a bit of one word, and clears the word's bit in the summary with the last one.
    fn take_from_word(&self, number: usize) -> Option<usize> {
        let word = &self.words[number];
        // Acquire: what the last owner of the slot did comes before.
        let taken = word.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |bits| {
            (bits != 0).then(|| bits & (bits - 1))
        });
        let bits = taken.unwrap_or(0);
        if bits & bits.wrapping_sub(1) == 0 {
            self.summary.fetch_and(!(1 << number), Ordering::SeqCst);
            // A slot given back between the two steps has set the bit that was just cleared.
            if word.load(Ordering::SeqCst) != 0 {
                self.summary.fetch_or(1 << number, Ordering::SeqCst);
            }
        }
        (bits != 0).then(|| bits.trailing_zeros() as usize)
    }

    fn give_back(&self, index: usize) {
        let number = index / WORD_BITS;
        // Release: what this owner did to the slot comes before the next one takes it.
        self.words[number].fetch_or(1 << (index % WORD_BITS), Ordering::SeqCst);
        self.summary.fetch_or(1 << number, Ordering::SeqCst);
    }
}

impl Record {
    /// What the block in the slot is booked as.
    pub(super) fn booking(&self) -> Option<Booking> {
        let session = self.session.load(Ordering::Relaxed);
        (session != NO_SESSION).then(|| Booking {
            session,
            stack: self.stack.load(Ordering::Relaxed),
            weight: Weight {
                objects: self.objects.load(Ordering::Relaxed),
                bytes: self.bytes.load(Ordering::Relaxed),
            },
        })
    }

    /// Changes what the block in the slot is booked as.
    pub(super) fn book(&self, booking: Option<Booking>) {
        let Some(booking) = booking else {
            return self.session.store(NO_SESSION, Ordering::Relaxed);
        };
        self.session.store(booking.session, Ordering::Relaxed);
        self.stack.store(booking.stack, Ordering::Relaxed);
        self.objects
            .store(booking.weight.objects, Ordering::Relaxed);
        self.bytes.store(booking.weight.bytes, Ordering::Relaxed);
    }

    /// What the slot's memory is.
    pub(super) fn pages(&self) -> Pages {
        match self.pages.load(Ordering::Relaxed) {
            0 => Pages::Untouched,
            1 => Pages::Held,
            _ => Pages::GivenBack,
        }
    }

    /// Remembers what the slot's memory is.
    pub(super) fn set_pages(&self, pages: Pages) {
        self.pages.store(pages as u32, Ordering::Relaxed);
    }
}

/// What the memory of a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pages {
    /// Never written: zeros, and no pages.
    Untouched = 0,
    /// Pages of its own, with anything in them.
    Held = 1,
    /// No pages. Zeros too, but valgrind does not know that.
    GivenBack = 2,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn slots(count: usize) -> FreeSlots {
        let free = FreeSlots {
            summary: AtomicU64::new(0),
            words: std::array::from_fn(|_| AtomicU64::new(0)),
        };
        free.fill(count);
        free
    }

    /// What is left, each slot once.
    fn rest(free: &FreeSlots) -> HashSet<usize> {
        let mut taken = HashSet::new();
        while let Some(index) = free.take() {
            assert!(taken.insert(index), "slot {index} was free twice");
        }
        taken
    }

    #[cfg(not(loom))]
    #[test]
    fn every_slot_is_taken_once_and_can_be_given_back() {
        for count in [1, 14, 63, 64, 65, 1000, SLOTS_MAX] {
            let free = slots(count);
            assert_eq!(rest(&free), (0..count).collect());
            free.give_back(count - 1);
            assert_eq!((free.take(), free.take()), (Some(count - 1), None));
        }
    }

    #[cfg(not(loom))]
    #[test]
    fn threads_never_share_a_slot_and_lose_none() {
        let free = slots(130);
        let owners: Vec<AtomicU32> = (0..130).map(|_| AtomicU32::new(0)).collect();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..20_000 {
                        let held: Vec<usize> =
                            (0..round % 40).filter_map(|_| free.take()).collect();
                        for &index in &held {
                            assert_eq!(owners[index].swap(1, Ordering::Relaxed), 0);
                        }
                        for &index in &held {
                            owners[index].store(0, Ordering::Relaxed);
                            free.give_back(index);
                        }
                    }
                });
            }
        });
        assert_eq!(rest(&free).len(), 130);
    }

    #[test]
    fn a_chunk_holds_its_slots() {
        for class in SizeClass::all() {
            let slots = Chunk::slots(class);
            assert!(slots >= 15, "{class:?}");
            assert!(Chunk::slots_offset(class) + slots * class.slot_bytes() <= CHUNK_BYTES);
            assert_eq!(Chunk::slots_offset(class) % class.alignment(), 0);
        }
    }

    /// Two threads on the last slots of a word: whichever way their steps interleave, no slot is
    /// handed out twice, and none is lost. (A thread may miss a free slot, as long as the other has
    /// cleared the summary and not looked again.)
    #[cfg(loom)]
    #[test]
    fn every_interleaving_keeps_every_slot() {
        loom::model(|| {
            let free = loom::sync::Arc::new(slots(2));
            let given = free.take().expect("two are free");
            let other = {
                let free = loom::sync::Arc::clone(&free);
                loom::thread::spawn(move || {
                    free.give_back(given);
                    free.take()
                })
            };
            let mine = free.take();
            let others = other.join().expect("the thread ends well");
            let mut seen = rest(&free);
            let all_apart = mine
                .into_iter()
                .chain(others)
                .all(|index| seen.insert(index));
            assert!(
                all_apart && seen == HashSet::from([0, 1]),
                "{mine:?} {others:?} {seen:?}"
            );
        });
    }
}
