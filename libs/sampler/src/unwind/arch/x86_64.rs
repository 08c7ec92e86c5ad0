//! x86-64: rows with the frame's base at `rsp + n` or `rbp + n` and the return address just below it.
//!
//! ```text
//!  31      29 28              9 8            0
//! +----------+-----------------+--------------+
//! |   base   | offset / 8 (i20)| rbp slot (u9)|
//! +----------+-----------------+--------------+
//! ```
//!
//! `offset` is added to the base register to get the canonical frame address (CFA), the value that
//! `rsp` has in the caller after the return. `rbp slot` k > 0 says that the caller's `rbp` is saved at
//! CFA - 8 k; 0 says that the function has not changed it.

use super::{FrameRegisters, Step};
use crate::unwind::rule::{self, Rule};
use crate::unwind::walk::ReadStack;

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

/// Where the canonical frame address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBase {
    /// The row has no shape that a [`Rule`] can hold; only the frame pointer is left to try.
    Unknown,
    /// The return address is undefined: this is the thread's outermost frame.
    Outermost,
    /// `rsp + offset`, in bytes.
    Rsp(i32),
    /// `rbp + offset`, in bytes.
    Rbp(i32),
    /// The 64-bit value stored at `rbp + offset`: functions that realign their stack.
    DerefRbp(i32),
    /// An entry of the procedure linkage table: `rsp + 8`, and 8 more from byte 11 of each 16 on.
    Plt,
    /// The return trampoline of a signal handler: the interrupted registers lie at `rsp`.
    SignalFrame,
}

/// What has become of the caller's `rbp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedRbp {
    /// Still in the register.
    Unchanged,
    /// Saved this many bytes below the canonical frame address (a positive multiple of 8).
    BelowCfa(u32),
}

/// The return trampoline of a signal handler.
pub const SIGNAL_TRAMPOLINE: Rule = Rule::of(SIGNAL_FRAME, 0);

const SIGNAL_FRAME: u32 = 6;
const OFFSET_SHIFT: u32 = 9;
const OFFSET_UNITS: u32 = 0xf_ffff;
const OFFSET_UNITS_MAX: i32 = 0x7_ffff;
const SLOT_MASK: u32 = 0x1ff;

/// Packs a row. `None` when an offset is not a multiple of 8 or does not fit: beyond ±4 MiB for the
/// base, beyond 4,088 bytes for the saved `rbp`.
#[must_use]
pub fn pack(base: FrameBase, rbp: SavedRbp) -> Option<Rule> {
    let (shape, offset) = match base {
        FrameBase::Unknown => (rule::UNKNOWN, 0),
        FrameBase::Outermost => (rule::OUTERMOST, 0),
        FrameBase::Rsp(offset) => (2, offset),
        FrameBase::Rbp(offset) => (3, offset),
        FrameBase::DerefRbp(offset) => (4, offset),
        FrameBase::Plt => (5, 0),
        FrameBase::SignalFrame => (SIGNAL_FRAME, 0),
    };
    let units = units_of(offset)?;
    let slot = slot_of(rbp)?;
    Some(Rule::of(
        shape,
        ((units & OFFSET_UNITS) << OFFSET_SHIFT) | slot,
    ))
}

#[inline]
fn base(rule: Rule) -> FrameBase {
    match rule.shape() {
        rule::OUTERMOST => FrameBase::Outermost,
        2 => FrameBase::Rsp(offset(rule)),
        3 => FrameBase::Rbp(offset(rule)),
        4 => FrameBase::DerefRbp(offset(rule)),
        5 => FrameBase::Plt,
        SIGNAL_FRAME => FrameBase::SignalFrame,
        _ => FrameBase::Unknown,
    }
}

#[inline]
fn saved_rbp(rule: Rule) -> SavedRbp {
    match rule.to_bits() & SLOT_MASK {
        0 => SavedRbp::Unchanged,
        slot => SavedRbp::BelowCfa(slot << 3),
    }
}

/// The signed 20 bits of the offset, moved to the top and back to extend the sign, in bytes.
#[inline]
fn offset(rule: Rule) -> i32 {
    ((rule.to_bits() << 3).cast_signed() >> 12) << 3
}

fn units_of(offset: i32) -> Option<u32> {
    let units = offset >> 3;
    let fits = (-OFFSET_UNITS_MAX..=OFFSET_UNITS_MAX).contains(&units);
    (offset & 7 == 0 && fits).then_some(units.cast_unsigned())
}

fn slot_of(rbp: SavedRbp) -> Option<u32> {
    match rbp {
        SavedRbp::Unchanged => Some(0),
        SavedRbp::BelowCfa(bytes) => {
            let slot = bytes >> 3;
            (bytes & 7 == 0 && (1..=SLOT_MASK).contains(&slot)).then_some(slot)
        }
    }
}

impl FrameRegisters for Registers {
    #[inline]
    fn pc(self) -> u64 {
        self.rip
    }

    #[inline]
    fn sp(self) -> u64 {
        self.rsp
    }

    #[inline]
    fn words(self) -> Option<[u64; 3]> {
        Some([self.rip, self.rsp, self.rbp])
    }

    #[inline]
    fn of_words([rip, rsp, rbp]: [u64; 3]) -> Self {
        Self { rip, rsp, rbp }
    }

    #[inline]
    fn depends_on_fp(rule: Rule) -> bool {
        matches!(base(rule), FrameBase::Rbp(_) | FrameBase::DerefRbp(_))
    }

    #[inline]
    fn caller(self, rule: Rule, stack: &impl ReadStack) -> Step<Self> {
        let base = base(rule);
        let cfa = match base {
            FrameBase::Rsp(offset) => Some(self.rsp.wrapping_add_signed(offset.into())),
            FrameBase::Rbp(offset) => Some(self.rbp.wrapping_add_signed(offset.into())),
            FrameBase::DerefRbp(offset) => {
                stack.word_at(self.rbp.wrapping_add_signed(offset.into()))
            }
            FrameBase::Plt => Some(self.rsp.wrapping_add(plt_offset(self.rip))),
            FrameBase::SignalFrame => return interrupted(self, stack).map_or(Step::NoRule, to),
            FrameBase::Outermost => return Step::Outermost,
            FrameBase::Unknown => None,
        };
        let realigned = matches!(base, FrameBase::DerefRbp(_));
        cfa.and_then(|cfa| above(self, cfa, saved_rbp(rule), realigned, stack))
            .map_or(Step::NoRule, to)
    }

    /// The way of code that keeps a frame pointer: `rbp` points at the caller's `rbp`, the return address
    /// lies above. A frame pointer of zero marks the outermost frame.
    fn caller_by_frame_pointer(self, stack: &impl ReadStack) -> Step<Self> {
        if self.rbp == 0 {
            return Step::NoRule;
        }
        let words = (
            stack.word_at(self.rbp),
            stack.word_at(self.rbp.wrapping_add(8)),
        );
        match words {
            (Some(rbp), Some(rip)) => to(Self {
                rip,
                rsp: self.rbp.wrapping_add(16),
                rbp,
            }),
            _ => Step::NoRule,
        }
    }

    #[inline]
    fn may_have_called(self, callee: Self) -> bool {
        self.rsp > callee.rsp && self.rip >= 4096
    }
}

/// The return address lies just below where the caller's stack ends.
#[inline]
fn to(caller: Registers) -> Step<Registers> {
    Step::To {
        caller,
        found_at: caller.rsp.wrapping_sub(8),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwind::WalkEnd;
    use crate::unwind::model::{BASE, TEXT, check};

    fn check_packed(base: FrameBase, rbp: SavedRbp, fits: bool) {
        let rule = pack(base, rbp);
        assert_eq!(rule.is_some(), fits, "{base:?} {rbp:?}");
        if let Some(rule) = rule {
            assert_eq!((super::base(rule), saved_rbp(rule)), (base, rbp));
        }
    }

    #[test]
    fn packs_what_fits_and_gives_it_back() {
        check_packed(FrameBase::Unknown, SavedRbp::Unchanged, true);
        check_packed(FrameBase::Outermost, SavedRbp::Unchanged, true);
        check_packed(FrameBase::Rsp(8), SavedRbp::Unchanged, true);
        check_packed(FrameBase::Rsp(1 << 20), SavedRbp::BelowCfa(16), true);
        check_packed(FrameBase::Rbp(16), SavedRbp::BelowCfa(16), true);
        check_packed(FrameBase::Rbp(-48), SavedRbp::BelowCfa(4088), true);
        check_packed(FrameBase::DerefRbp(-8), SavedRbp::Unchanged, true);
        check_packed(FrameBase::Rsp(4_194_296), SavedRbp::Unchanged, true);
        check_packed(FrameBase::Plt, SavedRbp::Unchanged, true);
        check_packed(FrameBase::SignalFrame, SavedRbp::Unchanged, true);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        check_packed(FrameBase::Rsp(12), SavedRbp::Unchanged, false);
        check_packed(FrameBase::Rsp(4_194_304), SavedRbp::Unchanged, false);
        check_packed(FrameBase::Rsp(8), SavedRbp::BelowCfa(4096), false);
        check_packed(FrameBase::Rsp(8), SavedRbp::BelowCfa(12), false);
        check_packed(FrameBase::Rsp(8), SavedRbp::BelowCfa(0), false);
    }

    #[test]
    fn constants_are_what_their_names_say() {
        assert_eq!(base(Rule::UNKNOWN), FrameBase::Unknown);
        assert_eq!(base(Rule::OUTERMOST), FrameBase::Outermost);
    }

    #[test]
    fn goes_through_the_linkage_table() {
        let rules = [
            pack(FrameBase::Plt, SavedRbp::Unchanged).unwrap(),
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
            pack(FrameBase::SignalFrame, SavedRbp::Unchanged).unwrap(),
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
        let realigned = pack(FrameBase::DerefRbp(-8), SavedRbp::Unchanged).unwrap();
        let framed = pack(FrameBase::Rbp(16), SavedRbp::BelowCfa(16)).unwrap();
        let rules = [realigned, framed, Rule::OUTERMOST];
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
