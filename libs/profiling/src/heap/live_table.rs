//! The sampled blocks that live with the inner allocator, by address.
//!
//! These are the blocks too large for the arena and, where the arena does not serve (rates below 4
//! KiB, no reservation, a full arena), blocks of every size. [`super::switches`] says whether a
//! free has to look here.
//!
//! A block is entered before the program gets its address and removed before the inner allocator
//! gets it back, so an address is never here twice. Should that happen all the same (a block that
//! was freed past this allocator), the later entry replaces the earlier one and hands it back.
//!
//! The table is cut into [`SHARDS`] by address, each with its own lock. A shard is an
//! open-addressing table of entries that grows by doubling and closes the gap when an entry is
//! removed, so that searches end at the first empty entry however long the program runs. Its memory
//! is bounded by [`SHARD_ENTRIES_MAX`]; a block that finds no place is counted by the caller.

use super::booking::Booking;
use super::lock::Lock;
use crate::sys::heap_memory::{self, Zeroable};

/// Enough that threads in exact mode seldom meet.
const SHARDS: usize = 64;

/// The first size of a shard: 32 KiB.
const SHARD_ENTRIES_MIN: usize = 1024;

/// The last: 64 shards of 2^20 entries, at most seven eighths full, hold 58 million blocks.
const SHARD_ENTRIES_MAX: usize = 1 << 20;

/// See the module.
#[derive(Debug)]
pub(super) struct LiveTable {
    shards: [Lock<Shard>; SHARDS],
}

/// One part of the table.
#[derive(Debug)]
struct Shard {
    /// A power of two of them, or none.
    entries: &'static mut [Live],
    used: usize,
}

/// A sampled block; no block has address 0.
#[derive(Clone, Copy, Debug, Default)]
struct Live {
    address: usize,
    booking: Booking,
}

// SAFETY: integers only.
unsafe impl Zeroable for Live {}

impl LiveTable {
    /// An empty table without memory.
    pub(super) const fn new() -> LiveTable {
        LiveTable {
            shards: [const { Lock::new(Shard::empty()) }; SHARDS],
        }
    }

    /// Remembers a block. `Err` with a booking that is not watched (any more): the given one when
    /// the table is full, or that of an earlier block at the same address.
    pub(super) fn insert(&self, address: usize, booking: Booking) -> Result<(), Booking> {
        let hash = hash(address);
        let mut shard = self.shards[shard_of(hash)].lock();
        if !shard.has_room() && !shard.grow() {
            return Err(booking);
        }
        match shard.insert(Live { address, booking }) {
            Some(replaced) => Err(replaced),
            None => Ok(()),
        }
    }

    /// Forgets a block, if it was known.
    pub(super) fn remove(&self, address: usize) -> Option<Booking> {
        let hash = hash(address);
        self.shards[shard_of(hash)].lock().remove(address)
    }

    /// Forgets all blocks and gives the memory back.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            let old = std::mem::replace(&mut *shard.lock(), Shard::empty());
            heap_memory::unmap(old.entries);
        }
    }

    /// Forgets all blocks in a child of `fork`. What they occupied there is lost.
    ///
    /// # Safety
    ///
    /// No other thread may exist.
    pub(super) unsafe fn reset_after_fork(&self) {
        for shard in &self.shards {
            // SAFETY: passed on to the caller.
            unsafe { shard.reset(Shard::empty()) };
        }
    }
}

impl Shard {
    const fn empty() -> Shard {
        Shard {
            entries: &mut [],
            used: 0,
        }
    }

    fn has_room(&self) -> bool {
        self.used < self.entries.len() / 8 * 7
    }

    /// Doubles the shard; false when it may not or cannot grow.
    fn grow(&mut self) -> bool {
        let count = (self.entries.len() * 2).max(SHARD_ENTRIES_MIN);
        if count > SHARD_ENTRIES_MAX {
            return false;
        }
        let Some(entries) = heap_memory::zeroed(count) else {
            return false;
        };
        let old = std::mem::replace(self, Shard { entries, used: 0 });
        for live in old.entries.iter().filter(|live| live.address != 0) {
            self.insert(*live);
        }
        heap_memory::unmap(old.entries);
        true
    }

    fn insert(&mut self, live: Live) -> Option<Booking> {
        let index = self.find(live.address);
        let entry = &mut self.entries[index];
        let replaced = (entry.address != 0).then_some(entry.booking);
        *entry = live;
        self.used += usize::from(replaced.is_none());
        replaced
    }

    fn remove(&mut self, address: usize) -> Option<Booking> {
        if self.entries.is_empty() {
            return None;
        }
        let index = self.find(address);
        let found = self.entries[index];
        if found.address == 0 {
            return None;
        }
        self.close_gap(index);
        self.used -= 1;
        Some(found.booking)
    }

    /// The entry of `address`, or the empty one where it belongs. There is always one.
    fn find(&self, address: usize) -> usize {
        let mask = self.entries.len() - 1;
        let mut index = hash(address) as usize & mask;
        while self.entries[index].address != 0 && self.entries[index].address != address {
            index = (index + 1) & mask;
        }
        index
    }

    /// Empties an entry and moves up the ones after it that would not be found any more.
    fn close_gap(&mut self, mut gap: usize) {
        let mask = self.entries.len() - 1;
        let mut index = gap;
        loop {
            index = (index + 1) & mask;
            let live = self.entries[index];
            if live.address == 0 {
                break;
            }
            let home = hash(live.address) as usize & mask;
            // The entry may move if the gap is not before its home, seen from its home on.
            if index.wrapping_sub(home) & mask >= index.wrapping_sub(gap) & mask {
                self.entries[gap] = live;
                gap = index;
            }
        }
        self.entries[gap] = Live::default();
    }
}

/// Spreads addresses, whose low bits are all zero, over all 64 bits.
fn hash(address: usize) -> u64 {
    let mixed = (address as u64 >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

fn shard_of(hash: u64) -> usize {
    (hash >> 58) as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn booking(stack: u32) -> Booking {
        Booking {
            session: 2,
            stack,
            ..Booking::default()
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(usize),
        Remove(usize),
    }

    /// Few addresses, so that inserting and removing meet, but enough for a shard to grow.
    fn step() -> impl Strategy<Value = Step> {
        let address = (1_usize..6000).prop_map(|block| block * 16);
        prop_oneof![
            address.clone().prop_map(Step::Insert),
            address.prop_map(Step::Remove)
        ]
    }

    /// One shard behaves as a map, whatever the order.
    fn check(steps: &[Step]) {
        let mut shard = Shard::empty();
        let mut model = HashMap::new();
        for (number, step) in steps.iter().enumerate() {
            let stack = number as u32;
            match *step {
                Step::Insert(address) => {
                    assert!(shard.has_room() || shard.grow());
                    let replaced = shard.insert(Live {
                        address,
                        booking: booking(stack),
                    });
                    assert_eq!(replaced, model.insert(address, booking(stack)));
                }
                Step::Remove(address) => {
                    assert_eq!(shard.remove(address), model.remove(&address));
                }
            }
            assert_eq!(shard.used, model.len());
        }
        for (address, booking) in model {
            assert_eq!(shard.remove(address), Some(booking));
        }
        assert!(shard.entries.iter().all(|live| live.address == 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn behaves_as_a_map(steps in proptest::collection::vec(step(), 0..5000)) {
            check(&steps);
        }
    }

    #[test]
    fn a_full_shard_refuses_and_loses_nothing() {
        let mut shard = Shard::empty();
        let mut address = 0;
        while shard.has_room() || shard.grow() {
            address += 16;
            shard.insert(Live {
                address,
                booking: booking(1),
            });
        }
        assert_eq!(shard.used, SHARD_ENTRIES_MAX / 8 * 7);
        assert!(
            (16..=address)
                .step_by(16)
                .all(|address| shard.remove(address).is_some())
        );
    }

    #[test]
    fn threads_see_their_own_blocks() {
        let table = LiveTable::new();
        std::thread::scope(|scope| {
            for thread in 1..5_usize {
                let table = &table;
                scope.spawn(move || {
                    for round in 1..20_000_usize {
                        let address = (thread << 40) + round % 997 * 16;
                        assert_eq!(table.insert(address, booking(thread as u32)), Ok(()));
                        assert_eq!(table.remove(address), Some(booking(thread as u32)));
                    }
                });
            }
        });
        table.clear();
        assert_eq!(table.remove(16), None);
    }
}
