//! The distinct stacks of a session, numbered.
//!
//! Looking up a stack that is already known, which nearly all samples do, takes no lock: an index
//! entry is published after everything it leads to was written, and stays until the session ends.
//! Adding one needs the ledger's lock, which [`Stacks::add`] asks for in the shape of a mutable
//! [`Fill`].
//!
//! Both the number of stacks and the space for their frames are bounded. What does not fit goes to
//! stack 0, which has no frames and whose use is counted.
//!
//! All memory is the module's own and all zero at the start of a session. A thread that is caught
//! in [`Stacks::find`] by the next session's start reads zeros or another stack's frames, finds
//! nothing or the wrong number, and is turned away by the ledger for its session.

use super::captured::CapturedStack;
use super::primitive::{AtomicU32, AtomicU64, Ordering, clear, table};
use crate::sys::heap_memory::Zeroable;

/// How many distinct stacks are told apart, with stack 0. Loom tries every order of every access.
pub(super) const STACKS: usize = if cfg!(all(test, loom)) { 4 } else { 65_536 };

/// Space for frames: 64 a stack on average, half of what the deepest ones have.
const FRAMES: usize = STACKS * if cfg!(all(test, loom)) { 2 } else { 64 };

/// Twice the stacks, so that searches stay short.
const INDEX_ENTRIES: usize = 2 * STACKS;

/// The number of the stack that everything without a place goes to.
pub(super) const OVERFLOW: u32 = 0;

const TRUNCATED: u32 = 1 << 31;

/// The tables. See the module about who may do what.
#[derive(Debug)]
pub(super) struct Stacks {
    /// Open addressing by hash: the upper half of the hash, then the stack's number; 0 is empty.
    index: &'static [AtomicU64],
    stacks: &'static [Stack],
    frames: &'static [AtomicU64],
}

/// Where the frames of a stack lie.
#[derive(Debug)]
#[cfg_attr(all(test, loom), derive(Default))]
struct Stack {
    first_frame: AtomicU32,
    /// The number of frames, and [`TRUNCATED`].
    depth: AtomicU32,
}

// SAFETY: atomics only, of which zero is a stack without frames.
unsafe impl Zeroable for Stack {}

/// How full the tables are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    stacks: u32,
    frames: u32,
}

impl Fill {
    /// Nothing but stack 0.
    pub(super) const EMPTY: Fill = Fill {
        stacks: 1,
        frames: 0,
    };

    /// The number of stacks, with stack 0.
    pub(super) fn stacks(self) -> u32 {
        self.stacks
    }
}

/// A lookup's answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// The stack's number.
    Known(u32),
    /// The stack is not there; this index entry was empty and is where to put it.
    Vacant(usize),
}

impl Stacks {
    /// Empty tables; `None` when there is no memory.
    pub(super) fn new() -> Option<Stacks> {
        Some(Stacks {
            index: table(INDEX_ENTRIES)?,
            stacks: table(STACKS)?,
            frames: table(FRAMES)?,
        })
    }

    /// Forgets all stacks. The caller holds the ledger's lock.
    pub(super) fn clear(&self) {
        clear(self.index);
        clear(self.stacks);
        clear(self.frames);
    }

    /// Searches for `stack` from `start` on, which is [`Stacks::entry_of`] or the vacant entry of an
    /// earlier search. Takes no lock.
    pub(super) fn find(&self, stack: &CapturedStack<'_>, start: usize) -> Place {
        let tag = stack.hash() >> 32;
        let mut entry = start;
        loop {
            // Acquire: pairs with the publication in `add`.
            let content = self.index[entry].load(Ordering::Acquire);
            if content == 0 {
                return Place::Vacant(entry);
            }
            let number = content as u32;
            if content >> 32 == tag && self.holds(number, stack) {
                return Place::Known(number);
            }
            entry = (entry + 1) % INDEX_ENTRIES;
        }
    }

    /// Where a search for `stack` begins.
    pub(super) fn entry_of(stack: &CapturedStack<'_>) -> usize {
        stack.hash() as usize % INDEX_ENTRIES
    }

    /// Adds `stack` at the vacant `entry`, and returns its number, or [`OVERFLOW`] when the tables
    /// are full. The caller holds the ledger's lock, and has searched under it.
    pub(super) fn add(&self, stack: &CapturedStack<'_>, entry: usize, fill: &mut Fill) -> u32 {
        let frames = stack.frames();
        let first = fill.frames as usize;
        let Some(space) = self.frames.get(first..first + frames.len()) else {
            return OVERFLOW;
        };
        if fill.stacks as usize == STACKS {
            return OVERFLOW;
        }
        let number = fill.stacks;
        for (place, frame) in space.iter().zip(frames) {
            place.store(*frame, Ordering::Relaxed);
        }
        let truncated = if stack.is_truncated() { TRUNCATED } else { 0 };
        self.stacks[number as usize]
            .first_frame
            .store(fill.frames, Ordering::Relaxed);
        self.stacks[number as usize]
            .depth
            .store(frames.len() as u32 | truncated, Ordering::Relaxed);
        let content = stack.hash() >> 32 << 32 | u64::from(number);
        // Release: publishes the frames to searches without the lock.
        self.index[entry].store(content, Ordering::Release);
        fill.stacks += 1;
        fill.frames += frames.len() as u32;
        number
    }

    /// The frames of a stack, innermost first, and whether outer ones are missing.
    pub(super) fn frames(&self, number: u32) -> (Vec<u64>, bool) {
        let (frames, truncated) = self.raw_frames(number);
        (
            frames
                .iter()
                .map(|frame| frame.load(Ordering::Relaxed))
                .collect(),
            truncated,
        )
    }

    fn raw_frames(&self, number: u32) -> (&[AtomicU64], bool) {
        let Some(stack) = self.stacks.get(number as usize) else {
            return (&[], false);
        };
        let first = stack.first_frame.load(Ordering::Relaxed) as usize;
        let depth = stack.depth.load(Ordering::Relaxed);
        let frames = self
            .frames
            .get(first..first + (depth & !TRUNCATED) as usize);
        (frames.unwrap_or(&[]), depth & TRUNCATED != 0)
    }

    fn holds(&self, number: u32, stack: &CapturedStack<'_>) -> bool {
        let (known, truncated) = self.raw_frames(number);
        truncated == stack.is_truncated()
            && known.len() == stack.frames().len()
            && known
                .iter()
                .zip(stack.frames())
                .all(|(a, b)| a.load(Ordering::Relaxed) == *b)
    }
}

#[cfg(all(test, loom))]
mod tests {
    use loom::sync::Mutex;

    use super::*;

    const FRAMES_OF: [[u64; 2]; 2] = [[11, 12], [21, 22]];

    /// What a sample does: search without the lock, and where that finds nothing, again under it.
    fn number(stacks: &Stacks, fill: &Mutex<Fill>, frames: &[u64]) -> u32 {
        let stack = CapturedStack::of(frames, false);
        let number = match stacks.find(&stack, Stacks::entry_of(&stack)) {
            Place::Known(number) => number,
            Place::Vacant(index) => {
                let mut fill = fill.lock().expect("no thread panics");
                match stacks.find(&stack, index) {
                    Place::Known(number) => number,
                    Place::Vacant(index) => stacks.add(&stack, index, &mut fill),
                }
            }
        };
        assert_eq!(
            stacks.frames(number),
            (frames.to_vec(), false),
            "whole as soon as it is found"
        );
        number
    }

    /// However two threads interleave, a stack that both have gets one number, and two get two.
    fn check(mine: [u64; 2], others: [u64; 2]) {
        loom::model(move || {
            let shared = (Stacks::new().expect("memory"), Mutex::new(Fill::EMPTY));
            let shared = loom::sync::Arc::new(shared);
            let other = {
                let shared = loom::sync::Arc::clone(&shared);
                loom::thread::spawn(move || number(&shared.0, &shared.1, &others))
            };
            let numbers = (
                number(&shared.0, &shared.1, &mine),
                other.join().expect("ends well"),
            );
            assert!(numbers.0 != OVERFLOW && numbers.1 != OVERFLOW);
            assert_eq!(numbers.0 == numbers.1, mine == others, "{numbers:?}");
        });
    }

    #[test]
    fn every_interleaving_gives_a_stack_one_number() {
        check(FRAMES_OF[0], FRAMES_OF[0]);
    }

    #[test]
    fn every_interleaving_tells_stacks_apart() {
        check(FRAMES_OF[0], FRAMES_OF[1]);
    }
}
