//! The rows of x86-64.

use std::borrow::Cow;
use std::ops::Range;

use dtail_sampler::unwind::Rule;
use dtail_sampler::unwind::x86_64::{FrameBase, Registers, SIGNAL_TRAMPOLINE, SavedRbp, pack};
use gimli::{CfaRule, Register, RegisterRule, UnwindExpression, Vendor, X86_64};

use super::{CallFrames, Description, Section, UnwindRow};

impl CallFrames for Registers {
    const VENDOR: Vendor = Vendor::Default;
    const BETWEEN_DESCRIPTIONS: Rule = Rule::UNKNOWN;
    const WITHOUT_DESCRIPTIONS: Rule = Rule::UNKNOWN;
    const SIGNAL_TRAMPOLINE: Rule = SIGNAL_TRAMPOLINE;

    fn readable(section: &[u8]) -> Cow<'_, [u8]> {
        Cow::Borrowed(section)
    }

    fn is_described_as_trampoline(description: &Description<'_>) -> bool {
        description.is_signal_trampoline()
    }

    /// The trampoline is the C library's, and described.
    fn undescribed_trampoline(_: &[u8]) -> Option<Range<usize>> {
        None
    }

    fn rule(section: &Section<'_>, row: &UnwindRow) -> Rule {
        if row.register(X86_64::RA) == Some(RegisterRule::Undefined) {
            return Rule::OUTERMOST;
        }
        let returns_from_below_cfa = row.register(X86_64::RA) == Some(RegisterRule::Offset(-8));
        let base = frame_base(section, row.cfa()).filter(|_| returns_from_below_cfa);
        base.and_then(|base| pack(base, saved_rbp(section, row, base)?))
            .unwrap_or(Rule::UNKNOWN)
    }
}

fn frame_base(section: &Section<'_>, cfa: &CfaRule<usize>) -> Option<FrameBase> {
    match cfa {
        CfaRule::RegisterAndOffset { register, offset } => {
            register_base(*register, i32::try_from(*offset).ok()?)
        }
        CfaRule::Expression(expression) => expression_base(bytes(section, expression)?),
    }
}

fn register_base(register: Register, offset: i32) -> Option<FrameBase> {
    match register {
        X86_64::RSP => Some(FrameBase::Rsp(offset)),
        X86_64::RBP => Some(FrameBase::Rbp(offset)),
        _ => None,
    }
}

fn bytes<'m>(section: &Section<'m>, expression: &UnwindExpression<usize>) -> Option<&'m [u8]> {
    Some(expression.get(section).ok()?.0.slice())
}

/// What linkers write for the procedure linkage table:
/// `rsp + 8 + (((rip + 0) & 15) >= 11) << 3`.
const LINKAGE_TABLE: [u8; 11] = [
    0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22,
];

/// `DW_OP_breg6 n, DW_OP_deref`: the value at `rbp + n`, with n in one byte of signed LEB128.
fn expression_base(bytes: &[u8]) -> Option<FrameBase> {
    match bytes {
        bytes if bytes == LINKAGE_TABLE => Some(FrameBase::Plt),
        [0x76, offset @ 0..0x80, 0x06] => Some(FrameBase::DerefRbp(small_leb128(*offset))),
        _ => None,
    }
}

/// Seven bits, the highest of which is the sign.
fn small_leb128(byte: u8) -> i32 {
    i32::from((byte << 1).cast_signed() >> 1)
}

/// What has become of `rbp`; `None` when the row cannot be expressed.
fn saved_rbp(section: &Section<'_>, row: &UnwindRow, base: FrameBase) -> Option<SavedRbp> {
    match row.register(X86_64::RBP) {
        None | Some(RegisterRule::SameValue | RegisterRule::Undefined) => Some(SavedRbp::Unchanged),
        Some(RegisterRule::Offset(offset)) => Some(SavedRbp::BelowCfa(
            u32::try_from(offset.checked_neg()?).ok()?,
        )),
        Some(RegisterRule::Expression(expression)) => {
            let at_rbp = bytes(section, &expression)? == [0x76, 0x00];
            (at_rbp && matches!(base, FrameBase::DerefRbp(_))).then_some(SavedRbp::Unchanged)
        }
        Some(_) => None,
    }
}
