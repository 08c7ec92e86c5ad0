//! aarch64: rows with the frame's base at `sp + n` or `x29 + n`, and the return address saved in the frame
//! or, in leaf functions and before it is saved, still in the link register x30.
//!
//! ```text
//!  31      29 28             14 13          1 0
//! +----------+-----------------+-------------+-+
//! |   base   | offset / 8 (u15)|  slot (u13) |f|
//! +----------+-----------------+-------------+-+
//! ```
//!
//! `offset` is added to the base register to get the canonical frame address (CFA), the value of `sp` in
//! the caller. `slot` k > 0 says that the return address is saved at CFA - 8 k; 0 that it is in x30. `f` says
//! that the caller's x29 is saved 8 bytes below the return address: the procedure call standard has the
//! two side by side as a frame record, and compilers save them together: of the 1.8
//! million rows of Debian's glibc, LLVM and rustc, 29 have another shape.
//!
//! What differs from x86-64:
//!
//! * A leaf has its caller's `sp`. Only the innermost frame, or one that a signal interrupted, can have its
//!   return address in x30, so such a step is taken once.
//! * A return address may carry an authentication code in the bits that an address does not use.
//! * The frame record lies anywhere in its frame. A step by x29 alone finds the caller's address and x29, but
//!   not its `sp`; the next row that begins at `sp` cannot be used then, the next that begins at x29 can.
//! * The linkage table has no call frame information, and leaves `sp` and x30 alone.
//! * The signal trampoline is known by its instructions, whatever is said about it.

use super::{FrameRegisters, Step};
use crate::unwind::rule::{self, Rule};
use crate::unwind::walk::ReadStack;

/// The registers that a walk begins with and goes on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    pc: u64,
    /// A lower bound of it only, when `sp_is_known` says so.
    sp: u64,
    fp: u64,
    /// The return address, where it can still be in the link register.
    lr: Option<u64>,
    sp_is_known: bool,
}

impl Registers {
    /// The registers of a running thread: the program counter, the stack pointer, the frame pointer x29 and
    /// the link register x30.
    #[must_use]
    pub const fn of_thread(pc: u64, sp: u64, x29: u64, x30: u64) -> Self {
        Self {
            pc,
            sp,
            fp: x29,
            lr: Some(without_code(x30)),
            sp_is_known: true,
        }
    }
}

/// Where the canonical frame address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBase {
    /// `sp + offset`, in bytes.
    Sp(u32),
    /// `x29 + offset`, in bytes.
    Fp(u32),
}

/// Where the return address is, and with it the caller's x29.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnAddress {
    /// In x30, and x29 is the caller's.
    InLinkRegister,
    /// Saved this many bytes below the canonical frame address (a positive multiple of 8); x29 is the
    /// caller's.
    BelowCfa(u32),
    /// Saved so, and the caller's x29 in the 8 bytes below.
    RecordBelowCfa(u32),
}

const SP: u32 = 2;
const FP: u32 = 3;
const SIGNAL_FRAME: u32 = 4;
const UNDESCRIBED: u32 = 5;

/// The return trampoline of a signal handler: the kernel's frame lies at `sp`.
pub const SIGNAL_TRAMPOLINE: Rule = Rule::of(SIGNAL_FRAME, 0);

/// Code that nothing is said about in a module that says something: the linkage table, whose entries change
/// neither `sp` nor x30, or a piece of assembly, which most often is a leaf.
pub const CODE_BETWEEN_DESCRIPTIONS: Rule = Rule::of(UNDESCRIBED, 0);

/// Code of a module that says nothing: the kernel's vDSO, whose functions are leaves that may have moved `sp`.
pub const CODE_WITHOUT_DESCRIPTIONS: Rule = Rule::of(UNDESCRIBED, 1);

const OFFSET_SHIFT: u32 = 14;
const OFFSET_UNITS_MAX: u32 = 0x7fff;
const SLOT_SHIFT: u32 = 1;
const SLOT_MAX: u32 = 0x1fff;

/// Packs a row. `None` when an offset is not a multiple of 8 or does not fit: beyond 256 KiB for the base,
/// beyond 64 KiB for the return address.
#[must_use]
pub fn pack(base: FrameBase, saved: ReturnAddress) -> Option<Rule> {
    let (shape, offset) = match base {
        FrameBase::Sp(offset) => (SP, offset),
        FrameBase::Fp(offset) => (FP, offset),
    };
    let (slot, with_fp) = match saved {
        ReturnAddress::InLinkRegister => (0, 0),
        ReturnAddress::BelowCfa(bytes) => (slot_of(bytes)?, 0),
        ReturnAddress::RecordBelowCfa(bytes) => (slot_of(bytes)?, 1),
    };
    let units = units_of(offset, OFFSET_UNITS_MAX)?;
    Some(Rule::of(
        shape,
        units << OFFSET_SHIFT | slot << SLOT_SHIFT | with_fp,
    ))
}

fn slot_of(bytes: u32) -> Option<u32> {
    units_of(bytes, SLOT_MAX).filter(|slot| *slot > 0)
}

fn units_of(bytes: u32, max: u32) -> Option<u32> {
    let units = bytes >> 3;
    (bytes & 7 == 0 && units <= max).then_some(units)
}

#[inline]
fn offset(rule: Rule) -> u64 {
    u64::from(rule.to_bits() >> OFFSET_SHIFT & OFFSET_UNITS_MAX) << 3
}

#[inline]
fn saved(rule: Rule) -> ReturnAddress {
    let bytes = (rule.to_bits() >> SLOT_SHIFT & SLOT_MAX) << 3;
    match (bytes, rule.to_bits() & 1) {
        (0, _) => ReturnAddress::InLinkRegister,
        (_, 0) => ReturnAddress::BelowCfa(bytes),
        _ => ReturnAddress::RecordBelowCfa(bytes),
    }
}

impl FrameRegisters for Registers {
    #[inline]
    fn pc(self) -> u64 {
        self.pc
    }

    #[inline]
    fn sp(self) -> u64 {
        self.sp
    }

    /// `None` for frames that may have their return address in x30, and those whose `sp` is not known.
    #[inline]
    fn words(self) -> Option<[u64; 3]> {
        (self.lr.is_none() && self.sp_is_known).then_some([self.pc, self.sp, self.fp])
    }

    #[inline]
    fn of_words([pc, sp, fp]: [u64; 3]) -> Self {
        Self {
            pc,
            sp,
            fp,
            lr: None,
            sp_is_known: true,
        }
    }

    #[inline]
    fn depends_on_fp(rule: Rule) -> bool {
        rule.shape() == FP
    }

    #[inline]
    fn caller(self, rule: Rule, stack: &impl ReadStack) -> Step<Self> {
        let cfa = match rule.shape() {
            SP if self.sp_is_known => self.sp.wrapping_add(offset(rule)),
            FP => self.fp.wrapping_add(offset(rule)),
            UNDESCRIBED => return undescribed(self, rule == CODE_BETWEEN_DESCRIPTIONS),
            SIGNAL_FRAME if self.sp_is_known => {
                return interrupted(self.sp, stack).unwrap_or(Step::NoRule);
            }
            rule::OUTERMOST => return Step::Outermost,
            _ => return Step::NoRule,
        };
        above(self, cfa, saved(rule), stack).unwrap_or(Step::NoRule)
    }

    /// By the frame record that x29 points at: the caller's x29, and the return address above. A frame
    /// pointer of zero marks the outermost frame.
    fn caller_by_frame_pointer(self, stack: &impl ReadStack) -> Step<Self> {
        let record = (
            stack.word_at(self.fp),
            stack.word_at(self.fp.wrapping_add(8)),
        );
        match record {
            (Some(fp), Some(lr)) if self.fp != 0 => Step::To {
                caller: Self {
                    pc: without_code(lr),
                    sp: self.fp.wrapping_add(16),
                    fp,
                    lr: None,
                    sp_is_known: false,
                },
                found_at: self.fp,
            },
            _ => Step::NoRule,
        }
    }

    /// A leaf's caller has the leaf's `sp`. It has no return address in x30 any more, so that happens once.
    #[inline]
    fn may_have_called(self, callee: Self) -> bool {
        let leaf = self.sp == callee.sp && callee.lr.is_some();
        (self.sp > callee.sp || leaf) && self.pc >= 4096
    }
}

/// The caller of a leaf that has not used x30, and has left `sp` alone or not.
fn undescribed(leaf: Registers, left_sp_alone: bool) -> Step<Registers> {
    let Some(pc) = leaf.lr else {
        return Step::NoRule;
    };
    let caller = Registers {
        pc,
        lr: None,
        sp_is_known: leaf.sp_is_known && left_sp_alone,
        ..leaf
    };
    Step::To {
        caller,
        found_at: leaf.sp,
    }
}

/// The registers of the caller of the frame that ends at `cfa`.
#[inline]
fn above(
    at: Registers,
    cfa: u64,
    saved: ReturnAddress,
    stack: &impl ReadStack,
) -> Option<Step<Registers>> {
    let word = |bytes: u32| stack.word_at(cfa.wrapping_sub(bytes.into()));
    let (pc, fp, found_at) = match saved {
        ReturnAddress::InLinkRegister => (at.lr?, at.fp, cfa),
        ReturnAddress::BelowCfa(bytes) => (word(bytes)?, at.fp, cfa.wrapping_sub(bytes.into())),
        ReturnAddress::RecordBelowCfa(bytes) => {
            let (pc, fp) = (word(bytes)?, word(bytes.saturating_add(8))?);
            (pc, fp, cfa.wrapping_sub(bytes.into()))
        }
    };
    let caller = Registers {
        pc: without_code(pc),
        sp: cfa,
        fp,
        lr: None,
        sp_is_known: true,
    };
    Some(Step::To { caller, found_at })
}

/// A return address without its pointer authentication code. Linux gives programs addresses below 2^48, unless
/// they ask for one beyond, and the code is in the bits above.
const fn without_code(address: u64) -> u64 {
    address & ((1 << 48) - 1)
}

/// Offsets in the frame that the kernel lays on the stack for a signal handler, `struct rt_sigframe`: 128 bytes of
/// `siginfo`, then a `ucontext` whose machine context begins at byte 176 with the address of a fault;
/// x0 to x30, `sp` and the program counter follow.
const SIGNAL_X0: u64 = 128 + 176 + 8;
const SIGNAL_X29: u64 = SIGNAL_X0 + 8 * 29;
const SIGNAL_X30: u64 = SIGNAL_X0 + 8 * 30;
const SIGNAL_SP: u64 = SIGNAL_X0 + 8 * 31;
const SIGNAL_PC: u64 = SIGNAL_X0 + 8 * 32;

/// The registers that a signal interrupted, from its frame at `sp`. The interrupted address is no return
/// address: one is added, since whoever looks it up subtracts one.
fn interrupted(sp: u64, stack: &impl ReadStack) -> Option<Step<Registers>> {
    let word = |offset: u64| stack.word_at(sp.wrapping_add(offset));
    let pc = word(SIGNAL_PC)?.wrapping_add(1);
    let caller = Registers::of_thread(pc, word(SIGNAL_SP)?, word(SIGNAL_X29)?, word(SIGNAL_X30)?);
    let found_at = sp.wrapping_add(SIGNAL_X29);
    Some(Step::To { caller, found_at })
}

#[cfg(test)]
mod tests {
    use super::ReturnAddress::{BelowCfa, InLinkRegister, RecordBelowCfa};
    use super::*;
    use crate::unwind::WalkEnd;
    use crate::unwind::model::{BASE, TEXT, check};

    fn check_packed(base: FrameBase, address: ReturnAddress, fits: bool) {
        let rule = pack(base, address);
        assert_eq!(rule.is_some(), fits, "{base:?} {address:?}");
        if let Some(rule) = rule {
            let (shape, bytes) = match base {
                FrameBase::Sp(bytes) => (SP, bytes),
                FrameBase::Fp(bytes) => (FP, bytes),
            };
            assert_eq!((rule.shape(), offset(rule)), (shape, bytes.into()));
            assert_eq!(saved(rule), address);
        }
    }

    #[test]
    fn packs_what_fits_and_gives_it_back() {
        check_packed(FrameBase::Sp(0), InLinkRegister, true);
        check_packed(FrameBase::Sp(16), BelowCfa(8), true);
        check_packed(FrameBase::Sp(4096), RecordBelowCfa(4088), true);
        check_packed(FrameBase::Fp(88), RecordBelowCfa(80), true);
        check_packed(FrameBase::Sp(262_136), RecordBelowCfa(65_528), true);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        check_packed(FrameBase::Sp(12), InLinkRegister, false);
        check_packed(FrameBase::Sp(262_144), InLinkRegister, false);
        check_packed(FrameBase::Sp(16), BelowCfa(0), false);
        check_packed(FrameBase::Sp(16), BelowCfa(12), false);
        check_packed(FrameBase::Sp(16), RecordBelowCfa(65_536), false);
    }

    fn sp(offset: u32, saved: ReturnAddress) -> Rule {
        pack(FrameBase::Sp(offset), saved).unwrap()
    }

    fn fp(offset: u32, saved: ReturnAddress) -> Rule {
        pack(FrameBase::Fp(offset), saved).unwrap()
    }

    /// A leaf, a function with its record at the top of its frame, one with it at the bottom.
    #[test]
    fn follows_rules_to_the_outermost_frame() {
        let rules = [
            sp(0, InLinkRegister),
            sp(32, RecordBelowCfa(8)),
            fp(32, RecordBelowCfa(24)),
            Rule::OUTERMOST,
        ];
        let stack = [0, 0, BASE + 32, TEXT + 36, 0, TEXT + 52, 0, 0];
        check(
            &rules,
            Registers::of_thread(TEXT + 4, BASE, 7, TEXT + 20),
            &stack,
            8,
            (
                &[TEXT + 4, TEXT + 20, TEXT + 36, TEXT + 52],
                WalkEnd::Complete,
            ),
        );
    }

    /// The link register of a function that has called another is not its return address any more.
    #[test]
    fn the_link_register_is_believed_once() {
        let rules = [sp(0, InLinkRegister)];
        let from = Registers::of_thread(TEXT + 4, BASE, 0, TEXT + 8);
        let expected = (&[TEXT + 4, TEXT + 8][..], WalkEnd::Lost);
        check(&rules, from, &[0, 0], 8, expected);
    }

    #[test]
    fn strips_authentication_codes() {
        let rules = [
            sp(0, InLinkRegister),
            sp(16, BelowCfa(16)),
            Rule::UNKNOWN,
            Rule::OUTERMOST,
        ];
        let code = 0x5a7f << 48;
        let stack = [code | (TEXT + 36), 0, 0, code | (TEXT + 52)];
        check(
            &rules,
            Registers::of_thread(TEXT, BASE, BASE + 16, code | (TEXT + 20)),
            &stack,
            8,
            (&[TEXT, TEXT + 20, TEXT + 36, TEXT + 52], WalkEnd::Complete),
        );
    }

    /// After a step by x29 alone the stack pointer is not known: the rule of the second frame would read the
    /// word of the first. A rule that begins at x29 makes it known again.
    #[test]
    fn does_not_count_from_a_stack_pointer_that_it_does_not_know() {
        let rules = [
            Rule::UNKNOWN,
            sp(16, RecordBelowCfa(8)),
            fp(16, RecordBelowCfa(8)),
            sp(16, BelowCfa(8)),
            Rule::OUTERMOST,
        ];
        let stack = [
            BASE + 48,
            TEXT + 20,
            0,
            TEXT + 4,
            0,
            0,
            BASE + 64,
            TEXT + 36,
            0,
            TEXT + 52,
            0,
            TEXT + 68,
        ];
        let found = [TEXT, TEXT + 20, TEXT + 36, TEXT + 52, TEXT + 68];
        check(
            &rules,
            Registers::of_thread(TEXT, BASE, BASE, 0),
            &stack,
            8,
            (&found, WalkEnd::Complete),
        );
    }

    #[test]
    fn an_entry_of_the_linkage_table_has_its_caller_in_the_link_register() {
        let rules = [
            CODE_BETWEEN_DESCRIPTIONS,
            sp(16, BelowCfa(8)),
            Rule::OUTERMOST,
        ];
        check(
            &rules,
            Registers::of_thread(TEXT + 4, BASE, 0, TEXT + 20),
            &[0, TEXT + 36],
            8,
            (&[TEXT + 4, TEXT + 20, TEXT + 36], WalkEnd::Complete),
        );
    }

    /// The vDSO's functions may have moved the stack pointer, so the caller's rule that begins there is not
    /// believed; its frame record is.
    #[test]
    fn a_leaf_without_description_has_its_caller_in_the_link_register() {
        let rules = [
            CODE_WITHOUT_DESCRIPTIONS,
            sp(16, BelowCfa(8)),
            Rule::OUTERMOST,
        ];
        check(
            &rules,
            Registers::of_thread(TEXT + 4, BASE, BASE + 16, TEXT + 20),
            &[0, 0, 0, TEXT + 36],
            8,
            (&[TEXT + 4, TEXT + 20, TEXT + 36], WalkEnd::Complete),
        );
    }

    /// A leaf that a signal interrupted: its link register is in the kernel's frame.
    #[test]
    fn goes_through_a_signal_frame() {
        let rules = [
            SIGNAL_TRAMPOLINE,
            sp(0, InLinkRegister),
            sp(16, RecordBelowCfa(8)),
            Rule::OUTERMOST,
        ];
        let mut stack = [0; 100];
        let word = |offset: usize| offset / 8;
        stack[word(312 + 8 * 29)] = 9;
        stack[word(312 + 8 * 30)] = TEXT + 36;
        stack[word(312 + 8 * 31)] = BASE + 640;
        stack[word(312 + 8 * 32)] = TEXT + 16;
        stack[word(640)] = 0;
        stack[word(648)] = TEXT + 52;
        check(
            &rules,
            Registers::of_thread(TEXT, BASE, 0, 0),
            &stack,
            8,
            (&[TEXT, TEXT + 17, TEXT + 36, TEXT + 52], WalkEnd::Complete),
        );
    }

    #[test]
    fn never_reads_outside_the_stack() {
        let from = Registers::of_thread(TEXT, BASE + 8, u64::MAX, 0);
        for rule in [sp(0, BelowCfa(65_528)), SIGNAL_TRAMPOLINE, Rule::UNKNOWN] {
            check(&[rule], from, &[0], 8, (&[TEXT], WalkEnd::Lost));
        }
    }
}
