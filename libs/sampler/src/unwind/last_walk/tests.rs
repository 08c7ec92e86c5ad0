//! Walks along the last one, beside walks by rules alone.

use std::boxed::Box;
use std::vec::Vec;

use super::*;
use crate::gap::next_random;
use crate::unwind::model::{BASE, TEXT, Words};
use crate::unwind::x86_64::{FrameBase, Registers, SavedRbp, pack};
use crate::unwind::{Module, Row, Rule, walk};

const STACK_WORDS: usize = 512;
const ROOM: usize = 20;

/// The shapes of frames: the base, where the caller's `rbp` is, and the size in words, 0 for any.
const SHAPES: [(FrameBase, SavedRbp, usize); 10] = [
    (FrameBase::Rsp(8), SavedRbp::Unchanged, 1),
    (FrameBase::Rsp(32), SavedRbp::Unchanged, 4),
    (FrameBase::Rsp(16), SavedRbp::BelowCfa(16), 2),
    (FrameBase::Rsp(48), SavedRbp::BelowCfa(24), 6),
    (FrameBase::Rbp(16), SavedRbp::BelowCfa(16), 0),
    (FrameBase::Rbp(16), SavedRbp::Unchanged, 0),
    (FrameBase::DerefRbp(-8), SavedRbp::Unchanged, 5),
    (FrameBase::Unknown, SavedRbp::BelowCfa(16), 0),
    (FrameBase::Plt, SavedRbp::Unchanged, 1),
    (FrameBase::Outermost, SavedRbp::Unchanged, 1),
];

/// A frame: its shape, its size in words, and how far into its row of 16 bytes it stands.
#[derive(Clone, Copy)]
struct Frame {
    shape: usize,
    words: usize,
    offset: u64,
}

/// What may be read of a stack.
struct Part<'a> {
    words: Words<'a>,
    start: u64,
    end: u64,
}

impl ReadStack for Part<'_> {
    fn word_at(&self, address: u64) -> Option<u64> {
        let inside = (self.start..self.end).contains(&address);
        self.words.word_at(address).filter(|_| inside)
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        next_random(&mut self.0) % bound
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// Something that a register or a word of the stack may hold.
    fn word(&mut self) -> u64 {
        match self.below(9) {
            0 => 0,
            1..=4 => BASE + 8 * (STACK_WORDS as u64 - 24 + 4 * self.below(3)),
            5 => BASE + 8 * (STACK_WORDS as u64 - 60 + 4 * self.below(10)),
            6 => TEXT + self.below(16 * SHAPES.len() as u64),
            7 => BASE + 8 * self.below(STACK_WORDS as u64),
            _ => self.below(u64::MAX),
        }
    }

    fn frame(&mut self) -> Frame {
        let mut shape = self.below(SHAPES.len() as u64) as usize;
        if shape + 1 == SHAPES.len() && !self.one_in(4) {
            shape = 0;
        }
        let words = match SHAPES[shape].2 {
            0 => 2 + self.below(5) as usize,
            words => words,
        };
        let offset = self.offset();
        Frame {
            shape,
            words,
            offset,
        }
    }

    /// The last one is that of a call at the end of its row, which returns to the next one.
    fn offset(&mut self) -> u64 {
        [1, 2, 3, 16][self.below(4) as usize]
    }

    /// Calls, returns, and goes on within functions.
    fn change(&mut self, frames: &mut Vec<Frame>) {
        if self.one_in(3) {
            return;
        }
        let returns = self.below(5) as usize;
        frames.drain(..returns.min(frames.len()));
        let calls = self.below(if frames.len() < 4 { 12 } else { 5 });
        for _ in 0..calls.min(40_u64.saturating_sub(frames.len() as u64)) {
            let frame = self.frame();
            frames.insert(0, frame);
        }
        if !frames.is_empty() && self.one_in(4) {
            let one = self.below(frames.len() as u64) as usize;
            frames[one].offset = self.offset();
        }
    }

    /// A stack of these frames, leaf first, below its end, with anything in the words that do not matter.
    fn lay(&mut self, frames: &[Frame]) -> (Registers, Vec<u64>) {
        let mut stack: Vec<u64> = (0..STACK_WORDS).map(|_| self.word()).collect();
        let address = |word: usize| BASE + 8 * word as u64;
        let mut at = STACK_WORDS - 8 - frames.iter().map(|frame| frame.words).sum::<usize>();
        let mut from = Registers {
            rip: TEXT,
            rsp: address(at),
            rbp: self.word(),
        };
        // Where the value of rbp is: in a word of the stack or still in the register.
        let mut home: Option<usize> = None;
        for (number, frame) in frames.iter().enumerate() {
            let (base, saved, _) = SHAPES[frame.shape];
            let pc = TEXT + 16 * frame.shape as u64 + frame.offset;
            match number {
                0 => from.rip = pc,
                _ => stack[at - 1] = pc,
            }
            let end = at + frame.words;
            let (rbp, restored) = match (base, saved) {
                (FrameBase::DerefRbp(_), _) => {
                    stack[at] = address(end);
                    (Some(address(at + 1)), Some(at + 1))
                }
                (FrameBase::Rbp(_) | FrameBase::Unknown, SavedRbp::BelowCfa(_)) => {
                    (Some(address(end - 2)), Some(end - 2))
                }
                (FrameBase::Rbp(_), SavedRbp::Unchanged) => (Some(address(end - 2)), home),
                (_, SavedRbp::BelowCfa(bytes)) => (None, Some(end - bytes as usize / 8)),
                (_, SavedRbp::Unchanged) => (None, home),
            };
            match (rbp, home) {
                (Some(rbp), Some(word)) => stack[word] = rbp,
                (Some(rbp), None) => from.rbp = rbp,
                (None, _) => {}
            }
            home = restored;
            at = end;
        }
        if self.one_in(4) {
            let word = at - 1 - self.below(40) as usize;
            stack[word] = self.word();
        }
        (from, stack)
    }
}

/// A row of 16 bytes for each shape.
fn rows() -> Vec<Row> {
    let rule = |(base, rbp, _)| pack(base, rbp).unwrap_or(Rule::UNKNOWN);
    let rules = SHAPES.map(rule).into_iter();
    (0..)
        .zip(rules)
        .map(|(row, rule)| Row {
            start: row * 16,
            rule,
        })
        .collect()
}

fn module(rows: &[Row]) -> Module<'_> {
    Module {
        start: TEXT,
        end: TEXT + 16 * rows.len() as u64,
        index: &[0],
        rows,
    }
}

/// A value that did not matter, then another one that does, and then the first again.
#[test]
fn a_frame_pointer_that_begins_to_matter_is_compared() {
    let rows = rows();
    let modules = [module(&rows)];
    let table = Table::over(&modules);
    let row = |shape: u64| TEXT + 16 * shape + 3;
    let (restores, passes_on, depends, outermost) = (row(2), row(0), row(4), row(9));
    let from = Registers {
        rip: restores,
        rsp: BASE,
        rbp: 0,
    };
    let mut last = Box::<LastWalk>::default();
    for (caller, rbp, expected) in [
        (outermost, 4, &[outermost][..]),
        (depends, 8, &[depends, row(9) + 1]),
        (depends, 4, &[depends, row(9)]),
        (outermost, 8, &[outermost]),
    ] {
        let mut stack = [0; 12];
        (stack[0], stack[1], stack[2]) = (BASE + 8 * rbp, passes_on, caller);
        (stack[5], stack[9]) = (row(9), row(9) + 1);
        let mut room = [MaybeUninit::new(0); ROOM];
        let again = last.walk(from, &table, &Words(&stack), &mut room);
        // SAFETY: all were initialised above.
        let found = room.map(|f| unsafe { f.assume_init() });
        assert_eq!(found[..2], [restores, passes_on]);
        assert_eq!(found[2..again.walk.depth], *expected);
    }
}

/// However a stack changes from one walk to the next, the walk along the last one finds what a walk
/// by rules alone finds, and says of no stack that it is the same when it is not.
#[test]
fn finds_what_a_walk_by_rules_finds() {
    let rows = rows();
    let modules = [module(&rows)];
    let table = Table::over(&modules);
    let mut chance = Chance(20_261);
    let mut last = Box::<LastWalk>::default();
    let mut frames = Vec::new();
    let mut before: (Vec<u64>, WalkEnd) = (Vec::new(), WalkEnd::Lost);
    let (mut same, mut complete, mut truncated) = (0, 0, 0);
    let mut earlier = [const { [0; STACK_WORDS] }; 3].map(Vec::from);
    let turns = 60_000;
    for turn in 0..turns {
        chance.change(&mut frames);
        let (from, mut stack) = chance.lay(&frames);
        let laid = stack.clone();
        if chance.one_in(2) {
            let word = STACK_WORDS - 9 - chance.below(40) as usize;
            stack[word] = earlier[turn % earlier.len()][word];
        }
        earlier[turn % earlier.len()] = laid;
        let stack = Part {
            words: Words(&stack),
            start: if chance.one_in(8) { from.rsp } else { BASE },
            end: BASE + 8 * (STACK_WORDS as u64 - chance.below(8).saturating_sub(5) * 8),
        };
        let mut expected = [MaybeUninit::new(0); ROOM];
        let mut room = [MaybeUninit::new(0); ROOM];
        let plain = walk(from, &table, &stack, None, &mut expected);
        let again = last.walk(from, &table, &stack, &mut room);
        // SAFETY: all were initialised above.
        let read = |frames: [MaybeUninit<u64>; ROOM]| frames.map(|f| unsafe { f.assume_init() });
        let (expected, found) = (read(expected), read(room));
        assert_eq!(again.walk, plain, "turn {turn}");
        let found = (found[..plain.depth].to_vec(), plain.end);
        assert_eq!(found.0, expected[..plain.depth], "turn {turn}");
        assert!(!again.is_same || found == before, "turn {turn}");
        same += usize::from(again.is_same);
        complete += usize::from(plain.end == WalkEnd::Complete && plain.depth > 3);
        truncated += usize::from(plain.end == WalkEnd::Truncated);
        before = found;
    }
    let enough = turns / 50;
    assert!(
        same > enough && complete > enough && truncated > enough,
        "{same} {complete} {truncated}"
    );
}
