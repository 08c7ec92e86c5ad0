//! The sampled blocks of the process: where they live, and what they are booked as.
//!
//! Between the allocator, which knows about memory, and the ledger, which knows about sums.

use std::alloc::Layout;

use dtail_sampler::gap::Rate;

use super::arena::{Arena, Slot};
use super::booking::Booking;
use super::captured::CapturedStack;
use super::ledger::{Entry, Ledger};
use super::live_table::LiveTable;
use super::switches::{self, FreeFilter};
use super::thread::{self, Sampling};
use crate::unwind;

pub(super) static ARENA: Arena = Arena::new();
pub(super) static LEDGER: Ledger = Ledger::new();
pub(super) static LIVE: LiveTable = LiveTable::new();

/// The lowest rate at which the arena serves. Below it so many blocks are sampled that the program
/// would run on the arena's fixed slots instead of on its own allocator.
const ARENA_RATE_MIN: u64 = 4096;

/// Whether blocks sampled at `rate` come from the arena when it has a slot.
pub(super) fn arena_serves(rate: Rate) -> bool {
    rate.bytes() >= ARENA_RATE_MIN
}

/// Where a sampled block of `layout` goes: a slot, or, with `None`, the inner allocator.
///
/// When a block that the arena should have had goes elsewhere, frees of small blocks are told to
/// look into the live table first.
pub(super) fn slot_for(layout: Layout, rate: Rate) -> Option<Slot<'static>> {
    let slot = if arena_serves(rate) {
        ARENA.take(layout)
    } else {
        None
    };
    if slot.is_none() && layout.size() <= super::size_class::SLOT_BYTES_MAX {
        switches::show_table_for_small();
    }
    slot
}

/// A block as its free finds it. Its record is out of the live table.
#[derive(Debug)]
pub(super) struct Found {
    /// Its slot, if it lives in the arena.
    pub(super) slot: Option<Slot<'static>>,
    /// What it is booked as, if it is a sample.
    pub(super) booking: Option<Booking>,
}

/// Takes what is known of the block at `address`. Before the inner allocator gets it back: then
/// another thread may get the address at once.
pub(super) fn find(address: *mut u8, size: usize, filter: FreeFilter) -> Found {
    if let Some(slot) = ARENA.slot_at(address) {
        return Found {
            slot: Some(slot),
            booking: slot.booking(),
        };
    }
    let watched = filter.table_may_hold(size);
    let booking = if watched {
        LIVE.remove(address as usize)
    } else {
        None
    };
    Found {
        slot: None,
        booking,
    }
}

/// Remembers what the block at `address` is booked as.
pub(super) fn watch(address: *mut u8, slot: Option<Slot<'static>>, booking: Option<Booking>) {
    match (slot, booking) {
        (Some(slot), booking) => slot.book(booking),
        (None, Some(booking)) => {
            if let Err(unwatched) = LIVE.insert(address as usize, booking) {
                LEDGER.give_up(unwatched);
            }
        }
        (None, None) => {}
    }
}

/// Enters a block with the calling thread's stack, and returns what it is booked as.
pub(super) fn enter(sampling: Sampling, size: usize, entry: Entry) -> Option<Booking> {
    let mut room = unwind::no_frames();
    let Some(last) = thread::take_last_sample() else {
        return LEDGER.enter(&CapturedStack::here(&mut room), sampling, size, entry);
    };
    let booking = last.enter(&LEDGER, sampling, size, entry, &mut room);
    thread::put_last_sample(last);
    booking
}

/// Takes a block that is freed out of what is in use.
pub(super) fn remove(booking: Option<Booking>) {
    if let Some(booking) = booking {
        LEDGER.remove(booking);
    }
}
