//! What happens in the signal handler: walk, write to the ring, book the weight.
//!
//! Async-signal-safe throughout: atomics, a walk over tables that were built before, and 1.5 KB of stack,
//! most of it for the frames. No allocation, no lock, no libc, nothing of libgcc: see
//! `tests/cpu_handler_is_alone.rs` and `tests/cpu_handler_stack.rs`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use dtail_sampler::ring::SampleRing;
use dtail_sampler::unwind::WalkEnd;

use super::cost;
use super::slots::{Owner, Slot, Token};
use crate::labels;
use crate::sys::arch::cycles;
use crate::sys::sampling_signal::Tick;
use crate::unwind::{self, Known, MAX_DEPTH};

/// Words of the ring: 1 MiB. See `dtail_sampler::ring` for what that holds.
const RING_WORDS: usize = 1 << 17;

/// Words of the smallest pages that there are.
const WORDS_OF_PAGE: usize = 512;

/// Words of a record in front of its frames.
const HEAD_WORDS: usize = 3;

/// Words that a record has at most.
pub(super) const RECORD_WORDS_MAX: usize = HEAD_WORDS + MAX_DEPTH;

static RUNNING: AtomicBool = AtomicBool::new(false);
static RING: OnceLock<SampleRing<'static>> = OnceLock::new();
static LOST_PERIODS: AtomicU64 = AtomicU64::new(0);

/// The ring that the handler writes to. The first call makes it, and writes to every page of it: the
/// handler would take as long for a new page as for ten samples.
pub(super) fn ring() -> &'static SampleRing<'static> {
    RING.get_or_init(|| {
        let words: Vec<AtomicU64> = (0..RING_WORDS).map(|_| AtomicU64::new(0)).collect();
        let pages = words.iter().step_by(WORDS_OF_PAGE);
        pages.for_each(|word| word.store(0, Ordering::Relaxed));
        SampleRing::over(Vec::leak(words))
    })
}

/// Ticks are sampled from now on; `false` ends that.
pub(super) fn set_running(running: bool) {
    RUNNING.store(running, Ordering::Release);
}

/// Periods that found no room in the ring, since the process began.
pub(super) fn lost_periods() -> u64 {
    LOST_PERIODS.load(Ordering::Relaxed)
}

/// The handler's part. `false` when the tick is not ours.
pub(super) fn on_tick(tick: &Tick) -> bool {
    let start = cycles();
    let token = Token::of(tick.token);
    match token.owner() {
        Owner::Foreign => return false,
        Owner::Thread(slot) if RUNNING.load(Ordering::Acquire) => {
            sample(tick, token, slot);
            cost::book(start);
        }
        Owner::Thread(_) | Owner::Ended => {}
    }
    true
}

fn sample(tick: &Tick, token: Token, slot: &Slot) {
    let Some(ring) = RING.get() else { return };
    ring.touch();
    let mut room = unwind::no_frames();
    let known = Known {
        stack: slot.stack(),
        trail: Some(slot.trail()),
    };
    let stack = unwind::interrupted(tick.registers, &known, &mut room);
    let end = match stack.end {
        WalkEnd::Complete => 0,
        WalkEnd::Truncated => 1,
        WalkEnd::Lost => 2,
    };
    let periods = slot.weight(tick.periods);
    let weight = end << 32 | u64::from(periods);
    let head = [token.value() as u64, weight, labels::in_force().into()];
    if !ring.push([&head, stack.frames]) {
        LOST_PERIODS.fetch_add(periods.into(), Ordering::Relaxed);
    }
    slot.book(periods);
}

/// A record, as the collector takes it from the ring.
#[derive(Debug)]
pub(super) struct Record<'r> {
    pub(super) token: Token,
    pub(super) periods: u32,
    pub(super) end: WalkEnd,
    pub(super) labels: u32,
    /// Leaf first: the interrupted address, then return addresses.
    pub(super) frames: &'r [u64],
}

impl<'r> Record<'r> {
    /// Reads what [`sample`] wrote; `None` for anything else.
    pub(super) fn parse(words: &'r [u64]) -> Option<Self> {
        let (&[token, weight, labels], frames) = words.split_first_chunk::<HEAD_WORDS>()?;
        let end = match weight >> 32 {
            0 => WalkEnd::Complete,
            1 => WalkEnd::Truncated,
            _ => WalkEnd::Lost,
        };
        Some(Self {
            token: Token::of(token as usize),
            periods: weight as u32,
            end,
            labels: labels as u32,
            frames,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::slots::{self, SLOTS_MAX};
    use super::*;
    use crate::sys::arch;

    /// Nobody takes samples out of the ring meanwhile: it fills up, and what it has no room for is counted.
    #[test]
    fn every_period_is_in_the_ring_or_counted_as_lost() {
        const TICKS: u64 = 50_000;
        unwind::refresh_tables();
        unwind::refresh_stacks();
        let ring = ring();
        let (token, slot) = slots::begin(SLOTS_MAX - 200, None).expect("there is such a slot");
        let tick = Tick {
            token: token.value(),
            periods: 3,
            registers: arch::here(),
        };
        let lost_before = lost_periods();
        assert!(on_tick(&tick), "ours, and nothing is taken");
        assert_eq!(slot.periods(), 0);
        set_running(true);
        (0..TICKS).for_each(|_| assert!(on_tick(&tick)));
        set_running(false);
        let lost = lost_periods() - lost_before;
        let mut words = [0; RECORD_WORDS_MAX];
        let mut kept = 0;
        let mut reader = ring.reader().expect("nobody else reads");
        while let Some(record) = reader.next(&mut words).and_then(Record::parse) {
            assert!(record.token == token && record.frames.len() > 1);
            kept += u64::from(record.periods);
        }
        assert!(kept > 0 && lost > 0, "{kept} kept, {lost} lost");
        assert_eq!((kept + lost, slot.periods()), (3 * TICKS, 3 * TICKS));
        slots::end(token);
    }
}
