//! Another rate while a session runs.

use std::sync::mpsc;

use super::super::session;
use super::block::Block;
use super::estimates::{check_estimates, runs, variances};
use super::{begin, exclusive, totals};

/// Values of samples that were taken by different rates add up: allocated and in use.
#[test]
fn changing_the_rate_biases_nothing() {
    const BLOCKS: usize = 10_000;
    const RATES: [u64; 4] = [8192, 2000, 1, 30_000];
    let sizes = |nth: usize| (0..BLOCKS as u64).map(move |n| 1000 * (1 + nth as u64) + n % 500);
    let estimates = runs(RATES[0], 6, || {
        let blocks = (0..RATES.len()).flat_map(|nth| {
            assert_eq!(session::change_rate(RATES[nth] as usize), Some(Vec::new()));
            let sized = |size| Block::sized(size as usize);
            sizes(nth).map(sized).collect::<Vec<Block>>()
        });
        blocks.collect()
    });
    let parts = (0..RATES.len()).map(|nth| variances(RATES[nth], sizes(nth)));
    let (objects, bytes) = parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    let truth: u64 = (0..RATES.len()).flat_map(sizes).sum();
    let values: Vec<u64> = estimates.iter().map(|sums| sums.inuse_objects).collect();
    check_estimates(&values, (RATES.len() * BLOCKS) as f64, objects);
    let values: Vec<u64> = estimates.iter().map(|sums| sums.alloc_bytes).collect();
    check_estimates(&values, truth as f64, bytes);
    assert!(
        estimates
            .iter()
            .all(|sums| sums.alloc_bytes == sums.inuse_bytes)
    );
}

/// Blocks of a rate with more samples, resized at one with fewer, are as many samples as the latter takes.
#[test]
fn blocks_resized_at_a_coarser_rate_are_estimated_without_bias() {
    const BLOCKS: u64 = 10_000;
    const RATES: (u64, u64) = (500, 6000);
    let resized = |n: u64| {
        if n.is_multiple_of(2) {
            5000 + n % 1000
        } else {
            700 + n % 100
        }
    };
    let estimates = runs(RATES.0, 6, || {
        let mut blocks: Vec<Block> = (0..BLOCKS)
            .map(|n| Block::sized(900 + n as usize % 200))
            .collect();
        assert_eq!(session::change_rate(RATES.1 as usize), Some(Vec::new()));
        for (n, block) in (0..).zip(&mut blocks) {
            assert!(block.resize(resized(n) as usize));
        }
        blocks
    });
    let (objects, bytes) = variances(RATES.1, (0..BLOCKS).map(resized));
    let values: Vec<u64> = estimates.iter().map(|sums| sums.inuse_objects).collect();
    check_estimates(&values, BLOCKS as f64, objects);
    let values: Vec<u64> = estimates.iter().map(|sums| sums.inuse_bytes).collect();
    check_estimates(&values, (0..BLOCKS).map(resized).sum::<u64>() as f64, bytes);
}

/// A thread notices another rate at its next allocation, and goes on counting exactly.
#[test]
fn every_thread_takes_up_another_rate() {
    let _exclusive = exclusive();
    assert_eq!(session::change_rate(1), None, "no session");
    begin(1 << 40);
    let (turns, changed) = (mpsc::channel(), mpsc::channel());
    std::thread::scope(|scope| {
        let (turn, go_on) = (turns.0, changed.1);
        scope.spawn(move || {
            let before = Block::sized(1000);
            turn.send(()).expect("the test waits");
            go_on.recv().expect("the test goes on");
            let after = Block::sized(300);
            assert_eq!((totals().in_use_objects, totals().in_use_bytes), (1, 300));
            assert_eq!(
                (totals().allocated_objects, totals().allocated_bytes),
                (2, 1300)
            );
            drop((before, after));
        });
        turns.1.recv().expect("the thread has allocated");
        assert_eq!(session::change_rate(0), None, "no such rate");
        assert_eq!(session::change_rate(1), Some(Vec::new()));
        changed.0.send(()).expect("the thread waits");
    });
    assert_eq!((totals().in_use_objects, totals().in_use_bytes), (0, 0));
    session::stop();
}
