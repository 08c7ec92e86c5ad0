//! Estimates are without bias, and scatter no more than theory says.

use dtail_sampler::gap::Rate;

use super::super::{StackValues, session};
use super::block::Block;
use super::{begin, exclusive, sums, totals};

/// Runs `action` at `rate`, `runs` times; gives the sums of each run.
pub(super) fn runs(rate: u64, runs: usize, action: impl Fn() -> Vec<Block>) -> Vec<StackValues> {
    let _exclusive = exclusive();
    (0..runs)
        .map(|_| {
            begin(rate);
            let blocks = action();
            let sums = sums(&session::snapshot());
            drop(blocks);
            assert_eq!((totals().in_use_objects, totals().in_use_bytes), (0, 0));
            session::stop();
            sums
        })
        .collect()
}

/// How many standard deviations an estimate may be off. There are 140 of them; the most skewed is of some 80
/// samples, and a Poisson variable of that mean is 7 deviations off once in 5 * 10^9 times: one of the estimates is
/// once in 4 * 10^7 runs.
const DEVIATIONS_MAX: f64 = 7.0;

/// Each estimate is as near to the truth as sampling makes it, and so is the mean of all.
pub(super) fn check_estimates(estimates: &[u64], truth: f64, variance: f64) {
    let mean = estimates.iter().sum::<u64>() as f64 / estimates.len() as f64;
    let deviation = variance.sqrt();
    for estimate in estimates {
        let error = (*estimate as f64 - truth).abs();
        assert!(
            error <= DEVIATIONS_MAX * deviation + 1.0,
            "{estimate} for {truth} +- {deviation}"
        );
    }
    let error = (mean - truth).abs() * (estimates.len() as f64).sqrt();
    assert!(
        error <= DEVIATIONS_MAX * deviation + 1.0,
        "mean {mean} for {truth} +- {deviation}"
    );
}

/// The variances of the estimated number and bytes of blocks of `sizes`.
pub(super) fn variances(rate: u64, sizes: impl Iterator<Item = u64>) -> (f64, f64) {
    let rate = Rate::from_bytes(rate).expect("not 0");
    sizes.fold((0.0, 0.0), |(objects, bytes), size| {
        let probability = rate.probability(size);
        let variance = (1.0 - probability) / probability;
        (objects + variance, bytes + variance * (size * size) as f64)
    })
}

/// Go's test: small and large blocks in turns, whose sizes are no fractions of the rate.
#[test]
fn interleaved_sizes_are_estimated_without_bias() {
    const SIZES: [usize; 6] = [17 * 1024, 1024, 18 * 1024, 512, 16 * 1024, 256];
    const ROUNDS: usize = 5000;
    let estimates = runs(16 * 1024, 20, || {
        for _ in 0..ROUNDS {
            drop(SIZES.map(Block::sized));
        }
        Vec::new()
    });
    let sizes = || {
        SIZES
            .iter()
            .cycle()
            .take(6 * ROUNDS)
            .map(|size| *size as u64)
    };
    let (objects, bytes) = variances(16 * 1024, sizes());
    let sampled: Vec<u64> = estimates.iter().map(|sums| sums.alloc_objects).collect();
    check_estimates(&sampled, 6.0 * ROUNDS as f64, objects);
    let sampled: Vec<u64> = estimates.iter().map(|sums| sums.alloc_bytes).collect();
    check_estimates(&sampled, sizes().sum::<u64>() as f64, bytes);
}

/// Many tiny blocks and a few huge ones from one stack, which cannot be told apart by their mean.
#[test]
fn mixed_sizes_of_one_stack_are_estimated_without_bias() {
    const TINY: usize = 200_000;
    let estimates = runs(8192, 4, || {
        let mut blocks: Vec<Block> = (0..16).map(|_| Block::sized(8 << 20)).collect();
        blocks.extend((0..TINY).map(|_| Block::sized(16)));
        blocks
    });
    let sizes = || std::iter::repeat_n(16, TINY).chain([8 << 20; 16]);
    let (objects, bytes) = variances(8192, sizes());
    let sampled: Vec<u64> = estimates.iter().map(|sums| sums.inuse_objects).collect();
    check_estimates(&sampled, TINY as f64 + 16.0, objects);
    let sampled: Vec<u64> = estimates.iter().map(|sums| sums.inuse_bytes).collect();
    check_estimates(&sampled, sizes().sum::<u64>() as f64, bytes);
}
