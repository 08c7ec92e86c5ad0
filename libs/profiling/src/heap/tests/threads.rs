//! Threads count exactly, whoever frees.

use std::sync::mpsc;

use super::super::{AllocationTotals, session};
use super::block::Block;
use super::{begin, exclusive, totals};

#[test]
fn threads_count_exactly_and_free_each_others_blocks() {
    let _exclusive = exclusive();
    begin(1);
    const BLOCKS: usize = 5000;
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Block>(100);
        for thread in 0..4 {
            let sender = sender.clone();
            scope.spawn(move || {
                for number in 0..BLOCKS {
                    let mut block = Block::sized(1 + number % 997);
                    if number % 3 == thread % 3 {
                        assert!(block.resize(2000));
                    }
                    sender
                        .send(block)
                        .expect("the receiver waits for the last block");
                }
            });
        }
        drop(sender);
        scope.spawn(move || receiver.into_iter().for_each(drop));
    });
    let resized = |thread: usize| {
        (0..BLOCKS)
            .filter(move |number| number % 3 == thread % 3)
            .count()
    };
    let resizes: usize = (0..4).map(resized).sum();
    let bytes: usize = (0..BLOCKS).map(|number| 1 + number % 997).sum();
    let expected = AllocationTotals {
        allocated_objects: (4 * BLOCKS + resizes) as u64,
        allocated_bytes: (4 * bytes + 2000 * resizes) as u64,
        in_use_objects: 0,
        in_use_bytes: 0,
    };
    assert_eq!(totals(), expected);
    session::stop();
}
