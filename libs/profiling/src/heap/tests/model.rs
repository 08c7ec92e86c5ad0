//! Random calls, against a model that records every one.

use proptest::prelude::*;

use super::super::session;
use super::block::Block;
use super::{begin, exclusive, sums, totals};

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
