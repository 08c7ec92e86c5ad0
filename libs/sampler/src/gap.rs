//! "Sample this byte?": the distances between samples of an allocation profile, and what one sample
//! stands for.
//!
//! # Model
//!
//! Every allocated byte is a sample point with the same small probability, independently of all
//! others, so that on average one byte in [`Rate::bytes`] is one. An allocation is sampled when at
//! least one of its bytes is a sample point:
//!
//! ```text
//! P(size) = 1 - exp(-size / rate)
//! ```
//!
//! Nobody tosses a coin per byte: the distance from one sample point to the next is drawn at once,
//! as the rounded-up value of an exponential distribution, and counted down. That distribution has
//! no memory, so the count may be started afresh at any point (a new thread, the end of a sampled
//! block) without a bias, and however many sample points fall into one huge block, one draw
//! suffices.
//!
//! A sample of `size` bytes then stands for `1 / P(size)` objects and `size / P(size)` bytes. The
//! division is made for each sample, with the rate in force when it was taken; values are summed
//! only afterwards, since sums cannot be corrected when sizes or rates were mixed.
//!
//! # Fixed point
//!
//! [`Weight`] holds integers, so that what a free subtracts is exactly what the allocation added, in
//! whichever order the two meet with others.
//!
//! Async-signal-safe throughout: arithmetic on the arguments and nothing else.

use core::num::NonZeroU64;

/// The largest rate, 1 TiB between samples: a sum of the weights of single bytes stays far from
/// overflow below it.
const RATE_MAX: u64 = 1 << 40;

/// The mean number of allocated bytes from one sample point to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(NonZeroU64);

impl Rate {
    /// The rate at which every allocation is sampled, whatever its size.
    pub const EXACT: Rate = Rate(NonZeroU64::MIN);

    /// `bytes` between samples on average; `None` for 0, and at most 1 TiB.
    pub const fn from_bytes(bytes: u64) -> Option<Rate> {
        let bounded = if bytes > RATE_MAX { RATE_MAX } else { bytes };
        match NonZeroU64::new(bounded) {
            Some(bytes) => Some(Rate(bytes)),
            None => None,
        }
    }

    /// The mean distance in bytes, at least 1.
    pub const fn bytes(self) -> u64 {
        self.0.get()
    }

    /// Whether every allocation is sampled and stands for itself alone.
    pub const fn is_exact(self) -> bool {
        self.bytes() == 1
    }

    /// The number of bytes up to and including the next sample point; 0 at [`Rate::EXACT`], where
    /// even an empty allocation reaches it.
    ///
    /// `random` is uniform over all 64-bit values. The result is at most 37 times the rate.
    pub fn gap(self, random: u64) -> u64 {
        if self.is_exact() {
            return 0;
        }
        let draw = (random >> 11).wrapping_add(1) as f64;
        let distance = (UNIFORM_BITS * core::f64::consts::LN_2 - ln(draw)) * self.bytes() as f64;
        (distance as u64).wrapping_add(1)
    }

    /// The probability that an allocation of `size` bytes is sampled.
    pub fn probability(self, size: u64) -> f64 {
        if self.is_exact() {
            return 1.0;
        }
        one_minus_exp(size as f64 / self.bytes() as f64)
    }

    /// Whether a block of `old_size` bytes that was sampled with `weight` is still a sample at this rate
    /// when it is resized to `new_size` bytes, before its new bytes have had their chance.
    ///
    /// Sampled at this rate: whether one of its sample points lies in what is left of it. Sampled at
    /// another rate: as often as it takes for as many blocks to be samples as this rate would have sampled,
    /// or always, when that is more than there are.
    ///
    /// `random` is uniform over all 64-bit values.
    pub fn survives(self, weight: Weight, old_size: u64, new_size: u64, random: u64) -> bool {
        let same_rate = self.weight(old_size) == weight;
        if self.is_exact() || (same_rate && new_size >= old_size) {
            return true;
        }
        let was = if same_rate {
            self.probability(old_size)
        } else {
            1_u64.wrapping_shl(Weight::OBJECT_FRACTION_BITS) as f64 / weight.objects as f64
        };
        let uniform = (random >> 11) as f64 / (1_u64 << 53) as f64;
        uniform * was < self.probability(old_size.min(new_size))
    }

    /// What a sampled allocation of `size` bytes stands for.
    pub fn weight(self, size: u64) -> Weight {
        if self.is_exact() || size == 0 {
            return Weight::of_itself(size);
        }
        let objects = inverse_probability(size as f64, self.bytes() as f64);
        Weight {
            objects: fixed_point(objects, Weight::OBJECT_FRACTION_BITS),
            bytes: fixed_point(objects * size as f64, Weight::BYTE_FRACTION_BITS),
        }
    }
}

/// The objects and bytes a sample stands for, in fixed point: see the module about why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Objects, in units of `2^-OBJECT_FRACTION_BITS`.
    pub objects: u64,
    /// Bytes, in units of `2^-BYTE_FRACTION_BITS`.
    pub bytes: u64,
}

impl Weight {
    /// Fraction of [`Weight::objects`]: a sample is at least one object, so rounding costs at most
    /// 8e-6 of it, and the sum has room for 2.8e14 objects.
    pub const OBJECT_FRACTION_BITS: u32 = 16;

    /// Fraction of [`Weight::bytes`]: a sample is at least `rate` bytes, so rounding costs at most
    /// 0.002 / rate of it, and the sum has room for 72 PB.
    pub const BYTE_FRACTION_BITS: u32 = 8;

    const fn of_itself(size: u64) -> Weight {
        Weight {
            objects: 1 << Self::OBJECT_FRACTION_BITS,
            bytes: size.saturating_mul(1 << Self::BYTE_FRACTION_BITS),
        }
    }

    /// A sum of [`Weight::objects`] as a whole number, rounded to nearest.
    pub const fn whole_objects(objects: u64) -> u64 {
        rounded(objects, Self::OBJECT_FRACTION_BITS)
    }

    /// A sum of [`Weight::bytes`] as a whole number, rounded to nearest.
    pub const fn whole_bytes(bytes: u64) -> u64 {
        rounded(bytes, Self::BYTE_FRACTION_BITS)
    }
}

/// One step of a generator of uniform 64-bit values (SplitMix64): advances `state`, which may start
/// anywhere, and returns the value. Its period is 2^64.
pub const fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Bits of a uniform draw: as many as a `f64` holds.
const UNIFORM_BITS: f64 = 53.0;

const fn rounded(value: u64, fraction_bits: u32) -> u64 {
    let half = 1_u64.wrapping_shl(fraction_bits.wrapping_sub(1));
    value.saturating_add(half).wrapping_shr(fraction_bits)
}

/// `value`, which is not negative, to the nearest multiple of `2^-fraction_bits`.
fn fixed_point(value: f64, fraction_bits: u32) -> u64 {
    let scaled = value * 1_u64.wrapping_shl(fraction_bits) as f64;
    (scaled + 0.5) as u64
}

/// 1/1, 1/3, 1/5 ...
const ODD_RECIPROCALS: [f64; 10] = [
    1.0,
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
];

/// 1/1!, 1/2!, 1/3! ...
const RECIPROCAL_FACTORIALS: [f64; 14] = [
    1.0,
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5040.0,
    1.0 / 40320.0,
    1.0 / 362880.0,
    1.0 / 3628800.0,
    1.0 / 39916800.0,
    1.0 / 479001600.0,
    1.0 / 6227020800.0,
    1.0 / 87178291200.0,
];

/// The polynomial with these coefficients, lowest first, at `x`.
///
/// Each sum waits for the one before it, so there are two: of the even powers and of the odd ones.
#[inline]
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    let square = x * x;
    let (even, odd) = coefficients
        .rchunks(2)
        .fold((0.0, 0.0), |(even, odd), pair| {
            let [low, high] = *pair else {
                return (even, odd);
            };
            (even * square + low, odd * square + high)
        });
    even + odd * x
}

/// The natural logarithm of `value >= 1`, to 1e-14; `core` has none.
///
/// The exponent is taken apart, and the mantissa, brought near 1, goes into the series of
/// `ln((1 + z) / (1 - z)) = 2 (z + z^3/3 + z^5/5 ...)`, where `z^2 < 0.03`.
fn ln(value: f64) -> f64 {
    const MANTISSA_BITS: u32 = 52;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let bits = value.to_bits();
    let exponent = (bits >> MANTISSA_BITS) as f64 - 1023.0;
    let mantissa = f64::from_bits((bits & (u64::MAX >> 12)) | ONE);
    let (exponent, mantissa) = if mantissa > core::f64::consts::SQRT_2 {
        (exponent + 1.0, mantissa / 2.0)
    } else {
        (exponent, mantissa)
    };
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let series = polynomial(&ODD_RECIPROCALS, z * z);
    exponent * core::f64::consts::LN_2 + 2.0 * z * series
}

/// `1 - exp(-x)` for `x >= 0`, to 1e-15 of its value even where `x` is tiny; `core` has no `exp`.
///
/// With `x = n ln 2 + r` and `|r| <= 0.35` it is `(1 - 2^-n) - 2^-n (exp(-r) - 1)`, the last factor
/// by its Taylor series.
fn one_minus_exp(x: f64) -> f64 {
    const INDISTINGUISHABLE_FROM_ONE: f64 = 40.0;
    if x >= INDISTINGUISHABLE_FROM_ONE {
        return 1.0;
    }
    let halvings = (x / core::f64::consts::LN_2 + 0.5) as u64;
    let rest = halvings as f64 * core::f64::consts::LN_2 - x;
    let series = polynomial(&RECIPROCAL_FACTORIALS, rest);
    let scale = 1.0 / 1_u64.wrapping_shl(halvings as u32) as f64;
    (1.0 - scale) - scale * series * rest
}

/// 1/12, -1/720, 1/30240 ..., the coefficients of `x`, `x^3`, `x^5` ... in `1 / (1 - exp(-x))`: Bernoulli's numbers by
/// factorials (Abramowitz and Stegun, 23.1.1).
const BERNOULLI: [f64; 4] = [1.0 / 12.0, -1.0 / 720.0, 1.0 / 30240.0, -1.0 / 1_209_600.0];

/// `1 / (1 - exp(-size / rate))` for a `size` and a `rate` that are not 0, to 1e-13 of its value. For blocks far smaller than
/// the rate, as nearly all are, by a series that is short and waits for no division but its first.
fn inverse_probability(size: f64, rate: f64) -> f64 {
    const SERIES_MAX: f64 = 0.25;
    let x = size / rate;
    if x > SERIES_MAX {
        return 1.0 / one_minus_exp(x);
    }
    rate / size + 0.5 + x * polynomial(&BERNOULLI, x * x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn rate(bytes: u64) -> Rate {
        Rate::from_bytes(bytes).expect("the rate is not 0")
    }

    fn uniform(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed;
        move || next_random(&mut state)
    }

    #[test]
    fn logarithm_and_exponential_agree_with_std() {
        for exponent in 0..=53 {
            for step in 0..1000 {
                let value = 2_f64.powi(exponent) * (1.0 + f64::from(step) / 1000.0);
                assert!((ln(value) - value.ln()).abs() < 2e-14, "ln({value})");
            }
        }
        let mut x = 1e-12_f64;
        while x < 100.0 {
            let expected = -(-x).exp_m1();
            let error = (one_minus_exp(x) / expected - 1.0).abs();
            assert!(error < 4e-16 * 4.0, "1 - exp(-{x}) is off by {error}");
            let error = (inverse_probability(x * 1000.0, 1000.0) * expected - 1.0).abs();
            assert!(error < 1e-13, "its inverse at {x} is off by {error}");
            x *= 1.001;
        }
        assert_eq!(one_minus_exp(0.0), 0.0);
    }

    #[test]
    fn rate_one_samples_everything_as_itself() {
        assert_eq!(Rate::EXACT.gap(0), 0);
        assert_eq!(Rate::EXACT.gap(u64::MAX), 0);
        let weight = Rate::EXACT.weight(4711);
        assert_eq!(Weight::whole_objects(weight.objects), 1);
        assert_eq!(Weight::whole_bytes(weight.bytes), 4711);
        assert_eq!(Rate::from_bytes(0), None);
    }

    #[test]
    fn extreme_draws_stay_in_bounds() {
        for bytes in [2, 512 * 1024, RATE_MAX, u64::MAX] {
            let rate = rate(bytes);
            assert_eq!(rate.gap(u64::MAX), 1);
            assert!(rate.gap(0) <= 37 * rate.bytes());
            assert!(rate.weight(1).objects >= 1 << Weight::OBJECT_FRACTION_BITS);
            assert!(Weight::whole_bytes(rate.weight(1 << 50).bytes) >= 1 << 50);
        }
    }

    /// The mean of `n` geometric draws is within `k` standard errors of the theoretical one.
    #[test]
    fn mean_gap_is_the_rate() {
        for bytes in [2, 100, 16 * 1024, 512 * 1024] {
            let rate = rate(bytes);
            let mut random = uniform(bytes);
            let count = 100_000;
            let sum: f64 = (0..count).map(|_| rate.gap(random()) as f64).sum();
            let expected = 1.0 / rate.probability(1);
            let deviation = bytes as f64 / f64::from(count).sqrt();
            let mean = sum / f64::from(count);
            assert!(
                (mean - expected).abs() < 3.0 * deviation,
                "{mean} for {expected}"
            );
        }
    }

    /// Anderson-Darling: the gaps come from the exponential distribution.
    ///
    /// The statistic exceeds 8.0 with a probability below 1e-4 when they do.
    #[test]
    fn gaps_are_exponentially_distributed() {
        for count in [10_usize, 100, 1000, 10_000] {
            let rate = rate(512 * 1024);
            let mut random = uniform(count as u64);
            let gaps: Vec<u64> = (0..count).map(|_| rate.gap(random())).collect();
            let statistic = anderson_darling(&gaps, rate.bytes() as f64);
            assert!(statistic < 8.0, "A^2 = {statistic} of {count} gaps");
        }
        let even: Vec<u64> = (0..1000).map(|step| 1000 * step + 1).collect();
        assert!(
            anderson_darling(&even, 5e5) > 8.0,
            "the test must reject uniform gaps"
        );
    }

    fn anderson_darling(gaps: &[u64], mean: f64) -> f64 {
        let mut sorted = gaps.to_vec();
        sorted.sort_unstable();
        let count = sorted.len();
        // The middle of the byte: a gap of g stands for the distances in (g - 1, g].
        let cumulative = |gap: u64| -(-(gap as f64 - 0.5) / mean).exp_m1();
        let sum: f64 = (0..count)
            .map(|i| {
                let low = cumulative(sorted[i]);
                let high = 1.0 - cumulative(sorted[count - 1 - i]);
                (2 * i + 1) as f64 * (low.ln() + high.ln())
            })
            .sum();
        -(count as f64) - sum / count as f64
    }

    /// Sampling `size` bytes many times and adding the weights gives the true sums.
    #[test]
    fn weights_are_unbiased_for_every_size() {
        for (bytes, size) in [(2, 1), (64, 16), (4096, 5000), (512 * 1024, 400_000)] {
            let rate = rate(bytes);
            let mut random = uniform(size);
            let count = 200_000_u64;
            let (mut sampled, mut sum) = (0_u64, Weight::default());
            for _ in 0..count {
                if rate.gap(random()) <= size {
                    sampled += 1;
                    sum.objects += rate.weight(size).objects;
                    sum.bytes += rate.weight(size).bytes;
                }
            }
            let probability = rate.probability(size);
            let relative_error = ((1.0 - probability) / probability / count as f64).sqrt();
            let objects = Weight::whole_objects(sum.objects) as f64 / count as f64;
            let weighted_bytes = Weight::whole_bytes(sum.bytes) as f64 / (count * size) as f64;
            assert!(
                (objects - 1.0).abs() < 4.0 * relative_error,
                "{sampled}: {objects}"
            );
            assert!((weighted_bytes - 1.0).abs() < 4.0 * relative_error + 2e-3 / bytes as f64);
        }
    }

    /// A block that shrinks stays sampled as often as one that had the smaller size from the start.
    #[test]
    fn shrinking_keeps_the_share_of_sampled_blocks() {
        check_resize((1000, 3000), (1000, 500), rate(1000).probability(500));
    }

    /// A block that grows stays sampled; so does each at a rate that samples no fewer.
    #[test]
    fn growing_keeps_every_sampled_block() {
        check_resize((1000, 300), (1000, 3000), rate(1000).probability(300));
        check_resize((1000, 300), (200, 300), rate(1000).probability(300));
        check_resize((1000, 300), (1, 200), rate(1000).probability(300));
    }

    #[test]
    fn another_rate_keeps_the_share_that_it_would_have_sampled() {
        check_resize((100, 300), (1000, 3000), rate(1000).probability(300));
        check_resize((100, 300), (1000, 200), rate(1000).probability(200));
        check_resize((1, 300), (1000, 300), rate(1000).probability(300));
    }

    /// Samples blocks of a rate and size, resizes them at another, and compares how many stay samples.
    fn check_resize(before: (u64, u64), after: (u64, u64), expected: f64) {
        let (old_rate, new_rate) = (rate(before.0), rate(after.0));
        let weight = old_rate.weight(before.1);
        let mut random = uniform(7);
        let count = 100_000;
        let sampled = (0..count).filter(|_| {
            let (gap, chance) = (old_rate.gap(random()), random());
            gap <= before.1 && new_rate.survives(weight, before.1, after.1, chance)
        });
        let sampled = sampled.count();
        let deviation = (expected * (1.0 - expected) / f64::from(count)).sqrt();
        let share = sampled as f64 / f64::from(count);
        assert!(
            (share - expected).abs() < 4.0 * deviation,
            "{share} for {expected}"
        );
    }
}
