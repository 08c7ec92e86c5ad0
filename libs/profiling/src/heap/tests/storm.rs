//! Everything at once.

use std::sync::atomic::{AtomicBool, Ordering};

use dtail_sampler::gap::next_random;

use super::super::session;
use super::block::Block;
use super::{begin, exclusive, sums, totals};

#[test]
fn a_storm_of_threads_sessions_and_snapshots_loses_nothing() {
    let _exclusive = exclusive();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let is_over = &is_over;
            scope.spawn(move || {
                let mut random = seed;
                let mut blocks: Vec<Block> = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    let draw = next_random(&mut random);
                    let size = 1 + (draw >> 8) as usize % [100, 10_000, 400_000][draw as usize % 3];
                    match draw >> 60 {
                        0..8 => blocks.push(Block::sized(size)),
                        8..11 if !blocks.is_empty() => {
                            let nth = size % blocks.len();
                            assert!(blocks[nth].resize(size));
                        }
                        _ if !blocks.is_empty() => drop(blocks.swap_remove(size % blocks.len())),
                        _ => {}
                    }
                    if blocks.len() > 300 {
                        blocks.clear();
                    }
                }
            });
        }
        for rate in [1, 4096, 100, 16_384, 1, 524_288]
            .into_iter()
            .cycle()
            .take(60)
        {
            begin(rate);
            for _ in 0..5 {
                std::thread::sleep(std::time::Duration::from_millis(1));
                let sums = sums(&session::snapshot());
                assert!(sums.inuse_bytes <= sums.peak_bytes, "{sums:?}");
                assert!(totals().in_use_bytes < 1 << 40, "no sum went below zero");
            }
            session::stop();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    begin(1);
    drop(Block::sized(10));
    assert_eq!(
        (totals().allocated_objects, totals().in_use_objects),
        (1, 0)
    );
    session::stop();
}
