//! What each stack has allocated, has in use, and had in use at the peak.
//!
//! One lock orders all entries, so that the sums over the stacks equal the totals at any moment and
//! the peak is the true maximum of the total, not of something near it. It is held for the few
//! additions of an entry; stacks are captured, hashed and searched before.
//!
//! # The peak in constant time
//!
//! Copying all stacks at every new maximum would make a growing heap quadratic. Instead maxima are
//! numbered (`peak_number`), and a stack whose sums are about to change for the first time since
//! the last maximum saves what it has in use, with that maximum's number. A stack that was saved
//! for the last maximum had then what it saved; any other has not changed since and had then what
//! it has now.
//!
//! # Sessions
//!
//! Each entry names its session, and is refused unless that one is open. So nothing that was
//! delayed over a stop, or over stop and start, gets into the wrong sums, and what an ended session
//! has summed stays readable until the next one begins.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use dtail_sampler::gap::Weight;

use super::booking::Booking;
use super::captured::CapturedStack;
use super::lock::{Held, Lock};
use super::snapshot::StackValues;
use super::stacks::{Fill, OVERFLOW, Place, STACKS, Stacks};
use super::switches::NO_SESSION;
use super::thread::Sampling;
use crate::sys::heap_memory::{self, Zeroable};

/// The sums of all stacks.
#[derive(Debug)]
pub(super) struct Ledger {
    tables: OnceLock<Tables>,
    state: Lock<State>,
}

#[derive(Debug)]
struct Tables {
    stacks: Stacks,
    sums: &'static [Sums],
}

/// The sums of one stack, in the fixed point of [`Weight`]. Read and written under the lock.
#[derive(Debug)]
struct Sums {
    allocated: Pair,
    in_use: Pair,
    /// What was in use at the maximum with the number `saved_for`.
    saved: Pair,
    saved_for: AtomicU64,
}

#[derive(Debug)]
struct Pair {
    objects: AtomicU64,
    bytes: AtomicU64,
}

// SAFETY: atomics only, of which zero is a stack that never allocated.
unsafe impl Zeroable for Sums {}

#[derive(Clone, Copy, Debug)]
struct State {
    /// The session whose entries are accepted.
    session: u32,
    fill: Fill,
    in_use: Weight,
    peak_bytes: u64,
    /// Counts the maxima, so that each has a number of its own.
    peak_number: u64,
    losses: Losses,
}

/// What a bound kept out of the profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Samples of stacks that found no place among the distinct ones.
    pub(crate) overflow_samples: u64,
    /// Samples whose block found no place among the live ones: counted as allocated, and as freed
    /// at once.
    pub(crate) untracked_samples: u64,
}

/// Which sums a sample goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A block was allocated.
    AllocatedAndInUse,
    /// A block was resized, and is not a sample afterwards.
    Allocated,
    /// A block was resized that was a sample before.
    InUse,
}

impl State {
    const CLOSED: State = State {
        session: NO_SESSION,
        fill: Fill::EMPTY,
        in_use: Weight {
            objects: 0,
            bytes: 0,
        },
        peak_bytes: 0,
        peak_number: 1,
        losses: Losses {
            overflow_samples: 0,
            untracked_samples: 0,
        },
    };
}

impl Ledger {
    /// A ledger without memory; [`Ledger::open`] gives it some.
    pub(super) const fn new() -> Ledger {
        Ledger {
            tables: OnceLock::new(),
            state: Lock::new(State::CLOSED),
        }
    }

    /// Forgets everything and accepts entries of `session` from now on. `None` when there is no
    /// memory. Calls must not overlap. Not inside the allocator.
    pub(super) fn open(&self, session: u32) -> Option<()> {
        if self.tables.get().is_none() {
            let tables = Tables {
                stacks: Stacks::new()?,
                sums: heap_memory::zeroed(STACKS)?,
            };
            let _ = self.tables.set(tables);
        }
        let mut state = self.state.lock();
        if let Some(tables) = self.tables.get() {
            tables.clear();
        }
        *state = State {
            session,
            ..State::CLOSED
        };
        Some(())
    }

    /// Refuses entries from now on; what was summed stays.
    pub(super) fn close(&self) {
        self.state.lock().session = NO_SESSION;
    }

    /// Enters a sampled allocation of `size` bytes. `None` when its session is over.
    pub(super) fn enter(
        &self,
        stack: &CapturedStack<'_>,
        sampling: Sampling,
        size: usize,
        entry: Entry,
    ) -> Option<Booking> {
        let tables = self.tables.get()?;
        let place = tables.stacks.find(stack, Stacks::entry_of(stack));
        self.book(tables, sampling, size, entry, |state| match place {
            Place::Known(number) => number,
            Place::Vacant(index) => tables.number(stack, index, state),
        })
    }

    /// [`Ledger::enter`] for a stack that has been entered in this session, under the number that it got.
    pub(super) fn enter_known(
        &self,
        stack: u32,
        sampling: Sampling,
        size: usize,
        entry: Entry,
    ) -> Option<Booking> {
        let tables = self.tables.get()?;
        self.book(tables, sampling, size, entry, |_| stack)
    }

    #[inline(always)]
    fn book(
        &self,
        tables: &Tables,
        sampling: Sampling,
        size: usize,
        entry: Entry,
        number_of: impl FnOnce(&mut State) -> u32,
    ) -> Option<Booking> {
        let weight = sampling.rate.weight(size as u64);
        let mut state = self.state_of(sampling.session)?;
        let number = number_of(&mut state);
        let sums = &tables.sums[number as usize];
        sums.save(state.peak_number);
        if entry != Entry::InUse {
            sums.allocated.add(weight);
        }
        if entry != Entry::Allocated {
            sums.in_use.add(weight);
            state.grow(weight);
        }
        Some(Booking {
            session: sampling.session,
            stack: number,
            weight,
        })
    }

    /// Takes a block out of what is in use. Does nothing when its session is over.
    pub(super) fn remove(&self, booking: Booking) {
        let Some(tables) = self.tables.get() else {
            return;
        };
        let Some(mut state) = self.state_of(booking.session) else {
            return;
        };
        let Some(sums) = tables.sums.get(booking.stack as usize) else {
            return;
        };
        sums.save(state.peak_number);
        sums.in_use.subtract(booking.weight);
        state.in_use.objects = state.in_use.objects.wrapping_sub(booking.weight.objects);
        state.in_use.bytes = state.in_use.bytes.wrapping_sub(booking.weight.bytes);
    }

    /// Takes a block out of what is in use because it cannot be watched.
    pub(super) fn give_up(&self, booking: Booking) {
        self.remove(booking);
        if let Some(mut state) = self.state_of(booking.session) {
            state.losses.untracked_samples += 1;
        }
    }

    /// Objects and bytes in use.
    pub(super) fn in_use(&self) -> (u64, u64) {
        let in_use = self.state.lock().in_use;
        (
            Weight::whole_objects(in_use.objects),
            Weight::whole_bytes(in_use.bytes),
        )
    }

    /// The sums of every stack at one moment, stack 0 first, and the losses.
    ///
    /// Entries wait meanwhile: about 1 ms for 65,536 stacks. Allocates, but not under the lock.
    pub(super) fn read(&self) -> (Vec<StackValues>, Losses) {
        let Some(tables) = self.tables.get() else {
            return Default::default();
        };
        // One more than now for each of the few that may come until the lock is taken; whatever
        // comes beyond waits for the next reading.
        let mut values = Vec::with_capacity(self.state.lock().fill.stacks() as usize + 64);
        let state = self.state.lock();
        let losses = state.losses;
        for sums in tables
            .sums
            .iter()
            .take(state.fill.stacks() as usize)
            .take(values.capacity())
        {
            values.push(sums.values(state.peak_number));
        }
        drop(state);
        for (number, values) in values.iter_mut().enumerate() {
            (values.frames, values.truncated) = tables.stacks.frames(number as u32);
        }
        (values, losses)
    }

    /// Starts over in a child of `fork`, closed.
    ///
    /// # Safety
    ///
    /// No other thread may exist.
    pub(super) unsafe fn reset_after_fork(&self) {
        if let Some(tables) = self.tables.get() {
            tables.clear();
        }
        // SAFETY: passed on to the caller.
        unsafe { self.state.reset(State::CLOSED) };
    }

    fn state_of(&self, session: u32) -> Option<Held<'_, State>> {
        let state = self.state.lock();
        (state.session == session).then_some(state)
    }
}

impl Tables {
    fn clear(&self) {
        self.stacks.clear();
        heap_memory::clear(self.sums);
    }

    /// The number of a stack that was not at `index` a moment ago.
    fn number(&self, stack: &CapturedStack<'_>, index: usize, state: &mut State) -> u32 {
        let number = match self.stacks.find(stack, index) {
            Place::Known(number) => return number,
            Place::Vacant(index) => self.stacks.add(stack, index, &mut state.fill),
        };
        if number == OVERFLOW {
            state.losses.overflow_samples += 1;
        }
        number
    }
}

impl State {
    fn grow(&mut self, weight: Weight) {
        self.in_use.objects = self.in_use.objects.wrapping_add(weight.objects);
        self.in_use.bytes = self.in_use.bytes.wrapping_add(weight.bytes);
        if self.in_use.bytes > self.peak_bytes {
            self.peak_bytes = self.in_use.bytes;
            self.peak_number += 1;
        }
    }
}

impl Sums {
    /// Keeps what was in use at the last maximum before it changes.
    fn save(&self, peak_number: u64) {
        if self.saved_for.load(Ordering::Relaxed) != peak_number {
            let in_use = self.in_use.get();
            self.saved.objects.store(in_use.objects, Ordering::Relaxed);
            self.saved.bytes.store(in_use.bytes, Ordering::Relaxed);
            self.saved_for.store(peak_number, Ordering::Relaxed);
        }
    }

    fn values(&self, peak_number: u64) -> StackValues {
        let (allocated, in_use) = (self.allocated.get(), self.in_use.get());
        let unchanged = self.saved_for.load(Ordering::Relaxed) != peak_number;
        let peak = if unchanged { in_use } else { self.saved.get() };
        StackValues {
            frames: Vec::new(),
            truncated: false,
            alloc_objects: Weight::whole_objects(allocated.objects),
            alloc_bytes: Weight::whole_bytes(allocated.bytes),
            inuse_objects: Weight::whole_objects(in_use.objects),
            inuse_bytes: Weight::whole_bytes(in_use.bytes),
            peak_objects: Weight::whole_objects(peak.objects),
            peak_bytes: Weight::whole_bytes(peak.bytes),
        }
    }
}

impl Pair {
    fn get(&self) -> Weight {
        Weight {
            objects: self.objects.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }

    fn add(&self, weight: Weight) {
        let sum = self.get();
        self.objects
            .store(sum.objects.wrapping_add(weight.objects), Ordering::Relaxed);
        self.bytes
            .store(sum.bytes.wrapping_add(weight.bytes), Ordering::Relaxed);
    }

    fn subtract(&self, weight: Weight) {
        let sum = self.get();
        self.objects
            .store(sum.objects.wrapping_sub(weight.objects), Ordering::Relaxed);
        self.bytes
            .store(sum.bytes.wrapping_sub(weight.bytes), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use dtail_sampler::gap::Rate;
    use proptest::prelude::*;

    use super::*;

    const SESSION: u32 = 7;

    fn sampling(rate: u64) -> Sampling {
        Sampling {
            session: SESSION,
            rate: Rate::from_bytes(rate).expect("not 0"),
        }
    }

    fn ledger() -> Ledger {
        let ledger = Ledger::new();
        ledger.open(SESSION).expect("memory for the tables");
        ledger
    }

    /// What [`Ledger`] must be equal to: all sums of all stacks are copied at every maximum.
    #[derive(Clone, Debug, Default)]
    struct Model {
        stacks: Vec<[Weight; 3]>,
        in_use: u64,
        peak: u64,
    }

    impl Model {
        fn change(&mut self, stack: usize, sums: &[usize], weight: Weight, sign: i64) {
            for &sum in sums {
                let sum = &mut self.stacks[stack][sum];
                sum.objects = sum
                    .objects
                    .wrapping_add_signed(sign * weight.objects as i64);
                sum.bytes = sum.bytes.wrapping_add_signed(sign * weight.bytes as i64);
            }
            self.in_use = self.stacks.iter().map(|sums| sums[1].bytes).sum();
            if self.in_use > self.peak {
                self.peak = self.in_use;
                self.stacks.iter_mut().for_each(|sums| sums[2] = sums[1]);
            }
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Enter {
            stack: usize,
            size: usize,
            entry: Entry,
        },
        Remove {
            nth: usize,
        },
    }

    fn step() -> impl Strategy<Value = Step> {
        let entry = prop_oneof![
            4 => Just(Entry::AllocatedAndInUse),
            1 => Just(Entry::Allocated),
            1 => Just(Entry::InUse),
        ];
        prop_oneof![
            (0..5_usize, 1..100_000_usize, entry).prop_map(|(stack, size, entry)| Step::Enter {
                stack,
                size,
                entry
            }),
            any::<usize>().prop_map(|nth| Step::Remove { nth }),
        ]
    }

    fn check(rate: u64, steps: &[Step]) {
        let ledger = ledger();
        let frames: Vec<[u64; 2]> = (0..5).map(|n| [n, 10 + n]).collect();
        let stacks: Vec<_> = frames
            .iter()
            .map(|frames| CapturedStack::of(frames, false))
            .collect();
        // Stack 0 is the overflow; the others are numbered as they come.
        for stack in &stacks {
            ledger.enter(stack, sampling(rate), 0, Entry::Allocated);
        }
        let once = sampling(rate).rate.weight(0);
        let mut model = Model {
            stacks: vec![[once, Weight::default(), Weight::default()]; 5],
            ..Model::default()
        };
        let mut booked = Vec::new();
        for step in steps {
            match *step {
                Step::Enter { stack, size, entry } => {
                    let sums: &[usize] = match entry {
                        Entry::AllocatedAndInUse => &[0, 1],
                        Entry::Allocated => &[0],
                        Entry::InUse => &[1],
                    };
                    let weight = sampling(rate).rate.weight(size as u64);
                    model.change(stack, sums, weight, 1);
                    let booking = ledger.enter(&stacks[stack], sampling(rate), size, entry);
                    if entry != Entry::Allocated {
                        booked.push((stack, booking.expect("the session is open")));
                    }
                }
                Step::Remove { nth } if !booked.is_empty() => {
                    let (stack, booking) = booked.swap_remove(nth % booked.len());
                    model.change(stack, &[1], booking.weight, -1);
                    ledger.remove(booking);
                }
                Step::Remove { .. } => {}
            }
        }
        compare(&ledger, &model);
        for (_, booking) in booked {
            ledger.remove(booking);
        }
        assert_eq!(ledger.in_use(), (0, 0));
        assert!(
            ledger
                .read()
                .0
                .iter()
                .all(|stack| stack.inuse_objects + stack.inuse_bytes == 0)
        );
    }

    fn compare(ledger: &Ledger, model: &Model) {
        let (values, losses) = ledger.read();
        assert_eq!(losses, Losses::default());
        assert_eq!(values.len(), 6);
        for (number, [allocated, in_use, peak]) in model.stacks.iter().enumerate() {
            let expected = StackValues {
                frames: vec![number as u64, 10 + number as u64],
                truncated: false,
                alloc_objects: Weight::whole_objects(allocated.objects),
                alloc_bytes: Weight::whole_bytes(allocated.bytes),
                inuse_objects: Weight::whole_objects(in_use.objects),
                inuse_bytes: Weight::whole_bytes(in_use.bytes),
                peak_objects: Weight::whole_objects(peak.objects),
                peak_bytes: Weight::whole_bytes(peak.bytes),
            };
            assert_eq!(values[number + 1], expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn sums_and_peak_equal_those_of_a_model_that_copies_everything(
            steps in proptest::collection::vec(step(), 0..200),
            rate in prop_oneof![Just(1), Just(1000), Just(512 * 1024)],
        ) {
            check(rate, &steps);
        }
    }

    #[test]
    fn entries_of_other_sessions_are_refused() {
        let ledger = ledger();
        let stack = CapturedStack::of(&[1], false);
        let enter = |session| {
            let sampling = Sampling {
                session,
                rate: Rate::EXACT,
            };
            ledger.enter(&stack, sampling, 8, Entry::AllocatedAndInUse)
        };
        let old = enter(SESSION).expect("the session is open");
        ledger.close();
        assert_eq!(enter(SESSION), None);
        ledger.remove(old);
        assert_eq!(ledger.in_use(), (1, 8), "what was summed stays readable");
        ledger.open(SESSION + 1).expect("memory is there");
        assert_eq!(enter(SESSION), None);
        ledger.remove(old);
        assert_eq!(ledger.in_use(), (0, 0));
        assert!(enter(SESSION + 1).is_some());
    }

    #[test]
    fn stacks_beyond_the_bound_are_summed_together_and_counted() {
        let ledger = ledger();
        let count = STACKS as u64 + 99;
        for number in 0..count {
            let frames = [number];
            let stack = CapturedStack::of(&frames, number % 2 == 0);
            let entered = ledger.enter(&stack, sampling(1), 10, Entry::AllocatedAndInUse);
            assert!(entered.is_some());
        }
        let (values, losses) = ledger.read();
        assert_eq!(losses.overflow_samples, 100);
        assert_eq!(
            (values[0].alloc_objects, values[0].inuse_bytes),
            (100, 1000)
        );
        assert_eq!(values.len(), STACKS);
        assert_eq!(
            (values[1].frames.clone(), values[1].truncated),
            (vec![0], true)
        );
        assert_eq!(ledger.in_use(), (count, 10 * count));
    }

    #[test]
    fn stacks_of_every_depth_are_told_apart() {
        let ledger = ledger();
        let deep: Vec<u64> = (1..=128).collect();
        for depth in 0..=128 {
            for truncated in [false, true] {
                let stack = CapturedStack::of(&deep[..depth], truncated);
                ledger.enter(&stack, sampling(1), 1, Entry::AllocatedAndInUse);
                ledger.enter(&stack, sampling(1), 1, Entry::AllocatedAndInUse);
            }
        }
        let (values, _) = ledger.read();
        assert_eq!(values.len(), 1 + 2 * 129);
        assert!(values[1..].iter().all(|stack| stack.alloc_objects == 2));
        assert_eq!(values.last().map(|stack| stack.frames.clone()), Some(deep));
    }
}
