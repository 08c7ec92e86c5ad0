//! From the registers of a thread to the addresses on its stack.

use core::mem::MaybeUninit;

use super::rule::{FrameBase, Rule, SavedRbp};
use super::table::Table;
use super::trail::Trail;

/// The registers that a walk begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    /// Address of the instruction that was interrupted.
    pub rip: u64,
    /// Stack pointer.
    pub rsp: u64,
    /// Frame pointer, or whatever the code keeps in it.
    pub rbp: u64,
}

/// Reads the stack that is walked. A trait, so that a test can walk an array.
pub trait ReadStack {
    /// The 64-bit word at `address`, or `None` where the stack does not reach.
    fn word_at(&self, address: u64) -> Option<u64>;
}

/// The stack of the thread that does the walk, or of a thread that stands still meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct LiveStack {
    start: u64,
    end: u64,
}

impl LiveStack {
    /// The words in `start..end`.
    ///
    /// # Safety
    ///
    /// Every byte of `start..end` must stay mapped and readable as long as this value is in use.
    #[must_use]
    pub const unsafe fn between(start: u64, end: u64) -> Self {
        Self { start, end }
    }
}

impl ReadStack for LiveStack {
    #[inline]
    fn word_at(&self, address: u64) -> Option<u64> {
        let inside = address >= self.start && address <= self.end.wrapping_sub(8);
        if !inside || address & 7 != 0 || self.end < 8 {
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
pub fn walk(
    from: Registers,
    table: &Table<'_>,
    stack: &impl ReadStack,
    trail: Option<&Trail>,
    frames: &mut [MaybeUninit<u64>],
) -> Walk {
    if let Some(trail) = trail {
        trail.begin(table, stack);
    }
    let mut at = from;
    let mut lookup = from.rip;
    let mut found = Walk {
        depth: 0,
        end: WalkEnd::Truncated,
        by_frame_pointer: 0,
    };
    for frame in frames {
        frame.write(at.rip);
        let rule = rule_at(lookup, table, trail);
        let step = match caller(at, rule, stack) {
            Step::NoRule => {
                found.by_frame_pointer = found.by_frame_pointer.saturating_add(1);
                caller_by_frame_pointer(at, stack)
            }
            step => step,
        };
        let number = found.depth;
        found.depth = found.depth.saturating_add(1);
        match step {
            Step::To(registers) if moves_up(at, registers) => {
                if let Some(trail) = trail {
                    trail.note(number, registers.rsp.wrapping_sub(8));
                }
                at = registers;
                lookup = at.rip.wrapping_sub(1);
            }
            Step::Outermost => {
                return Walk {
                    end: WalkEnd::Complete,
                    ..found
                };
            }
            Step::To(_) | Step::NoRule => {
                return Walk {
                    end: WalkEnd::Lost,
                    ..found
                };
            }
        }
    }
    found
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

enum Step {
    To(Registers),
    Outermost,
    NoRule,
}

/// A caller's frame lies above its callee's, and code does not begin in the first page.
fn moves_up(from: Registers, to: Registers) -> bool {
    to.rsp > from.rsp && to.rip >= 4096
}

#[inline]
fn caller(at: Registers, rule: Rule, stack: &impl ReadStack) -> Step {
    let cfa = match rule.base() {
        FrameBase::Rsp(offset) => Some(at.rsp.wrapping_add_signed(offset.into())),
        FrameBase::Rbp(offset) => Some(at.rbp.wrapping_add_signed(offset.into())),
        FrameBase::DerefRbp(offset) => stack.word_at(at.rbp.wrapping_add_signed(offset.into())),
        FrameBase::Plt => Some(at.rsp.wrapping_add(plt_offset(at.rip))),
        FrameBase::SignalFrame => return interrupted(at, stack).map_or(Step::NoRule, Step::To),
        FrameBase::Outermost => return Step::Outermost,
        FrameBase::Unknown => None,
    };
    let realigned = matches!(rule.base(), FrameBase::DerefRbp(_));
    cfa.and_then(|cfa| above(at, cfa, rule.saved_rbp(), realigned, stack))
        .map_or(Step::NoRule, Step::To)
}

/// The registers of the caller of the frame that ends at `cfa`.
#[inline]
fn above(
    at: Registers,
    cfa: u64,
    saved: SavedRbp,
    realigned: bool,
    stack: &impl ReadStack,
) -> Option<Registers> {
    let rip = stack.word_at(cfa.wrapping_sub(8))?;
    let rbp = match saved {
        SavedRbp::BelowCfa(bytes) => stack.word_at(cfa.wrapping_sub(bytes.into()))?,
        SavedRbp::Unchanged if realigned => stack.word_at(at.rbp)?,
        SavedRbp::Unchanged => at.rbp,
    };
    Some(Registers { rip, rsp: cfa, rbp })
}

/// In an entry of the procedure linkage table the push of the relocation's number ends at byte 11.
fn plt_offset(rip: u64) -> u64 {
    if rip & 15 >= 11 { 16 } else { 8 }
}

/// Offsets of the interrupted registers in the frame that the kernel lays on the stack for a signal
/// handler: `rsp` points at a `ucontext`, whose general registers begin at byte 40 in the order
/// r8-r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip.
const SIGNAL_RBP: u64 = 40 + 8 * 10;
const SIGNAL_RSP: u64 = 40 + 8 * 15;
const SIGNAL_RIP: u64 = 40 + 8 * 16;

/// The registers that a signal interrupted. The interrupted address is no return address: one is added,
/// since whoever looks it up subtracts one.
fn interrupted(at: Registers, stack: &impl ReadStack) -> Option<Registers> {
    let word = |offset: u64| stack.word_at(at.rsp.wrapping_add(offset));
    Some(Registers {
        rip: word(SIGNAL_RIP)?.wrapping_add(1),
        rsp: word(SIGNAL_RSP)?,
        rbp: word(SIGNAL_RBP)?,
    })
}

/// The way of code that keeps a frame pointer: `rbp` points at the caller's `rbp`, the return address
/// lies above. A frame pointer of zero marks the outermost frame.
fn caller_by_frame_pointer(at: Registers, stack: &impl ReadStack) -> Step {
    if at.rbp == 0 {
        return Step::NoRule;
    }
    let words = (stack.word_at(at.rbp), stack.word_at(at.rbp.wrapping_add(8)));
    match words {
        (Some(rbp), Some(rip)) => Step::To(Registers {
            rip,
            rsp: at.rbp.wrapping_add(16),
            rbp,
        }),
        _ => Step::NoRule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwind::{Module, Row};
    use std::vec::Vec;

    const BASE: u64 = 0x7000;
    const TEXT: u64 = 0x10_0000;

    struct Words<'a>(&'a [u64]);

    impl ReadStack for Words<'_> {
        fn word_at(&self, address: u64) -> Option<u64> {
            self.0
                .get(usize::try_from(address.checked_sub(BASE)? / 8).ok()?)
                .copied()
        }
    }

    /// A module whose n-th rule holds for the n-th 16 bytes of text.
    fn check(
        rules: &[Rule],
        from: Registers,
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
    }

    fn rsp(offset: i32, saved: SavedRbp) -> Rule {
        Rule::pack(FrameBase::Rsp(offset), saved).unwrap()
    }

    fn rbp(offset: i32, saved: SavedRbp) -> Rule {
        Rule::pack(FrameBase::Rbp(offset), saved).unwrap()
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

    #[test]
    fn goes_through_the_linkage_table() {
        let rules = [
            Rule::pack(FrameBase::Plt, SavedRbp::Unchanged).unwrap(),
            Rule::OUTERMOST,
        ];
        let early = Registers {
            rip: TEXT + 6,
            rsp: BASE,
            rbp: 0,
        };
        check(
            &rules,
            early,
            &[TEXT + 17],
            8,
            (&[TEXT + 6, TEXT + 17], WalkEnd::Complete),
        );
        let late = Registers {
            rip: TEXT + 11,
            rsp: BASE,
            rbp: 0,
        };
        check(
            &rules,
            late,
            &[7, TEXT + 17],
            8,
            (&[TEXT + 11, TEXT + 17], WalkEnd::Complete),
        );
    }

    #[test]
    fn goes_through_a_signal_frame() {
        let rules = [
            Rule::pack(FrameBase::SignalFrame, SavedRbp::Unchanged).unwrap(),
            Rule::OUTERMOST,
        ];
        let mut stack = [0; 24];
        stack[15] = BASE + 0x1000;
        stack[20] = BASE + 0x2000;
        stack[21] = TEXT + 16;
        let from = Registers {
            rip: TEXT,
            rsp: BASE,
            rbp: 0,
        };
        check(
            &rules,
            from,
            &stack,
            8,
            (&[TEXT, TEXT + 17], WalkEnd::Complete),
        );
    }

    #[test]
    fn undoes_a_realigned_stack() {
        let realigned = Rule::pack(FrameBase::DerefRbp(-8), SavedRbp::Unchanged).unwrap();
        let rules = [realigned, rbp(16, SavedRbp::BelowCfa(16)), Rule::OUTERMOST];
        let stack = [BASE + 32, BASE + 40, 0, TEXT + 20, 0, 0, TEXT + 40];
        let from = Registers {
            rip: TEXT,
            rsp: BASE,
            rbp: BASE + 8,
        };
        check(
            &rules,
            from,
            &stack,
            8,
            (&[TEXT, TEXT + 20, TEXT + 40], WalkEnd::Complete),
        );
    }
}
