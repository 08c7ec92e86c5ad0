//! The keys of groups.
//!
//! A key is the values of the group-by fields. Its words are the number of bytes, the end of each
//! value but the last, and the values joined by `,` with eight bytes a word, most significant
//! first. So different values never make the same key, and comparing words is comparing bytes.

/// Keys to be looked up, one after the other in one vector.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    words: Vec<u64>,
    ends: Vec<usize>,
    /// Those of the keys, once [`Keys::hash`] was called.
    pub(crate) hashes: Vec<u64>,
    joined: Vec<u8>,
}

impl Keys {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.ends.clear();
    }

    /// Adds the key of a group with these `values`, of which there are `count`.
    pub(crate) fn push<'v>(&mut self, count: usize, values: impl Iterator<Item = &'v [u8]>) {
        self.push_words_of(count, values);
        self.ends.push(self.words.len());
    }

    /// Computes the hash of every key.
    pub(crate) fn hash(&mut self, seed: u64) {
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        hashes.extend(self.iter().map(|key| hash(seed, key)));
        self.hashes = hashes;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u64]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.words[start..*end])
    }

    /// Adds a key out of a table.
    pub(crate) fn push_copy(&mut self, words: &[u64]) {
        self.words.extend_from_slice(words);
        self.ends.push(self.words.len());
    }

    fn push_words_of<'v>(&mut self, count: usize, values: impl Iterator<Item = &'v [u8]>) {
        if count == 1 {
            for value in values {
                self.words.push(value.len() as u64);
                push_packed(&mut self.words, value);
            }
            return;
        }
        self.joined.clear();
        let length_at = self.words.len();
        self.words.push(0);
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.words.push(self.joined.len() as u64);
                self.joined.push(b',');
            }
            self.joined.extend_from_slice(value);
        }
        self.words[length_at] = self.joined.len() as u64;
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

/// Multiplies each word into the hash and folds the 128-bit product.
pub(crate) fn hash(seed: u64, words: &[u64]) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    words.iter().fold(seed, |hash, word| {
        let product = u128::from(hash ^ word).wrapping_mul(u128::from((MULTIPLIER ^ seed) | 1));
        (product >> 64) as u64 ^ product as u64
    })
}
