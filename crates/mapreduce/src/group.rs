//! The groups of an aggregation: a hash table from key to accumulators.
//!
//! Each group is one record of 64-bit words in one vector, its key first and its accumulators
//! behind it, so that a line that finds its group touches two places in memory: the index and the
//! record. A new group allocates nothing of its own. Keys are described in [`crate::key`].

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

use crate::batch::BATCH_ROWS;
use crate::key::{Keys, hash};

/// Where a group's record begins, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct GroupId(usize);

/// The low bits of an index entry hold the record's place plus one, the others a part of the hash.
const PLACE_BITS: u32 = 40;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;
const EMPTY: u64 = 0;
const INDEX_LENGTH_MIN: usize = 64;

/// Where a search ends.
enum Place {
    Found(GroupId),
    /// There is no such group, and its entry would be this one of the index.
    Free(usize),
}

/// The table. `Clone` copies every group, for interim results.
#[derive(Debug, Clone)]
pub(crate) struct Groups {
    /// Open addressing with linear probing; the length is a power of two, at most half is used.
    index: Vec<u64>,
    records: Vec<u64>,
    count: usize,
    /// Values in a key, at least one.
    key_values: usize,
    /// The accumulators of a group before its first line.
    initial: Vec<u64>,
    /// Random, so that no input can be made to collide.
    seed: u64,
}

impl Groups {
    /// An empty table for keys of `key_values` values and accumulators that begin as `initial`.
    pub(crate) fn new(key_values: usize, initial: Vec<u64>) -> Self {
        let seed = RandomState::new().hash_one(0_u64);
        let index = vec![EMPTY; INDEX_LENGTH_MIN];
        Self {
            index,
            records: Vec::new(),
            count: 0,
            key_values,
            initial,
            seed,
        }
    }

    /// How many groups there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Finds the group of each key, which is made when there is none, and puts it into `found`.
    pub(crate) fn locate(&mut self, keys: &mut Keys, found: &mut Vec<GroupId>) {
        keys.hash(self.seed);
        self.fetch(&keys.hashes);
        found.clear();
        for (key, hash) in keys.iter().zip(&keys.hashes) {
            found.push(self.find_or_insert(*hash, key));
        }
    }

    /// Reads what searches for these hashes look at first. The reads do not wait for each other, so
    /// that the processor has many of them under way; the searches then find it in the cache.
    fn fetch(&self, hashes: &[u64]) {
        let mask = self.index.len() - 1;
        let entries = hashes.iter().map(|hash| self.index[*hash as usize & mask]);
        let records = entries
            .filter(|entry| *entry != EMPTY)
            .map(|entry| self.records[place_of(entry)]);
        std::hint::black_box(records.fold(0, |all, word| all ^ word));
    }

    /// The group with these values as its key, if there is one.
    pub(crate) fn find<'v>(
        &self,
        values: impl ExactSizeIterator<Item = &'v [u8]>,
    ) -> Option<GroupId> {
        let mut keys = Keys::default();
        keys.push(values.len(), values);
        keys.hash(self.seed);
        let (key, hash) = keys.iter().zip(&keys.hashes).next()?;
        match self.search(*hash, key) {
            Place::Found(id) => Some(id),
            Place::Free(_) => None,
        }
    }

    fn find_or_insert(&mut self, hash: u64, key: &[u64]) -> GroupId {
        match self.search(hash, key) {
            Place::Found(id) => id,
            Place::Free(at) => self.insert(at, hash, key),
        }
    }

    #[inline]
    fn search(&self, hash: u64, key: &[u64]) -> Place {
        let mask = self.index.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let entry = self.index[at];
            if entry == EMPTY {
                return Place::Free(at);
            }
            if (entry ^ hash) & !PLACE_MASK == 0 {
                let place = place_of(entry);
                if self.records[place..].starts_with(key) {
                    return Place::Found(GroupId(place));
                }
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, at: usize, hash: u64, key: &[u64]) -> GroupId {
        let place = self.records.len();
        self.records.extend_from_slice(key);
        self.records.extend_from_slice(&self.initial);
        self.count += 1;
        self.index[at] = index_entry(hash, place);
        if self.count * 2 > self.index.len() {
            self.grow();
        }
        GroupId(place)
    }

    fn grow(&mut self) {
        let length = self.index.len() * 2;
        let mut index = std::mem::take(&mut self.index);
        index.clear();
        index.resize(length, EMPTY);
        for GroupId(place) in self.ids() {
            let hash = hash(self.seed, self.key_words(place));
            let mut at = hash as usize & (length - 1);
            while index[at] != EMPTY {
                at = (at + 1) & (length - 1);
            }
            index[at] = index_entry(hash, place);
        }
        self.index = index;
    }

    /// Every group, in the order they were made.
    pub(crate) fn ids(&self) -> impl Iterator<Item = GroupId> + '_ {
        let mut place = 0;
        std::iter::from_fn(move || {
            let id = (place < self.records.len()).then_some(GroupId(place))?;
            place += self.key_words(place).len() + self.initial.len();
            Some(id)
        })
    }

    /// The accumulators of an existing group.
    pub(crate) fn accumulators_of(&self, GroupId(place): GroupId) -> &[u64] {
        let start = place + self.key_words(place).len();
        &self.records[start..start + self.initial.len()]
    }

    /// The accumulators of an existing group, to be changed.
    pub(crate) fn accumulators_mut(&mut self, GroupId(place): GroupId) -> &mut [u64] {
        let start = place + self.key_words(place).len();
        &mut self.records[start..start + self.initial.len()]
    }

    /// Gives every group of `other` with the accumulators of the same key here to `merge`.
    pub(crate) fn merge(&mut self, other: &Groups, mut merge: impl FnMut(&mut [u64], &[u64])) {
        let (mut keys, mut found) = (Keys::default(), Vec::new());
        let mut batch = Vec::with_capacity(BATCH_ROWS);
        let mut ids = other.ids().peekable();
        while ids.peek().is_some() {
            batch.clear();
            batch.extend(ids.by_ref().take(BATCH_ROWS));
            keys.clear();
            for id in &batch {
                keys.push_copy(other.key_words(id.0));
            }
            self.locate(&mut keys, &mut found);
            for (theirs, ours) in batch.iter().zip(&found) {
                merge(self.accumulators_mut(*ours), other.accumulators_of(*theirs));
            }
        }
    }

    /// Byte order of the joined keys; between equal ones, of the places where the values end.
    pub(crate) fn compare_keys(&self, a: GroupId, b: GroupId) -> Ordering {
        let (a, b) = (self.key_words(a.0), self.key_words(b.0));
        let text = |key: &'_ [u64]| self.key_values..key.len();
        a[text(a)].cmp(&b[text(b)]).then_with(|| a.cmp(b))
    }

    /// Reads where these groups' records begin, all at once, as [`Groups::locate`] does: what follows finds
    /// them in the cache.
    pub(crate) fn fetch_records(&self, ids: &[GroupId]) {
        let words = ids.iter().map(|id| self.records[id.0]);
        std::hint::black_box(words.fold(0, |all, word| all ^ word));
    }

    /// The start of the group's key: where two differ, [`Groups::compare_keys`] says the same of them.
    pub(crate) fn key_head(&self, GroupId(place): GroupId) -> u64 {
        let text = &self.key_words(place)[self.key_values..];
        text.first().copied().unwrap_or_default()
    }

    /// Appends value number `index` of the group's key to `out`.
    pub(crate) fn write_key_value(&self, GroupId(place): GroupId, index: usize, out: &mut Vec<u8>) {
        let key = self.key_words(place);
        let start = if index == 0 {
            0
        } else {
            key[index] as usize + 1
        };
        let end = if index + 1 == self.key_values {
            key[0]
        } else {
            key[index + 1]
        } as usize;
        let packed = &key[self.key_values..];
        out.extend((start..end).map(|at| packed[at / 8].to_be_bytes()[at % 8]));
    }

    fn key_words(&self, place: usize) -> &[u64] {
        let bytes = self.records[place] as usize;
        &self.records[place..place + self.key_values + bytes.div_ceil(8)]
    }
}

fn place_of(entry: u64) -> usize {
    (entry & PLACE_MASK) as usize - 1
}

fn index_entry(hash: u64, place: usize) -> u64 {
    hash & !PLACE_MASK | (place as u64 + 1) & PLACE_MASK
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Counts the keys, `batch` at a time.
    fn count(groups: &mut Groups, keys: &[Vec<Vec<u8>>], batch: usize) {
        let (mut batched, mut found) = (Keys::default(), Vec::new());
        for keys in keys.chunks(batch) {
            batched.clear();
            for values in keys {
                batched.push(values.len(), values.iter().map(Vec::as_slice));
            }
            groups.locate(&mut batched, &mut found);
            for id in &found {
                groups.accumulators_mut(*id)[0] += 1;
            }
        }
    }

    fn values_of(groups: &Groups, id: GroupId) -> Vec<Vec<u8>> {
        let value = |index| {
            let mut out = Vec::new();
            groups.write_key_value(id, index, &mut out);
            out
        };
        (0..groups.key_values).map(value).collect()
    }

    /// Counts keys, the parts of them apart, and compares with an ordered map.
    fn check(width: usize, keys: &[Vec<Vec<u8>>]) {
        let (first, second) = keys.split_at(keys.len() / 3);
        let mut groups = Groups::new(width, vec![0]);
        let mut others = groups.clone();
        count(&mut groups, first, 1);
        count(&mut others, second, BATCH_ROWS);
        groups.merge(&others, |ours, theirs| ours[0] += theirs[0]);
        let mut expected: BTreeMap<(Vec<u8>, Vec<Vec<u8>>), u64> = BTreeMap::new();
        for values in keys {
            *expected
                .entry((values.join(&b','), values.clone()))
                .or_default() += 1;
        }
        let mut ids: Vec<_> = groups.ids().collect();
        ids.sort_by(|a, b| groups.compare_keys(*a, *b));
        let got: Vec<_> = ids
            .iter()
            .map(|id| (values_of(&groups, *id), groups.accumulators_of(*id)[0]))
            .collect();
        let joined = |values: &Vec<Vec<u8>>| values.join(&b',');
        assert!(
            got.windows(2)
                .all(|pair| joined(&pair[0].0) <= joined(&pair[1].0))
        );
        assert!(ids.is_sorted_by_key(|id| groups.key_head(*id)));
        let mut got_sorted = got.clone();
        got_sorted.sort();
        let mut expected: Vec<_> = expected
            .into_iter()
            .map(|((_, values), count)| (values, count))
            .collect();
        expected.sort();
        assert_eq!(got_sorted, expected);
    }

    #[test]
    fn commas_do_not_make_keys_collide() {
        let text = |values: [&str; 2]| values.map(|v| v.as_bytes().to_vec()).to_vec();
        check(
            2,
            &[
                text(["a,b", "c"]),
                text(["a", "b,c"]),
                text(["a", "b,c"]),
                text(["", ""]),
            ],
        );
    }

    #[test]
    fn zero_bytes_and_lengths_around_a_word() {
        let keys: Vec<_> = (0..40)
            .flat_map(|n| [vec![vec![0; n]], vec![vec![b'x'; n]]])
            .collect();
        check(1, &keys);
    }

    #[test]
    fn many_groups_are_found_again() {
        let keys: Vec<_> = (0..5000_u32)
            .map(|n| vec![(n % 3000).to_string().into_bytes()])
            .collect();
        check(1, &keys);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn counts_like_an_ordered_map(
            keys in prop::collection::vec(
                prop::collection::vec(prop::collection::vec(prop::sample::select(b"a,\0\xff".to_vec()), 0..12), 3),
                0..60,
            )
        ) {
            check(3, &keys);
        }
    }
}
