//! Blocks outlive sessions, threads and their locals.

use super::super::session;
use super::block::Block;
use super::{begin, exclusive, totals};

#[test]
fn blocks_outlive_sessions() {
    for (first_rate, second_rate) in [(4096, 1), (1, 4096), (4096, 8192), (1, 1)] {
        let _exclusive = exclusive();
        let blocks =
            || [10, 5000, 100_000, 300_000].map(|size| [(); 20].map(|()| Block::sized(size)));
        let before = blocks();
        begin(first_rate);
        let (first, freed_in_second, resized) = (blocks(), blocks(), blocks());
        drop(before);
        session::stop();
        drop(first);
        begin(second_rate);
        drop(freed_in_second);
        let mut resized = resized;
        resized
            .iter_mut()
            .flatten()
            .for_each(|block| assert!(block.resize(20)));
        let second = blocks();
        drop((resized, second));
        assert_eq!((totals().in_use_objects, totals().in_use_bytes), (0, 0));
        session::stop();
    }
}

#[test]
fn blocks_are_counted_and_freed_after_the_threads_locals_are_gone() {
    thread_local! {
        static LAST: std::cell::RefCell<Vec<Block>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    struct AllocatesAtTheEnd;
    impl Drop for AllocatesAtTheEnd {
        fn drop(&mut self) {
            drop(Block::sized(50));
        }
    }
    thread_local!(static END: AllocatesAtTheEnd = const { AllocatesAtTheEnd });
    let _exclusive = exclusive();
    begin(1);
    for _ in 0..100 {
        std::thread::spawn(|| {
            END.with(|_| ());
            LAST.with(|last| last.borrow_mut().push(Block::sized(40)));
        })
        .join()
        .expect("the thread ends well");
    }
    assert_eq!(
        (totals().allocated_objects, totals().allocated_bytes),
        (200, 9000)
    );
    assert_eq!((totals().in_use_objects, totals().in_use_bytes), (0, 0));
    session::stop();
}
