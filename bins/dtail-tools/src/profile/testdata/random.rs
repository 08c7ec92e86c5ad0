//! A small random generator, the same on every machine.

/// SplitMix64: one addition and three multiplications a number, which is all
/// that test data needs. Not for anything an adversary may look at.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence that belongs to `seed`.
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..limit`; the bias of the reduction is below `limit / 2^32`.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        (((self.next() >> 32) * u64::from(limit)) >> 32) as u32
    }

    /// A number in `0..limit` that prefers the small ones, as popularity does.
    pub(super) fn popular(&mut self, limit: u32) -> u32 {
        let first = self.below(limit);
        self.below(first + 1)
    }

    /// One of `choices`, which is not empty.
    pub(super) fn choose<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u32) as usize]
    }
}
