//! Which threads are sampled, and what their samples left out.
//!
//! Threads come in two ways: they announce themselves when they start and end (see
//! `sys::thread_start`), or a look at the list of threads finds them: those that were there before
//! profiling started, and those made without pthread. Of the latter nobody sees the end; what they used
//! after the last look is missing from their sum and comes to light only in that of the process.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::ops::Range;
use std::time::Duration;

use super::slots::{self, SLOTS_MAX, Slot, Token};
use crate::sys::{clock, tasks, timer::ThreadTimer};

/// The threads of one recording.
#[derive(Debug)]
pub(super) struct Registry {
    period: Duration,
    tick: Duration,
    random: u64,
    threads: HashMap<u32, Thread>,
    free: Vec<u32>,
    used: u32,
    /// CPU time less samples of the threads that ended, in nanoseconds, by entry function.
    unsampled: HashMap<u64, i64>,
    /// CPU time of the threads that ended.
    ended_cpu: Duration,
    /// Names of ended threads that have samples.
    names: HashMap<Token, String>,
    refused: Option<io::Error>,
}

#[derive(Debug)]
struct Thread {
    token: Token,
    slot: &'static Slot,
    timer: Option<ThreadTimer>,
    /// Address of the start routine; 0 when the thread was found.
    entry: u64,
    cpu_before: Duration,
    cpu_seen: Duration,
}

/// The sums of all threads that ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// CPU time less samples in nanoseconds, by the address of the entry function (0: unknown).
    pub(super) unsampled: HashMap<u64, i64>,
    /// CPU time that the threads used while they were registered.
    pub(super) cpu: Duration,
    /// Why a thread could not be sampled, the last such.
    pub(super) refused: Option<io::Error>,
}

impl Registry {
    pub(super) fn new(period: Duration) -> Self {
        Self {
            period,
            tick: clock::tick(),
            random: RandomState::new().hash_one(period),
            threads: HashMap::new(),
            free: Vec::new(),
            used: 0,
            unsampled: HashMap::new(),
            ended_cpu: Duration::ZERO,
            names: HashMap::new(),
            refused: None,
        }
    }

    /// Registers a thread, or completes what is known of one that was found before it announced itself.
    pub(super) fn begin(&mut self, tid: u32, entry: u64, stack: Option<Range<u64>>) {
        if let Some(known) = self.threads.get_mut(&tid) {
            known.entry = entry;
            if let Some(stack) = stack {
                known.slot.set_stack(&stack);
            }
            return;
        }
        let Some((token, slot)) = self.claim_slot(stack) else {
            return;
        };
        let Some(cpu) = clock::thread_cpu(tid) else {
            self.free.push(slots::end(token));
            return;
        };
        let (first, first_periods) = self.random_first();
        slot.set_first_periods(first_periods);
        let timer = ThreadTimer::start(tid, token.value(), first, self.period);
        if timer.is_err() && clock::thread_cpu(tid).is_none() {
            // It ended after it was found.
            self.free.push(slots::end(token));
            return;
        }
        let timer = timer.map_err(|error| self.refused = Some(error)).ok();
        let thread = Thread {
            token,
            slot,
            timer,
            entry,
            cpu_before: cpu,
            cpu_seen: cpu,
        };
        self.threads.insert(tid, thread);
    }

    fn claim_slot(&mut self, stack: Option<Range<u64>>) -> Option<(Token, &'static Slot)> {
        let index = self.free.pop().or_else(|| {
            let next = (self.used < SLOTS_MAX).then_some(self.used);
            self.used += u32::from(next.is_some());
            next
        });
        if index.is_none() {
            self.refused = Some(io::Error::other(format!("more than {SLOTS_MAX} threads")));
        }
        slots::begin(index?, stack)
    }

    /// When a thread's first signal comes, and how many periods it stands for if that is not what its
    /// overrun says.
    ///
    /// The kernel looks at CPU timers on its tick only, so what can be arranged is that each tick that a
    /// thread sees has the same chance to be a sample, a tick's part of a period. Then the expected
    /// samples are the CPU time however short the thread lives. A first expiry that is uniform over a
    /// period and rounded down to a tick has that property: rounded down, it is seen by the tick that it
    /// belongs to and not by the one after. With a period below the tick each tick is a sample that weighs
    /// a tick's worth of periods; the first overrun counts less, from the start of the thread on.
    fn random_first(&mut self) -> (Duration, u32) {
        let (period, tick) = (nanos(self.period), nanos(self.tick).max(1));
        let uniform = split_mix(&mut self.random) % period;
        if period < tick {
            let whole = tick / period;
            let more = u64::from(uniform < tick % period);
            return (
                Duration::ZERO,
                u32::try_from(whole + more).unwrap_or(u32::MAX),
            );
        }
        (Duration::from_nanos(uniform / tick * tick), 0)
    }

    /// A thread ends: called by the thread itself, or when a look finds it gone.
    pub(super) fn end(&mut self, tid: u32) {
        let Some(mut thread) = self.threads.remove(&tid) else {
            return;
        };
        if let Some(cpu) = clock::thread_cpu(tid) {
            thread.cpu_seen = cpu;
        }
        if let Some(timer) = thread.timer {
            timer.delete();
        }
        let periods = thread.slot.periods();
        self.free.push(slots::end(thread.token));
        if periods > 0 {
            self.names
                .extend(tasks::name(tid).map(|name| (thread.token, name)));
        }
        self.book(&thread, periods);
    }

    fn book(&mut self, thread: &Thread, periods: u64) {
        let used = thread.cpu_seen.saturating_sub(thread.cpu_before);
        let sampled = self.period.as_nanos() as i128 * i128::from(periods);
        let rest = i64::try_from(used.as_nanos() as i128 - sampled).unwrap_or(0);
        *self.unsampled.entry(thread.entry).or_default() += rest;
        self.ended_cpu += used;
    }

    /// Looks for threads that did not announce themselves, and for those of them that ended. `true`
    /// when there were some.
    pub(super) fn look(&mut self) -> bool {
        self.see_cpu_of_found();
        if tasks::count() == Some(self.threads.len() as u64) {
            return false;
        }
        let Ok(alive) = tasks::all() else {
            return false;
        };
        let unknown = |tid: &&u32| !self.threads.contains_key(tid);
        let found: Vec<u32> = alive.iter().filter(unknown).copied().collect();
        found.iter().for_each(|tid| self.begin(*tid, 0, None));
        let alive: HashSet<u32> = alive.into_iter().collect();
        let gone: Vec<u32> = self
            .threads
            .keys()
            .filter(|tid| !alive.contains(tid))
            .copied()
            .collect();
        gone.into_iter().for_each(|tid| self.end(tid));
        !found.is_empty()
    }

    /// Nobody sees the end of a thread that was found: what it had used is noted on each look.
    fn see_cpu_of_found(&mut self) {
        for (tid, thread) in self
            .threads
            .iter_mut()
            .filter(|(_, thread)| thread.entry == 0)
        {
            thread.cpu_seen = clock::thread_cpu(*tid).unwrap_or(thread.cpu_seen);
        }
    }

    /// Ends the registration of every thread.
    pub(super) fn end_all(&mut self) -> Ended {
        let tids: Vec<u32> = self.threads.keys().copied().collect();
        tids.into_iter().for_each(|tid| self.end(tid));
        Ended {
            unsampled: std::mem::take(&mut self.unsampled),
            cpu: self.ended_cpu,
            refused: self.refused.take(),
        }
    }

    /// The name of the thread that `token` was given to.
    pub(super) fn name(&self, token: Token) -> Option<String> {
        self.names.get(&token).cloned().or_else(|| {
            let (tid, _) = self
                .threads
                .iter()
                .find(|(_, thread)| thread.token == token)?;
            tasks::name(*tid)
        })
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The generator SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, passes BigCrush.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
