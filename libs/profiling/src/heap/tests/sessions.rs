//! What a session counts, and what is refused.

use dtail_sampler::gap::Rate;

use super::super::session::{self, StartError};
use super::super::{AllocationTotals, reentry};
use super::block::Block;
use super::{begin, exclusive, sums, totals};

#[test]
fn a_session_is_refused_while_one_runs_and_for_another_allocator() {
    let _exclusive = exclusive();
    assert_eq!(session::start(0).err(), Some(StartError::ZeroRate));
    assert_eq!(session::start(1).err(), Some(StartError::NotInstalled));
    assert_eq!(session::totals(), None);
    begin(1);
    assert_eq!(
        session::begin(Rate::EXACT).err(),
        Some(StartError::AlreadyRunning)
    );
    session::stop();
    session::stop();
    assert_eq!(session::totals(), None);
}

#[test]
fn what_was_summed_stays_readable_after_the_end_and_changes_no_more() {
    let _exclusive = exclusive();
    begin(1);
    let block = Block::sized(1000);
    session::stop();
    drop(block);
    drop(Block::sized(7));
    let sums = sums(&session::snapshot());
    assert_eq!((sums.alloc_objects, sums.alloc_bytes), (1, 1000));
    assert_eq!((sums.inuse_objects, sums.inuse_bytes), (1, 1000));
}

#[test]
fn the_profiler_does_not_count_itself() {
    let _exclusive = exclusive();
    begin(1);
    let quiet = reentry::enter();
    let mut inside = Block::sized(10);
    assert!(inside.resize(20));
    drop(quiet);
    assert_eq!(totals(), AllocationTotals::default());
    std::thread::spawn(|| {
        reentry::mark_thread();
        drop(Block::sized(10));
    })
    .join()
    .expect("the thread ends well");
    assert_eq!(totals(), AllocationTotals::default());
    drop(inside);
    drop(Block::sized(30));
    assert_eq!(
        (totals().allocated_objects, totals().allocated_bytes),
        (1, 30)
    );
    session::stop();
}
