//! Blocks that are resized: estimated as if they had been allocated as they are, and not moved without need.

use std::sync::atomic::Ordering;

use dtail_sampler::gap::next_random;

use super::super::session;
use super::block::{Block, CALLOCS, REALLOCS};
use super::estimates::{check_estimates, runs, variances};
use super::{begin, exclusive, totals};

#[test]
fn calls_keep_their_kind() {
    let _exclusive = exclusive();
    let (reallocs, callocs) = (
        REALLOCS.load(Ordering::Relaxed),
        CALLOCS.load(Ordering::Relaxed),
    );
    begin(1 << 40);
    let mut small = Block::new(100, 8, true).expect("there is memory");
    assert!(small.resize(200));
    session::stop();
    begin(4096);
    let mut large = Block::new(1 << 20, 8, true).expect("there is memory");
    (21..25).for_each(|shift| assert!(large.resize(1 << shift)));
    assert_eq!(
        totals().in_use_bytes,
        1 << 24,
        "a block that grows stays a sample"
    );
    assert_eq!(totals().in_use_objects, 1);
    drop((small, large));
    session::stop();
    assert_eq!(REALLOCS.load(Ordering::Relaxed) - reallocs, 5);
    assert_eq!(CALLOCS.load(Ordering::Relaxed) - callocs, 2);
}

/// Blocks that grow and shrink many times are estimated as if they had been allocated as they are.
///
/// No size is far below the rates: one sampled block of ten bytes stands for a thousand at a rate of
/// 10,000, and a few of those make a distribution whose tail five deviations do not bound.
#[test]
fn resized_blocks_are_estimated_without_bias() {
    const BLOCKS: usize = 3000;
    const RESIZES: u64 = 12;
    let mut random = 1;
    let sizes: Vec<u64> = (0..=BLOCKS as u64 * RESIZES)
        .map(|_| 1000 + next_random(&mut random) % 20_000)
        .collect();
    for rate in [500, 10_000] {
        let estimates = runs(rate, 6, || {
            let resizings = sizes.chunks_exact(RESIZES as usize);
            resizings
                .map(|sizes| {
                    let mut block = Block::sized(sizes[0] as usize);
                    sizes[1..]
                        .iter()
                        .for_each(|size| assert!(block.resize(*size as usize)));
                    block
                })
                .collect()
        });
        let last = || {
            sizes
                .chunks_exact(RESIZES as usize)
                .map(|sizes| sizes[RESIZES as usize - 1])
        };
        let (objects, bytes) = variances(rate, last());
        let sampled: Vec<u64> = estimates.iter().map(|sums| sums.inuse_objects).collect();
        check_estimates(&sampled, BLOCKS as f64, objects);
        let sampled: Vec<u64> = estimates.iter().map(|sums| sums.inuse_bytes).collect();
        check_estimates(&sampled, last().sum::<u64>() as f64, bytes);
        let all = || sizes[..BLOCKS * RESIZES as usize].iter().copied();
        let (objects, bytes) = variances(rate, all());
        let sampled: Vec<u64> = estimates.iter().map(|sums| sums.alloc_objects).collect();
        check_estimates(&sampled, all().count() as f64, objects);
        let sampled: Vec<u64> = estimates.iter().map(|sums| sums.alloc_bytes).collect();
        check_estimates(&sampled, all().sum::<u64>() as f64, bytes);
    }
}

/// A buffer that grows by a byte at a time is neither sampled at every step nor copied around.
#[test]
fn a_storm_of_small_resizes_stays_with_the_inner_allocator() {
    let _exclusive = exclusive();
    begin(512 * 1024);
    let reallocs = REALLOCS.load(Ordering::Relaxed);
    let mut block = Block::sized(100_000);
    for size in 100_001..110_000 {
        assert!(block.resize(size));
    }
    let in_inner = REALLOCS.load(Ordering::Relaxed) - reallocs;
    // At most one move into the arena, and one from slot to slot.
    assert!(
        in_inner >= 9_900 || totals().in_use_objects > 0,
        "{in_inner}"
    );
    drop(block);
    session::stop();
}
