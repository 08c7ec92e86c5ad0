//! The allocator as a whole, on the process-wide state.
//!
//! In this test program the profiler serves nobody but these tests, so everything it counts is
//! known. Each test has it to itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

use dtail_sampler::gap::{Rate, next_random};
use proptest::prelude::*;

use super::session::{self, StartError};
use super::{AllocationTotals, HeapSnapshot, ProfilingAllocator, StackValues};

/// The system's allocator, counting what reaches it, and able to be out of memory.
#[derive(Debug)]
struct Inner;

static REALLOCS: AtomicU64 = AtomicU64::new(0);
static CALLOCS: AtomicU64 = AtomicU64::new(0);
static IS_EXHAUSTED: AtomicBool = AtomicBool::new(false);

// SAFETY: passes everything on to the system's allocator, or has no memory.
unsafe impl GlobalAlloc for Inner {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_EXHAUSTED.load(Ordering::Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: passed on to the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        CALLOCS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on to the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        REALLOCS.fetch_add(1, Ordering::Relaxed);
        if IS_EXHAUSTED.load(Ordering::Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: passed on to the caller.
        unsafe { System.realloc(block, layout, new_size) }
    }
}

static ALLOCATOR: ProfilingAllocator<Inner> = ProfilingAllocator::new(Inner);

static EXCLUSIVE: Mutex<()> = Mutex::new(());

/// The profiler, for one test.
pub(super) fn exclusive() -> MutexGuard<'static, ()> {
    EXCLUSIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a session at `rate` bytes.
pub(super) fn begin(rate: u64) {
    let warnings = session::begin(Rate::from_bytes(rate).expect("not 0"));
    assert_eq!(warnings, Ok(Vec::new()));
}

fn totals() -> AllocationTotals {
    session::totals().expect("a session is running")
}

/// The sums over all stacks.
fn sums(snapshot: &HeapSnapshot) -> StackValues {
    let mut sums = snapshot.overflow.clone();
    for stack in &snapshot.stacks {
        sums.alloc_objects += stack.alloc_objects;
        sums.alloc_bytes += stack.alloc_bytes;
        sums.inuse_objects += stack.inuse_objects;
        sums.inuse_bytes += stack.inuse_bytes;
        sums.peak_objects += stack.peak_objects;
        sums.peak_bytes += stack.peak_bytes;
    }
    sums
}

/// A block of the allocator under test, filled with a pattern that is checked whenever it is used.
#[derive(Debug)]
struct Block {
    start: *mut u8,
    layout: Layout,
    fill: u8,
}

// SAFETY: a block belongs to whoever has it.
unsafe impl Send for Block {}

impl Block {
    fn new(size: usize, align: usize, is_zeroed: bool) -> Option<Block> {
        let layout = Layout::from_size_align(size, align).expect("a valid layout");
        // SAFETY: the size is not 0.
        let start = unsafe {
            if is_zeroed {
                ALLOCATOR.alloc_zeroed(layout)
            } else {
                ALLOCATOR.alloc(layout)
            }
        };
        if start.is_null() {
            return None;
        }
        assert_eq!(start as usize % align, 0);
        let block = Block {
            start,
            layout,
            fill: size as u8,
        };
        assert!(!is_zeroed || block.ends().iter().all(|byte| *byte == 0));
        block.write();
        Some(block)
    }

    fn sized(size: usize) -> Block {
        Block::new(size, 8, false).expect("there is memory")
    }

    fn resize(&mut self, new_size: usize) -> bool {
        self.check();
        // SAFETY: allocated with that layout, and the new size is not 0.
        let moved = unsafe { ALLOCATOR.realloc(self.start, self.layout, new_size) };
        if moved.is_null() {
            self.check();
            return false;
        }
        let kept = self.layout.size().min(new_size);
        self.start = moved;
        self.layout = Layout::from_size_align(kept, self.layout.align()).expect("it was valid");
        // SAFETY: the block has at least that many bytes.
        assert_eq!(unsafe { *moved }, self.fill, "the first byte moved along");
        self.layout = Layout::from_size_align(new_size, self.layout.align()).expect("valid");
        self.write();
        true
    }

    /// The first and last bytes: enough to notice an overlap, and cheap for large blocks.
    fn ends(&self) -> [u8; 2] {
        // SAFETY: the block has at least one byte.
        unsafe { [*self.start, *self.start.add(self.layout.size() - 1)] }
    }

    fn write(&self) {
        // SAFETY: the block has at least one byte and is this test's.
        unsafe {
            *self.start = self.fill;
            *self.start.add(self.layout.size() - 1) = self.fill;
        }
    }

    fn check(&self) {
        assert_eq!(
            self.ends(),
            [self.fill; 2],
            "nobody else writes into the block"
        );
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.check();
        // SAFETY: allocated with that layout, and not used afterwards.
        unsafe { ALLOCATOR.dealloc(self.start, self.layout) };
    }
}

/// Records every call.
#[derive(Debug, Default)]
struct Model {
    allocated: (u64, u64),
    sizes: Vec<u64>,
    peak: (u64, u64),
}

impl Model {
    fn allocate(&mut self, size: usize) {
        self.allocated.0 += 1;
        self.allocated.1 += size as u64;
        self.sizes.push(size as u64);
        let in_use = self.in_use();
        if in_use.1 > self.peak.1 {
            self.peak = in_use;
        }
    }

    fn free(&mut self, nth: usize) {
        self.sizes.swap_remove(nth);
    }

    fn in_use(&self) -> (u64, u64) {
        (self.sizes.len() as u64, self.sizes.iter().sum())
    }
}

#[derive(Clone, Debug)]
enum Step {
    Allocate {
        size: usize,
        align: usize,
        is_zeroed: bool,
    },
    Resize {
        nth: usize,
        size: usize,
    },
    Free {
        nth: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let size = || prop_oneof![1..200_usize, 1..20_000_usize, 200_000..400_000_usize];
    let align = prop_oneof![3 => Just(8_usize), 1 => (0..14_u32).prop_map(|shift| 1 << shift)];
    prop_oneof![
        (size(), align, any::<bool>()).prop_map(|(size, align, is_zeroed)| Step::Allocate {
            size,
            align,
            is_zeroed
        }),
        (any::<usize>(), size()).prop_map(|(nth, size)| Step::Resize { nth, size }),
        any::<usize>().prop_map(|nth| Step::Free { nth }),
    ]
}

/// Allocated sums are exact at any rate, the others at a rate of 1; all end at zero.
fn check(rate: u64, steps: &[Step]) {
    let _exclusive = exclusive();
    begin(rate);
    let mut model = Model::default();
    let mut blocks: Vec<Block> = Vec::new();
    for step in steps {
        match *step {
            Step::Allocate {
                size,
                align,
                is_zeroed,
            } => {
                blocks.push(Block::new(size, align, is_zeroed).expect("there is memory"));
                model.allocate(size);
            }
            Step::Resize { nth, size } if !blocks.is_empty() => {
                let nth = nth % blocks.len();
                assert!(blocks[nth].resize(size));
                let resized = blocks.swap_remove(nth);
                blocks.push(resized);
                model.free(nth);
                model.allocate(size);
            }
            Step::Free { nth } if !blocks.is_empty() => {
                let nth = nth % blocks.len();
                drop(blocks.swap_remove(nth));
                model.free(nth);
            }
            Step::Resize { .. } | Step::Free { .. } => {}
        }
    }
    let now = totals();
    assert_eq!(
        (now.allocated_objects, now.allocated_bytes),
        model.allocated
    );
    if rate == 1 {
        assert_eq!((now.in_use_objects, now.in_use_bytes), model.in_use());
        let sums = sums(&session::snapshot());
        assert_eq!((sums.alloc_objects, sums.alloc_bytes), model.allocated);
        assert_eq!((sums.inuse_objects, sums.inuse_bytes), model.in_use());
        assert_eq!((sums.peak_objects, sums.peak_bytes), model.peak);
    }
    blocks.clear();
    let end = totals();
    assert_eq!((end.in_use_objects, end.in_use_bytes), (0, 0));
    session::stop();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_call_is_counted_as_a_model_counts_it(
        steps in proptest::collection::vec(step(), 0..150),
        rate in prop_oneof![2 => Just(1_u64), 1 => Just(100), 1 => Just(4096), 1 => Just(100_000)],
    ) {
        check(rate, &steps);
    }
}

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
    super::tracker::ARENA.without_more_chunks(|| {
        let without: Vec<Block> = (0..100).map(|_| Block::sized(250_000)).collect();
        assert_eq!(totals().in_use_objects, 200);
        drop(without);
        assert_eq!(totals().in_use_objects, 100);
    });
    drop(with_slots);
    assert_eq!((totals().in_use_objects, totals().in_use_bytes), (0, 0));
    session::stop();
}

#[test]
fn the_profiler_does_not_count_itself() {
    let _exclusive = exclusive();
    begin(1);
    let quiet = super::reentry::enter();
    let mut inside = Block::sized(10);
    assert!(inside.resize(20));
    drop(quiet);
    assert_eq!(totals(), AllocationTotals::default());
    std::thread::spawn(|| {
        super::reentry::mark_thread();
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

/// Runs `action` at `rate`, `runs` times; gives the sums of each run.
fn runs(rate: u64, runs: usize, action: impl Fn() -> Vec<Block>) -> Vec<StackValues> {
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

/// Each estimate is within 5 standard deviations of the truth, which fails once in two million, and
/// the mean of all is within 5 of its own.
fn check_estimates(estimates: &[u64], truth: f64, variance: f64) {
    let mean = estimates.iter().sum::<u64>() as f64 / estimates.len() as f64;
    let deviation = variance.sqrt();
    for estimate in estimates {
        let error = (*estimate as f64 - truth).abs();
        assert!(
            error <= 5.0 * deviation + 1.0,
            "{estimate} for {truth} +- {deviation}"
        );
    }
    let error = (mean - truth).abs() * (estimates.len() as f64).sqrt();
    assert!(
        error <= 5.0 * deviation + 1.0,
        "mean {mean} for {truth} +- {deviation}"
    );
}

/// The variances of the estimated number and bytes of blocks of `sizes`.
fn variances(rate: u64, sizes: impl Iterator<Item = u64>) -> (f64, f64) {
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
