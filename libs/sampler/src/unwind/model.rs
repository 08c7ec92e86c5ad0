//! A stack and a module in an array, for the tests of walks.

use core::mem::MaybeUninit;
use std::boxed::Box;
use std::vec::Vec;

use super::{FrameRegisters, LastWalk, Module, ReadStack, Row, Rule, Table, Trail, WalkEnd, walk};

/// Where the stack of a test begins.
pub(super) const BASE: u64 = 0x7000;

/// Where the code of a test begins.
pub(super) const TEXT: u64 = 0x10_0000;

/// A stack of these words from [`BASE`] on.
pub(super) struct Words<'a>(pub(super) &'a [u64]);

impl ReadStack for Words<'_> {
    fn word_at(&self, address: u64) -> Option<u64> {
        self.0
            .get(usize::try_from(address.checked_sub(BASE)? / 8).ok()?)
            .copied()
    }
}

/// Walks `stack` in a module whose n-th rule holds for the n-th 16 bytes of text.
pub(super) fn check<R: FrameRegisters>(
    rules: &[Rule],
    from: R,
    stack: &[u64],
    room: usize,
    expected: (&[u64], WalkEnd),
) {
    let rows: Vec<Row> = (0..)
        .zip(rules)
        .map(|(row, rule)| Row {
            start: row * 16,
            rule: *rule,
        })
        .collect();
    let end = TEXT + 16 * rules.len() as u64;
    let modules = [Module {
        start: TEXT,
        end,
        index: &[0],
        rows: &rows,
    }];
    let table = Table::over(&modules);
    let trail = Trail::default();
    // The second walk of the same trail must find the same.
    for trail in [None, Some(&trail), Some(&trail)] {
        let mut frames = std::vec![MaybeUninit::new(0); room];
        let walk = walk(from, &table, &Words(stack), trail, &mut frames);
        // SAFETY: all were initialised above.
        let frames = frames.iter().map(|frame| unsafe { frame.assume_init() });
        let frames: Vec<u64> = frames.take(walk.depth).collect();
        assert_eq!((&frames[..], walk.end), expected);
    }
    let mut last = Box::<LastWalk>::default();
    for _ in 0..3 {
        let mut frames = std::vec![MaybeUninit::new(0); room];
        let again = last.walk(from, &table, &Words(stack), &mut frames);
        // SAFETY: all were initialised above.
        let frames = frames.iter().map(|frame| unsafe { frame.assume_init() });
        let frames: Vec<u64> = frames.take(again.walk.depth).collect();
        assert_eq!((&frames[..], again.walk.end), expected);
    }
}
