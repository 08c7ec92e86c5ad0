//! From the registers of a thread to the addresses on its stack.

use core::mem::MaybeUninit;

use super::arch::{FrameRegisters, Step};
use super::rule::Rule;
use super::table::Table;
use super::trail::Trail;

/// Reads the stack that is walked. A trait, so that a test can walk an array.
pub trait ReadStack {
    /// The 64-bit word at `address`, or `None` where the stack does not reach.
    fn word_at(&self, address: u64) -> Option<u64>;
}

/// The stack of the thread that does the walk, or of a thread that stands still meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct LiveStack {
    /// The first word.
    start: u64,
    /// The number of words.
    words: u64,
}

impl LiveStack {
    /// The words in `start..end`.
    ///
    /// # Safety
    ///
    /// Every byte of `start..end` must stay mapped and readable as long as this value is in use.
    #[must_use]
    pub const unsafe fn between(start: u64, end: u64) -> Self {
        let first = start.saturating_add(7) & !7;
        Self {
            start: first,
            words: end.saturating_sub(first) >> 3,
        }
    }
}

impl ReadStack for LiveStack {
    #[inline]
    fn word_at(&self, address: u64) -> Option<u64> {
        // The bits of an address that is not aligned become the highest.
        let number = address.wrapping_sub(self.start).rotate_right(3);
        if number >= self.words {
            return None;
        }
        // SAFETY: the word lies in `start..end`, which the caller of `between` vouched for, and is aligned.
        Some(unsafe { core::ptr::read_volatile(address as *const u64) })
    }
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WalkEnd {
    /// At the thread's outermost frame.
    Complete,
    /// The output was full.
    Truncated,
    /// At a frame whose caller could not be found; the frames before it are right.
    Lost,
}

/// What a walk found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// How many frames were written: that many of the output are initialised.
    pub depth: usize,
    /// How it ended.
    pub end: WalkEnd,
    /// How many steps had to trust the frame pointer, because no rule was known.
    pub by_frame_pointer: u32,
}

/// Writes the addresses of the stack to `frames`, leaf first: the interrupted instruction itself,
/// then return addresses. (Subtract one from a return address to get into the call.) With a `trail` of the
/// same thread the walk is faster when it goes where the last one went.
///
/// Async-signal-safe: no allocation, no lock, no call out of this crate but `stack.word_at`.
#[inline]
pub fn walk<R: FrameRegisters>(
    from: R,
    table: &Table<'_>,
    stack: &impl ReadStack,
    trail: Option<&Trail>,
    frames: &mut [MaybeUninit<u64>],
) -> Walk {
    if let Some(trail) = trail {
        trail.begin(table, stack);
    }
    let mut at = from;
    let mut lookup = from.pc();
    let mut found = Walk {
        depth: 0,
        end: WalkEnd::Truncated,
        by_frame_pointer: 0,
    };
    for frame in frames {
        frame.write(at.pc());
        let step = step(at, rule_at(lookup, table, trail), stack, &mut found);
        let number = found.depth;
        found.depth = found.depth.saturating_add(1);
        match step {
            Step::To { caller, found_at } if caller.may_have_called(at) => {
                if let Some(trail) = trail {
                    trail.note(number, found_at);
                }
                at = caller;
                lookup = at.pc().wrapping_sub(1);
            }
            Step::Outermost => {
                return Walk {
                    end: WalkEnd::Complete,
                    ..found
                };
            }
            Step::To { .. } | Step::NoRule => {
                return Walk {
                    end: WalkEnd::Lost,
                    ..found
                };
            }
        }
    }
    found
}

/// One step: by the rule or, where none is known, by the frame pointer.
#[inline]
pub(super) fn step<R: FrameRegisters>(
    at: R,
    rule: Rule,
    stack: &impl ReadStack,
    found: &mut Walk,
) -> Step<R> {
    match at.caller(rule, stack) {
        Step::NoRule => {
            found.by_frame_pointer = found.by_frame_pointer.saturating_add(1);
            at.caller_by_frame_pointer(stack)
        }
        step => step,
    }
}

#[inline]
fn rule_at(lookup: u64, table: &Table<'_>, trail: Option<&Trail>) -> Rule {
    let Some(trail) = trail else {
        return table.rule_at(lookup);
    };
    trail.rule_at(lookup).unwrap_or_else(|| {
        let found = table.stretch_at(lookup);
        trail.keep(lookup, &found);
        found.rule
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwind::model::{BASE, TEXT, Words, check};
    use crate::unwind::x86_64::{FrameBase, Registers, SavedRbp, pack};
    use crate::unwind::{Module, Row};

    fn rsp(offset: i32, saved: SavedRbp) -> Rule {
        pack(FrameBase::Rsp(offset), saved).unwrap()
    }

    fn rbp(offset: i32, saved: SavedRbp) -> Rule {
        pack(FrameBase::Rbp(offset), saved).unwrap()
    }

    #[test]
    fn follows_rules_to_the_outermost_frame() {
        let rules = [
            rsp(8, SavedRbp::Unchanged),
            rbp(16, SavedRbp::BelowCfa(16)),
            Rule::OUTERMOST,
        ];
        let stack = [TEXT + 20, 0, 0xdead, TEXT + 40, 0];
        let from = Registers {
            rip: TEXT + 3,
            rsp: BASE,
            rbp: BASE + 16,
        };
        check(
            &rules,
            from,
            &stack,
            8,
            (&[TEXT + 3, TEXT + 20, TEXT + 40], WalkEnd::Complete),
        );
    }

    /// Two libraries may be loaded at the same place, one after the other.
    #[test]
    fn a_trail_forgets_the_rows_of_another_table() {
        let caller_at = |words: i32| {
            let leaf = rsp(8 * words, SavedRbp::Unchanged);
            [(0, leaf), (64, Rule::OUTERMOST)].map(|(start, rule)| Row { start, rule })
        };
        let rows = [caller_at(1), caller_at(2)];
        let modules = [&rows[0], &rows[1]].map(|rows| {
            let (start, end) = (TEXT, TEXT + 128);
            [Module {
                start,
                end,
                index: &[0],
                rows,
            }]
        });
        let tables = [Table::over(&modules[0]), Table::over(&modules[1])];
        let trail = Trail::default();
        let stack = Words(&[TEXT + 70, TEXT + 80]);
        let from = Registers {
            rip: TEXT,
            rsp: BASE,
            rbp: 0,
        };
        for (table, caller) in [(0, 70), (1, 80), (1, 80), (0, 70)] {
            let mut frames = [MaybeUninit::new(0); 4];
            let walk = walk(from, &tables[table], &stack, Some(&trail), &mut frames);
            assert_eq!((walk.depth, walk.end), (2, WalkEnd::Complete));
            // SAFETY: initialised above.
            assert_eq!(unsafe { frames[1].assume_init() }, TEXT + caller);
        }
    }

    #[test]
    fn looks_a_return_address_up_inside_the_call() {
        // The return address is the first byte of the next row: the row of the call must be taken.
        let rules = [rsp(8, SavedRbp::Unchanged), Rule::OUTERMOST, Rule::UNKNOWN];
        let from = Registers {
            rip: TEXT,
            rsp: BASE,
            rbp: 0,
        };
        check(
            &rules,
            from,
            &[TEXT + 32, 0],
            8,
            (&[TEXT, TEXT + 32], WalkEnd::Complete),
        );
    }

    #[test]
    fn stops_when_the_output_is_full() {
        let rules = [rsp(8, SavedRbp::Unchanged)];
        let from = Registers {
            rip: TEXT,
            rsp: BASE,
            rbp: 0,
        };
        let stack = [TEXT + 4, TEXT + 4, TEXT + 4, TEXT + 4];
        check(
            &rules,
            from,
            &stack,
            2,
            (&[TEXT, TEXT + 4], WalkEnd::Truncated),
        );
    }

    #[test]
    fn never_reads_outside_the_stack() {
        let rules = [rsp(8, SavedRbp::Unchanged)];
        let from = Registers {
            rip: TEXT,
            rsp: BASE + 8,
            rbp: u64::MAX,
        };
        check(&rules, from, &[0], 8, (&[TEXT], WalkEnd::Lost));
    }

    #[test]
    fn trusts_the_frame_pointer_where_no_rule_is_known() {
        let rules = [Rule::UNKNOWN, Rule::OUTERMOST];
        let from = Registers {
            rip: TEXT,
            rsp: BASE,
            rbp: BASE + 8,
        };
        check(
            &rules,
            from,
            &[0, 0, TEXT + 20],
            8,
            (&[TEXT, TEXT + 20], WalkEnd::Complete),
        );
    }

    #[test]
    fn a_frame_that_does_not_lie_above_ends_the_walk() {
        let rules = [rbp(8, SavedRbp::Unchanged)];
        let from = Registers {
            rip: TEXT,
            rsp: BASE + 8,
            rbp: BASE,
        };
        check(&rules, from, &[TEXT, TEXT], 8, (&[TEXT], WalkEnd::Lost));
    }
}
