//! The groups of an aggregation: a hash table from key to accumulators.
//!
//! Each group is one record of 64-bit words in one vector, its key first and its accumulators
//! behind it, so that a line that finds its group touches two places in memory: the index and the
//! record. A new group allocates nothing of its own.
//!
//! A key is the values of the group-by fields. Its words are the number of bytes, the end of each
//! value but the last, and the values joined by `,` with eight bytes a word, most significant
//! first. So different values never make the same key, and comparing words is comparing bytes.

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

/// Where a group's record begins, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupId(usize);

/// A key in the making; kept between lines for its memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Key {
    words: Vec<u64>,
    joined: Vec<u8>,
}

impl Key {
    /// Replaces the key by that of a group with these `values`.
    pub(crate) fn assign<'v>(&mut self, values: impl ExactSizeIterator<Item = &'v [u8]>) {
        self.words.clear();
        if values.len() == 1 {
            for value in values {
                self.words.push(value.len() as u64);
                push_packed(&mut self.words, value);
            }
            return;
        }
        self.joined.clear();
        self.words.push(0);
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.words.push(self.joined.len() as u64);
                self.joined.push(b',');
            }
            self.joined.extend_from_slice(value);
        }
        self.words[0] = self.joined.len() as u64;
        push_packed(&mut self.words, &self.joined);
    }
}

/// Appends `bytes`, eight a word, the last word filled up with zeros.
fn push_packed(words: &mut Vec<u64>, bytes: &[u8]) {
    let mut chunks = bytes.chunks_exact(8);
    words.extend((&mut chunks).map(|chunk| {
        u64::from_be_bytes(chunk.try_into().expect("chunks_exact(8) gives eight bytes"))
    }));
    let rest = chunks.remainder();
    if !rest.is_empty() {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        words.push(u64::from_be_bytes(last));
    }
}

/// The low bits of an index entry hold the record's place plus one, the others a part of the hash.
const PLACE_BITS: u32 = 40;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;
const EMPTY: u64 = 0;
const INDEX_LENGTH_MIN: usize = 64;

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

    /// The accumulators of the group with this key, which is made when there is none.
    pub(crate) fn accumulators(&mut self, key: &Key) -> &mut [u64] {
        let start = self.find_or_insert(&key.words) + key.words.len();
        let end = start + self.initial.len();
        &mut self.records[start..end]
    }

    fn find_or_insert(&mut self, key: &[u64]) -> usize {
        let hash = hash(self.seed, key);
        let mask = self.index.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let entry = self.index[at];
            if entry == EMPTY {
                return self.insert(at, hash, key);
            }
            if (entry ^ hash) & !PLACE_MASK == 0 {
                let place = (entry & PLACE_MASK) as usize - 1;
                if self.records[place..].starts_with(key) {
                    return place;
                }
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, at: usize, hash: u64, key: &[u64]) -> usize {
        let place = self.records.len();
        self.records.extend_from_slice(key);
        self.records.extend_from_slice(&self.initial);
        self.count += 1;
        self.index[at] = index_entry(hash, place);
        if self.count * 2 > self.index.len() {
            self.grow();
        }
        place
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

    /// Gives every group of `other` with the accumulators of the same key here to `merge`.
    pub(crate) fn merge(&mut self, other: &Groups, mut merge: impl FnMut(&mut [u64], &[u64])) {
        for id in other.ids() {
            let key = other.key_words(id.0);
            let start = self.find_or_insert(key) + key.len();
            let end = start + self.initial.len();
            merge(&mut self.records[start..end], other.accumulators_of(id));
        }
    }

    /// Byte order of the joined keys; between equal ones, of the places where the values end.
    pub(crate) fn compare_keys(&self, a: GroupId, b: GroupId) -> Ordering {
        let (a, b) = (self.key_words(a.0), self.key_words(b.0));
        let text = |key: &'_ [u64]| self.key_values..key.len();
        a[text(a)].cmp(&b[text(b)]).then_with(|| a.cmp(b))
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

fn index_entry(hash: u64, place: usize) -> u64 {
    hash & !PLACE_MASK | (place as u64 + 1) & PLACE_MASK
}

/// Multiplies each word into the hash and folds the 128-bit product.
fn hash(seed: u64, words: &[u64]) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    words.iter().fold(seed, |hash, word| {
        let product = u128::from(hash ^ word).wrapping_mul(u128::from((MULTIPLIER ^ seed) | 1));
        (product >> 64) as u64 ^ product as u64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn key(values: &[Vec<u8>]) -> Key {
        let mut key = Key::default();
        key.assign(values.iter().map(Vec::as_slice));
        key
    }

    fn values_of(groups: &Groups, id: GroupId) -> Vec<Vec<u8>> {
        let value = |index| {
            let mut out = Vec::new();
            groups.write_key_value(id, index, &mut out);
            out
        };
        (0..groups.key_values).map(value).collect()
    }

    /// Counts keys and compares with an ordered map.
    fn check(width: usize, keys: &[Vec<Vec<u8>>]) {
        let mut groups = Groups::new(width, vec![0]);
        let mut expected: BTreeMap<(Vec<u8>, Vec<Vec<u8>>), u64> = BTreeMap::new();
        for values in keys {
            groups.accumulators(&key(values))[0] += 1;
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
