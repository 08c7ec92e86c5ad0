//! No memory, and no place in the arena.

use std::sync::atomic::Ordering;

use super::super::{session, tracker};
use super::block::{Block, IS_EXHAUSTED};
use super::{begin, exclusive, totals};

#[test]
fn failed_calls_count_nothing() {
    for rate in [1, 4096, 1 << 40] {
        let _exclusive = exclusive();
        begin(rate);
        let mut blocks = [100, 300_000].map(Block::sized);
        let before = (totals(), session::snapshot());
        IS_EXHAUSTED.store(true, Ordering::Relaxed);
        let failed = Block::new(1 << 30, 8, false).is_none()
            && blocks.iter_mut().all(|block| !block.resize(1 << 30));
        IS_EXHAUSTED.store(false, Ordering::Relaxed);
        assert!(failed);
        assert_eq!((totals(), session::snapshot()), before);
        drop(blocks);
        assert_eq!((totals().in_use_objects, totals().in_use_bytes), (0, 0));
        session::stop();
    }
}

/// Sampled blocks that find no slot go into the table, and frees of every size then look there.
#[test]
fn a_full_arena_loses_no_free() {
    let _exclusive = exclusive();
    begin(4096);
    let with_slots: Vec<Block> = (0..100).map(|_| Block::sized(250_000)).collect();
    tracker::ARENA.without_more_chunks(|| {
        let without: Vec<Block> = (0..100).map(|_| Block::sized(250_000)).collect();
        assert_eq!(totals().in_use_objects, 200);
        drop(without);
        assert_eq!(totals().in_use_objects, 100);
    });
    drop(with_slots);
    assert_eq!((totals().in_use_objects, totals().in_use_bytes), (0, 0));
    session::stop();
}
