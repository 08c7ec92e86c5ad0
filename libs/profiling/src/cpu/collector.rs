//! Takes records out of the ring and sums them by stack and thread.

use std::collections::HashMap;

use dtail_sampler::ring::Reader;
use dtail_sampler::unwind::WalkEnd;

use super::handler::{RECORD_WORDS_MAX, Record};
use super::registry::Registry;
use super::slots::Token;

/// How many distinct stacks are kept. What comes after goes to one stack without frames, as lost.
const STACKS_MAX: usize = 1 << 16;

/// A stack, who was on it, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StackSample {
    /// Leaf first: the interrupted address, then return addresses.
    pub(crate) frames: Box<[u64]>,
    pub(crate) end: WalkEnd,
    /// Index into the names of the threads.
    pub(crate) thread: usize,
    /// Number of the set of labels.
    pub(crate) labels: u32,
}

/// The sums so far.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) periods: HashMap<StackSample, u64>,
    /// Signals, that is records: fewer than periods above the rate of the kernel's tick.
    pub(super) signals: u64,
    /// Periods that found no room among the distinct stacks.
    pub(super) overflow_periods: u64,
    pub(super) thread_names: Vec<String>,
    threads: HashMap<Token, usize>,
}

impl Sums {
    /// Takes every complete record out of the ring.
    pub(super) fn drain(&mut self, reader: &mut Reader<'_, '_>, registry: &Registry) {
        let mut words = [0; RECORD_WORDS_MAX];
        while let Some(filled) = reader.next(&mut words) {
            if let Some(record) = Record::parse(filled) {
                self.add(&record, registry);
            }
        }
    }

    fn add(&mut self, record: &Record<'_>, registry: &Registry) {
        self.signals += 1;
        let key = StackSample {
            frames: record.frames.into(),
            end: record.end,
            thread: self.thread(record.token, registry),
            labels: record.labels,
        };
        if let Some(periods) = self.periods.get_mut(&key) {
            *periods += u64::from(record.periods);
        } else if self.periods.len() < STACKS_MAX {
            self.periods.insert(key, record.periods.into());
        } else {
            self.overflow_periods += u64::from(record.periods);
        }
    }

    /// The index of the thread's name. Threads of the same name share one.
    fn thread(&mut self, token: Token, registry: &Registry) -> usize {
        if let Some(known) = self.threads.get(&token) {
            return *known;
        }
        let name = registry.name(token).unwrap_or_default();
        let index = self
            .thread_names
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| {
                self.thread_names.push(name);
                self.thread_names.len() - 1
            });
        self.threads.insert(token, index);
        index
    }
}
