//! What a thread remembers of its last sample, so that the next one has less to do.
//!
//! Most of a thread's stack is at one sample what it was at the last, and at a rate of 1 a loop has the very
//! same stack thousands of times. So the walk goes along the last one ([`LastWalk`]), and a stack that
//! is the same has the number that it had.

use std::cell::UnsafeCell;

use dtail_sampler::unwind::LastWalk;

use super::booking::Booking;
use super::captured::CapturedStack;
use super::ledger::{Entry, Ledger};
use super::stacks::OVERFLOW;
use super::thread::Sampling;
use crate::sys::heap_memory::{self, Zeroable};
use crate::unwind::{self, Frames};

/// How many threads remember: 17 MiB of addresses, of which each thread touches two or three pages. Threads beyond
/// them walk by rules alone.
const THREADS: usize = 1024;

/// See the module. All zero at first.
#[derive(Debug)]
pub(super) struct LastSample {
    walk: LastWalk,
    /// The stack's number, which is one of `session`; no session has the number 0.
    stack: u32,
    session: u32,
}

/// The memory of one thread.
#[derive(Debug)]
struct Place(UnsafeCell<LastSample>);

// SAFETY: integers, of which zero is a sample of no session and a walk without steps.
unsafe impl Zeroable for Place {}

// SAFETY: whoever takes the reference out of a place vouches that there is no other.
unsafe impl Sync for Place {}

/// The places of all threads.
#[derive(Debug)]
pub(super) struct LastSamples(&'static [Place]);

impl LastSamples {
    /// Places that nobody has; `None` when there is no memory.
    pub(super) fn new() -> Option<Self> {
        Some(Self(heap_memory::zeroed(THREADS)?))
    }

    /// The place with this number, if there is one.
    ///
    /// # Safety
    ///
    /// No reference to it may exist.
    pub(super) unsafe fn take(&self, number: usize) -> Option<&'static mut LastSample> {
        // SAFETY: the memory stays, and the caller vouches for the rest.
        self.0
            .get(number)
            .map(|place| unsafe { &mut *place.0.get() })
    }
}

impl LastSample {
    /// Enters a block with the calling thread's stack, kept in `room`.
    pub(super) fn enter(
        &mut self,
        ledger: &Ledger,
        sampling: Sampling,
        size: usize,
        entry: Entry,
        room: &mut Frames,
    ) -> Option<Booking> {
        let (captured, is_same) = unwind::capture_along(&mut self.walk, room);
        if is_same && self.session == sampling.session {
            return ledger.enter_known(self.stack, sampling, size, entry);
        }
        let stack = CapturedStack::of(captured.frames, captured.is_truncated());
        let booking = ledger.enter(&stack, sampling, size, entry);
        let known = booking.filter(|booking| booking.stack != OVERFLOW);
        (self.session, self.stack) =
            known.map_or((0, OVERFLOW), |known| (known.session, known.stack));
        booking
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use dtail_sampler::gap::Rate;

    use super::*;

    /// The same stack in two sessions, where it gets different numbers.
    #[test]
    fn a_stack_has_the_number_of_its_session() {
        unwind::refresh_tables();
        unwind::refresh_stacks();
        let ledger = Ledger::new();
        let mut last = Box::new(LastSample {
            walk: LastWalk::default(),
            stack: 0,
            session: 0,
        });
        for (session, others) in [(7, 0), (8, 2), (9, 1)] {
            ledger.open(session).expect("memory for the tables");
            let sampling = Sampling {
                session,
                rate: Rate::EXACT,
            };
            let entry = Entry::AllocatedAndInUse;
            for other in 0..others {
                let stack = [other];
                ledger.enter(&CapturedStack::of(&stack, false), sampling, 8, entry);
            }
            // One place that calls, however the loop is compiled.
            for _ in 0..std::hint::black_box(3) {
                let mut room = unwind::no_frames();
                let booking = last.enter(&ledger, sampling, 8, entry, &mut room);
                assert_eq!(
                    booking.map(|booking| booking.stack),
                    Some(others as u32 + 1)
                );
            }
            let (values, _) = ledger.read();
            let here = values.last().expect("stacks were entered");
            assert_eq!((values.len(), here.alloc_objects), (others as usize + 2, 3));
            assert!(here.frames.len() > 3, "{here:?}");
        }
    }
}
