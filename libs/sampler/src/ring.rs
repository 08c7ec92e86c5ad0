//! A ring of words between many writers in signal handlers and one reader.
//!
//! # Roles
//!
//! *Writers* are signal handlers on any thread: they may interrupt anything, may run at the same time
//! on several threads, and may neither wait nor allocate. The *reader* is one thread, the collector.
//!
//! # Records
//!
//! A record is a header word and its payload. The header holds the payload's length plus one, so it is
//! never zero; a header of zero says "claimed, not written yet" or "free". Positions (`claimed`,
//! `consumed`) count words since the ring was made and never wrap in practice (2^64); the place of a
//! position is its remainder by the capacity, so that a record may run over the end.
//!
//! # Protocol
//!
//! 1. A writer claims room by moving `claimed` on with compare-and-swap. It may only do so while the
//!    claim ends at most a capacity after `consumed` (acquire: it then sees the words that the reader
//!    cleared).
//! 2. It writes the payload (relaxed) and then the header (release). Between 1 and 2 nobody else
//!    touches these words.
//! 3. The reader takes the header at `consumed` (acquire). Zero: nothing there yet, come back later.
//!    Otherwise it reads the payload, clears every word of the record, and moves `consumed` on (release).
//!
//! A writer that is interrupted between 1 and 2 delays the reader, it does not block other writers.
//! It cannot be interrupted by another writer on its own thread, because the signal is masked in its
//! handler. Without room the record is dropped and [`SampleRing::lost`] says how many were.
//!
//! # Capacity
//!
//! At 100 Hz a busy thread writes 100 records of about 30 words a second, 24 KB. A ring of 1 MiB that
//! is drained every 100 ms holds the samples of 400 busy threads.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Words of a cache line.
const WORDS_OF_LINE: usize = 8;

/// Most records are no longer than this, in words.
const RECORD_WORDS_USUAL: u64 = 32;

/// See the module.
#[derive(Debug)]
pub struct SampleRing<'m> {
    words: &'m [AtomicU64],
    claimed: AtomicU64,
    consumed: AtomicU64,
    lost: AtomicU64,
    has_reader: AtomicBool,
}

impl<'m> SampleRing<'m> {
    /// A ring over `words`, all of which must be zero. Its capacity is their number rounded down to a
    /// power of two; a ring without words drops everything.
    #[must_use]
    pub fn over(words: &'m [AtomicU64]) -> Self {
        let capacity = match words.len() {
            0 => 0,
            length => 1 << length.ilog2(),
        };
        Self {
            words: words.get(..capacity).unwrap_or_default(),
            claimed: AtomicU64::new(0),
            consumed: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            has_reader: AtomicBool::new(false),
        }
    }

    /// Reads where the next record will go, whatever is there, so that [`push`](Self::push) finds it near.
    ///
    /// Async-signal-safe.
    #[inline]
    pub fn touch(&self) {
        let start = self.claimed.load(Ordering::Relaxed);
        let lines = (0..RECORD_WORDS_USUAL).step_by(WORDS_OF_LINE);
        let words = lines.filter_map(|line| self.word(start.wrapping_add(line)));
        core::hint::black_box(words.fold(0, |all, word| all ^ word.load(Ordering::Relaxed)));
    }

    /// Writes one record, the concatenation of `parts`. `false` when there was no room and it was
    /// counted as lost.
    ///
    /// Async-signal-safe: atomics only; the loop ends because each turn means that another writer got
    /// its claim.
    #[inline]
    pub fn push(&self, parts: [&[u64]; 2]) -> bool {
        let length = parts
            .iter()
            .fold(1_u64, |sum, part| sum.saturating_add(part.len() as u64));
        let Some(start) = self.claim(length) else {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return false;
        };
        let payload = parts.into_iter().flatten();
        for (position, word) in (start.wrapping_add(1)..).zip(payload) {
            self.store(position, *word, Ordering::Relaxed);
        }
        self.store(start, length, Ordering::Release);
        true
    }

    /// How many records found no room, since the ring was made.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// The reading end; `None` while there is another.
    pub fn reader(&self) -> Option<Reader<'_, 'm>> {
        let taken = self.has_reader.swap(true, Ordering::Acquire);
        (!taken).then_some(Reader { ring: self })
    }

    /// Takes the oldest record into `payload`, and gives its length. `None` when none is complete.
    /// What does not fit into `payload` is cut off.
    ///
    /// Only the [`Reader`] may call this.
    fn take(&self, payload: &mut [u64]) -> Option<usize> {
        let start = self.consumed.load(Ordering::Relaxed);
        let length = self.word(start)?.load(Ordering::Acquire);
        let taken = length.checked_sub(1)?;
        for (position, out) in (start.wrapping_add(1)..start.wrapping_add(length)).zip(payload) {
            *out = self
                .word(position)
                .map_or(0, |word| word.load(Ordering::Relaxed));
        }
        for position in start..start.wrapping_add(length) {
            self.store(position, 0, Ordering::Relaxed);
        }
        self.consumed
            .store(start.wrapping_add(length), Ordering::Release);
        usize::try_from(taken).ok()
    }

    #[inline]
    fn claim(&self, length: u64) -> Option<u64> {
        let mut start = self.claimed.load(Ordering::Relaxed);
        loop {
            let end = start.checked_add(length)?;
            let used = end.wrapping_sub(self.consumed.load(Ordering::Acquire));
            if used > self.words.len() as u64 {
                return None;
            }
            match self.claimed.compare_exchange_weak(
                start,
                end,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(start),
                Err(moved) => start = moved,
            }
        }
    }

    #[inline]
    fn store(&self, position: u64, value: u64, order: Ordering) {
        if let Some(word) = self.word(position) {
            word.store(value, order);
        }
    }

    /// The capacity is a power of two, so the remainder is a mask.
    #[inline]
    fn word(&self, position: u64) -> Option<&'m AtomicU64> {
        let mask = (self.words.len() as u64).wrapping_sub(1);
        self.words.get(usize::try_from(position & mask).ok()?)
    }
}

/// The reading end of a ring. There is at most one at a time: two would both clear the same record and
/// move on by it twice.
#[derive(Debug)]
pub struct Reader<'r, 'm> {
    ring: &'r SampleRing<'m>,
}

impl Drop for Reader<'_, '_> {
    fn drop(&mut self) {
        self.ring.has_reader.store(false, Ordering::Release);
    }
}

impl Reader<'_, '_> {
    /// Takes the oldest complete record into `payload` and gives the part of it that was filled.
    /// A record longer than `payload` is cut off.
    pub fn next<'p>(&mut self, payload: &'p mut [u64]) -> Option<&'p [u64]> {
        let length = self.ring.take(payload)?;
        let filled = length.min(payload.len());
        payload.get(..filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn words(count: usize) -> Vec<AtomicU64> {
        (0..count).map(|_| AtomicU64::new(0)).collect()
    }

    /// Writes records of the given lengths until one is lost, reads all, and compares; many times over,
    /// so that records run over the end in every way.
    fn check(capacity: usize, lengths: &[usize], expected_in_a_round: usize) {
        let memory = words(capacity);
        let ring = SampleRing::over(&memory);
        let mut reader = ring.reader().unwrap();
        for round in 0..50_u64 {
            let records: Vec<Vec<u64>> = lengths
                .iter()
                .map(|l| (0..*l as u64).map(|i| round * 100 + i).collect())
                .collect();
            let written = records
                .iter()
                .filter(|r| ring.push([&r[..1], &r[1..]]))
                .count();
            assert_eq!(written, expected_in_a_round);
            let mut payload = [0; 64];
            for record in &records[..written] {
                assert_eq!(reader.next(&mut payload), Some(&record[..]));
            }
            assert_eq!(reader.next(&mut payload), None);
        }
        assert_eq!(
            ring.lost(),
            50 * (lengths.len() - expected_in_a_round) as u64
        );
    }

    #[test]
    fn gives_records_in_order_and_counts_the_lost() {
        check(64, &[3, 4, 5], 3);
        check(16, &[7, 7], 2);
        check(16, &[7, 8], 1);
        check(16, &[15], 1);
        check(16, &[16], 0);
        check(0, &[1], 0);
        check(23, &[7, 7], 2);
    }

    #[test]
    fn has_one_reader_at_a_time() {
        let memory = words(16);
        let ring = SampleRing::over(&memory);
        let reader = ring.reader();
        assert!(reader.is_some() && ring.reader().is_none());
        drop(reader);
        assert!(ring.reader().is_some());
    }

    #[test]
    fn cuts_a_record_that_the_reader_has_no_room_for() {
        let memory = words(16);
        let ring = SampleRing::over(&memory);
        let mut reader = ring.reader().unwrap();
        ring.push([&[1, 2, 3], &[]]);
        ring.push([&[4], &[]]);
        let mut payload = [0; 2];
        assert_eq!(reader.next(&mut payload), Some(&[1, 2][..]));
        assert_eq!(reader.next(&mut payload), Some(&[4][..]));
    }

    #[test]
    fn writers_on_many_threads_lose_nothing_uncounted() {
        let memory = words(256);
        let ring = SampleRing::over(&memory);
        let (writers, each) = (4_u64, 5_000_u64);
        let mut seen = std::vec![0_u64; writers as usize];
        std::thread::scope(|scope| {
            for writer in 0..writers {
                let ring = &ring;
                scope.spawn(move || {
                    for number in 1..=each {
                        ring.push([&[writer, number], &[number; 5][..(number % 6) as usize]]);
                    }
                });
            }
            let mut reader = ring.reader().unwrap();
            let (mut payload, mut received) = ([0; 16], 0);
            while received + ring.lost() < writers * each {
                let Some(record) = reader.next(&mut payload) else {
                    continue;
                };
                let (writer, number) = (record[0] as usize, record[1]);
                assert_eq!(record.len() as u64, 2 + number % 6);
                assert!(
                    record[2..].iter().all(|word| *word == number),
                    "torn: {record:?}"
                );
                assert!(number > seen[writer], "out of order");
                seen[writer] = number;
                received += 1;
            }
        });
    }
}
