//! What the signal handler knows about a thread.
//!
//! A slot is found by the token that its timer carries, without thread-local storage, so that threads
//! can be registered from outside. Slots are used again; the generation in the token tells a late signal
//! of an earlier thread from one of the present thread.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use dtail_sampler::unwind::Trail;

use crate::sys::Published;

/// Slots come in chunks that are made when the first of them is needed.
const CHUNK_SLOTS: usize = 64;
const CHUNKS: usize = 1024;

/// How many threads can be registered at the same time.
pub(super) const SLOTS_MAX: u32 = (CHUNK_SLOTS * CHUNKS) as u32;

static SLOTS: [Published<[Slot; CHUNK_SLOTS]>; CHUNKS] = [const { Published::empty() }; CHUNKS];

/// Marks the timers of this library: a program may have timers of its own that send the same signal.
const MAGIC: usize = 0xd7a1;
const MAGIC_SHIFT: u32 = 48;
const GENERATION_SHIFT: u32 = 24;
const FIELD_MASK: u32 = 0xff_ffff;

/// One thread, as the handler sees it.
#[derive(Debug, Default)]
pub(super) struct Slot {
    generation: AtomicU32,
    stack_start: AtomicU64,
    stack_end: AtomicU64,
    periods: AtomicU64,
    first_periods: AtomicU32,
    trail: Trail,
}

/// Which thread a timer belongs to: a slot and its generation. Unique for 16 million registrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Token(usize);

/// Whether a timer's value is one of ours, and then whose.
pub(super) enum Owner {
    Foreign,
    Ended,
    Thread(&'static Slot),
}

impl Token {
    fn new(index: u32, generation: u32) -> Self {
        let generation = (generation & FIELD_MASK) as usize;
        Self(MAGIC << MAGIC_SHIFT | generation << GENERATION_SHIFT | index as usize)
    }

    /// The number that the timer carries.
    pub(super) fn value(self) -> usize {
        self.0
    }

    /// The token of a number that a timer carried.
    pub(super) fn of(value: usize) -> Self {
        Self(value)
    }

    fn index(self) -> u32 {
        self.0 as u32 & FIELD_MASK
    }

    /// Async-signal-safe: loads only.
    pub(super) fn owner(self) -> Owner {
        if self.0 >> MAGIC_SHIFT != MAGIC {
            return Owner::Foreign;
        }
        match existing(self.index()) {
            Some(slot) if self == Self::new(self.index(), slot.generation()) => Owner::Thread(slot),
            _ => Owner::Ended,
        }
    }
}

impl Slot {
    fn generation(&self) -> u32 {
        self.generation.load(Ordering::Acquire)
    }

    /// Where the thread's stack lies, if that is known.
    pub(super) fn stack(&self) -> Option<Range<u64>> {
        let end = self.stack_end.load(Ordering::Relaxed);
        (end != 0).then(|| self.stack_start.load(Ordering::Relaxed)..end)
    }

    /// Where the last walk of the thread went.
    pub(super) fn trail(&self) -> &Trail {
        &self.trail
    }

    /// What the first sample stands for, in periods; 0 when its overrun says it.
    pub(super) fn set_first_periods(&self, periods: u32) {
        self.first_periods.store(periods, Ordering::Relaxed);
    }

    /// What a signal stands for whose overrun says `periods`.
    pub(super) fn weight(&self, periods: u32) -> u32 {
        match self.first_periods.load(Ordering::Relaxed) {
            first if first > 0 && self.periods() == 0 => first,
            _ => periods,
        }
    }

    /// Books a sample of this many periods. Only the thread's own handler does.
    pub(super) fn book(&self, periods: u32) {
        let booked = self.periods.load(Ordering::Relaxed);
        self.periods
            .store(booked + u64::from(periods), Ordering::Relaxed);
    }

    /// The periods of all samples of the thread.
    pub(super) fn periods(&self) -> u64 {
        self.periods.load(Ordering::Relaxed)
    }

    pub(super) fn set_stack(&self, stack: &Range<u64>) {
        self.stack_start.store(stack.start, Ordering::Relaxed);
        self.stack_end.store(stack.end, Ordering::Relaxed);
    }
}

fn existing(index: u32) -> Option<&'static Slot> {
    let index = index as usize;
    SLOTS
        .get(index / CHUNK_SLOTS)?
        .get()?
        .get(index % CHUNK_SLOTS)
}

fn chunk() -> Option<&'static [Slot; CHUNK_SLOTS]> {
    let slots: Vec<Slot> = (0..CHUNK_SLOTS).map(|_| Slot::default()).collect();
    Vec::leak(slots).first_chunk()
}

/// Readies slot `index` (below [`SLOTS_MAX`]) for a thread that begins. Only one thread at a time may.
pub(super) fn begin(index: u32, stack: Option<Range<u64>>) -> Option<(Token, &'static Slot)> {
    let slot = existing(index).or_else(|| {
        SLOTS.get(index as usize / CHUNK_SLOTS)?.set(chunk()?);
        existing(index)
    })?;
    slot.periods.store(0, Ordering::Relaxed);
    slot.set_stack(&stack.unwrap_or(0..0));
    Some((Token::new(index, slot.generation()), slot))
}

/// Late signals of the thread that had slot `token` find nobody from now on.
pub(super) fn end(token: Token) -> u32 {
    if let Some(slot) = existing(token.index()) {
        slot.generation.fetch_add(1, Ordering::Release);
    }
    token.index()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slot that no other test uses.
    const INDEX: u32 = SLOTS_MAX - 1;

    /// Another, of another chunk: tests run at the same time.
    const OTHER: u32 = SLOTS_MAX - 100;

    fn is_thread(token: Token) -> bool {
        matches!(token.owner(), Owner::Thread(_))
    }

    #[test]
    fn a_late_signal_finds_nobody() {
        let (first, _) = begin(INDEX, None).expect("there is such a slot");
        assert!(is_thread(first) && is_thread(Token::of(first.value())));
        assert_eq!(end(first), INDEX);
        assert!(matches!(first.owner(), Owner::Ended));
        let (second, slot) = begin(INDEX, Some(16..32)).expect("the slot is free");
        assert!(is_thread(second) && !is_thread(first));
        assert_eq!(slot.stack(), Some(16..32));
        end(second);
        assert!(matches!(Token::of(7).owner(), Owner::Foreign));
    }

    #[test]
    fn the_first_sample_stands_for_what_was_drawn() {
        let (token, slot) = begin(OTHER, None).expect("there is such a slot");
        slot.set_first_periods(5);
        let weights = [9, 2].map(|periods| {
            let weight = slot.weight(periods);
            slot.book(weight);
            weight
        });
        assert_eq!((weights, slot.periods()), ([5, 2], 7));
        slot.set_first_periods(0);
        assert_eq!(slot.weight(3), 3);
        end(token);
    }
}
