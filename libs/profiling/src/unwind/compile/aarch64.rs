//! The rows of aarch64.

use std::borrow::Cow;
use std::ops::Range;

use dtail_sampler::unwind::Rule;
use dtail_sampler::unwind::aarch64::{
    CODE_BETWEEN_DESCRIPTIONS, CODE_WITHOUT_DESCRIPTIONS, FrameBase, Registers, ReturnAddress,
    SIGNAL_TRAMPOLINE, pack,
};
use gimli::{AArch64, CfaRule, Register, RegisterRule, Vendor};

use super::{CallFrames, Description, Section, UnwindRow};

impl CallFrames for Registers {
    const VENDOR: Vendor = Vendor::AArch64;
    const BETWEEN_DESCRIPTIONS: Rule = CODE_BETWEEN_DESCRIPTIONS;
    const WITHOUT_DESCRIPTIONS: Rule = CODE_WITHOUT_DESCRIPTIONS;
    const SIGNAL_TRAMPOLINE: Rule = SIGNAL_TRAMPOLINE;

    fn readable(section: &[u8]) -> Cow<'_, [u8]> {
        without_b_keys(section)
    }

    /// Never: kernels that described their trampoline said that its frame was the handler's record.
    fn is_described_as_trampoline(_: &Description<'_>) -> bool {
        false
    }

    fn undescribed_trampoline(code: &[u8]) -> Option<Range<usize>> {
        let place = code
            .windows(TRAMPOLINE.len())
            .step_by(INSTRUCTION_BYTES)
            .position(|instructions| instructions == TRAMPOLINE)?;
        let start = place.checked_mul(INSTRUCTION_BYTES)?;
        Some(start.checked_sub(INSTRUCTION_BYTES)?..start + TRAMPOLINE.len())
    }

    fn rule(_: &Section<'_>, row: &UnwindRow) -> Rule {
        if row.register(AArch64::X30) == Some(RegisterRule::Undefined) {
            return Rule::OUTERMOST;
        }
        let packed = || pack(frame_base(row.cfa())?, return_address(row)?);
        packed().unwrap_or(Rule::UNKNOWN)
    }
}

const INSTRUCTION_BYTES: usize = 4;

/// `mov x8, #139` (the number of `rt_sigreturn`) and `svc #0`. Kernels since 5.8 have the trampoline in their vDSO
/// without a description, and debuggers know it by these instructions too.
const TRAMPOLINE: [u8; 8] = [0x68, 0x11, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4];

fn frame_base(cfa: &CfaRule<usize>) -> Option<FrameBase> {
    let CfaRule::RegisterAndOffset { register, offset } = cfa else {
        return None;
    };
    let offset = u32::try_from(*offset).ok()?;
    match *register {
        AArch64::SP => Some(FrameBase::Sp(offset)),
        AArch64::X29 => Some(FrameBase::Fp(offset)),
        _ => None,
    }
}

/// Where x30 and x29 are; `None` when that cannot be expressed. Whether the return address is signed does
/// not matter: what is not part of it is taken off in any case.
fn return_address(row: &UnwindRow) -> Option<ReturnAddress> {
    let saved = (below_cfa(row, AArch64::X30)?, below_cfa(row, AArch64::X29)?);
    match saved {
        (0, 0) => Some(ReturnAddress::InLinkRegister),
        (lr, 0) => Some(ReturnAddress::BelowCfa(lr)),
        (lr, fp) if fp.checked_sub(lr) == Some(8) && lr != 0 => {
            Some(ReturnAddress::RecordBelowCfa(lr))
        }
        _ => None,
    }
}

/// How far below the canonical frame address a register is saved; 0 when it has not been changed.
fn below_cfa(row: &UnwindRow, register: Register) -> Option<u32> {
    match row.register(register) {
        None | Some(RegisterRule::SameValue | RegisterRule::Undefined) => Some(0),
        Some(RegisterRule::Offset(offset)) => u32::try_from(offset.checked_neg()?).ok(),
        Some(_) => None,
    }
}

/// The section without the mark of functions that sign with the B key, an augmentation `B`, which gimli does not
/// know. It has no data and says nothing that a walk needs, and neither does `S` here, which takes its
/// place.
fn without_b_keys(section: &[u8]) -> Cow<'_, [u8]> {
    let mut readable = Cow::Borrowed(section);
    let mut entry = 0;
    while let Some((augmentation, next)) = entry_at(section, entry) {
        for at in augmentation {
            if section.get(at) == Some(&b'B') {
                readable.to_mut()[at] = b'S';
            }
        }
        entry = next;
    }
    readable
}

/// Where the augmentation string of the entry at `start` lies, which only common information entries have,
/// and where the next entry begins. `None` at the end.
fn entry_at(section: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let (length, rest) = section.get(start..)?.split_first_chunk::<4>()?;
    let length = match u32::from_ne_bytes(*length) {
        0 | 0xffff_ffff => return None,
        length => usize::try_from(length).ok()?,
    };
    let contents = start + 4;
    let next = contents.checked_add(length)?;
    // The number of a common information entry is 0; then its version, one byte.
    let augmentation = match rest.get(..length)?.split_first_chunk::<5>() {
        Some(([0, 0, 0, 0, _], text)) => {
            let bytes = text.iter().position(|byte| *byte == 0).unwrap_or(0);
            contents + 5..contents + 5 + bytes
        }
        _ => 0..0,
    };
    Some((augmentation, next))
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;

    use dtail_sampler::unwind::{Module, ReadStack, Row, Table, Walk, WalkEnd, walk};

    use super::super::compile;
    use super::ReturnAddress::{InLinkRegister, RecordBelowCfa};
    use super::*;
    use crate::sys::modules::LoadedModule;

    /// What gcc 16 makes, with `-O2 -mbranch-protection=pac-ret+b-key`, of a leaf, a function that calls another, one
    /// with `alloca` and one with 70,000 bytes on its stack. The linkage table is at 0x2d0, the functions
    /// at 0x300, 0x308, 0x32c and 0x360, this section at 0x390.
    const OF_GCC: &str = "\
    1000000000000000017a520004781e011b0c1f00100000001800000054ffffff0800000000000000\
    1400000000000000017a52420004781e011b0c1f00000000200000001c00000030ffffff24000000\
    00412d410e209d049e0345dedd0e00412d000000240000004000000030ffffff3000000000412d42\
    0e109d029e01420d1d45dedd0c1f00412d0000002c000000680000003cffffff3000000000412d41\
    0e8003410e80a304429db0449eaf4443ddde410e80a004410e00412d";

    /// What rustc 1.97 makes, with `-O`, of a function that calls others: at 0x230, this section at 0x280.
    const OF_RUSTC: &str = "\
    1000000000000000017a5200017c1e011b0c1f00240000001800000094ffffff4c00000000440e50\
    4c0c1d2093049e069d086c0c1f504c0e00d3dedd";

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits = hexadecimal.as_bytes().chunks(2);
        let text = |pair| std::str::from_utf8(pair).unwrap();
        digits
            .map(|pair| u8::from_str_radix(text(pair), 16).unwrap())
            .collect()
    }

    fn module<'m>(
        text: Range<u64>,
        eh_frame: &'m [u8],
        address: u64,
        code: &'m [u8],
    ) -> LoadedModule<'m> {
        LoadedModule {
            path: "module".into(),
            text,
            eh_frame,
            eh_frame_address: address,
            code,
        }
    }

    /// The rows, with addresses as the module has them.
    fn check(module: &LoadedModule<'_>, expected: &[(u64, Rule)]) {
        let compiled = compile::<Registers>(module);
        let rows = compiled.module().rows.iter();
        let rows = rows.map(|row| (module.text.start + u64::from(row.start), row.rule));
        assert_eq!(rows.collect::<Vec<_>>(), expected);
    }

    fn sp(offset: u32, address: ReturnAddress) -> Rule {
        pack(FrameBase::Sp(offset), address).unwrap()
    }

    fn fp(offset: u32, address: ReturnAddress) -> Rule {
        pack(FrameBase::Fp(offset), address).unwrap()
    }

    #[test]
    fn knows_the_rows_of_gcc() {
        let leaf = sp(0, InLinkRegister);
        check(
            &module(0x2d0..0x390, &bytes(OF_GCC), 0x390, &[]),
            &[
                (0x2d0, CODE_BETWEEN_DESCRIPTIONS),
                (0x300, leaf),
                (0x310, sp(32, RecordBelowCfa(24))),
                (0x324, leaf),
                (0x338, sp(16, RecordBelowCfa(8))),
                (0x340, fp(16, RecordBelowCfa(8))),
                (0x354, leaf),
                (0x35c, CODE_BETWEEN_DESCRIPTIONS),
                (0x360, leaf),
                (0x368, sp(384, InLinkRegister)),
                (0x36c, sp(70_016, InLinkRegister)),
                (0x374, Rule::UNKNOWN),
                (0x380, sp(70_016, InLinkRegister)),
                (0x384, sp(69_632, InLinkRegister)),
                (0x388, leaf),
                (0x390, CODE_BETWEEN_DESCRIPTIONS),
            ],
        );
    }

    #[test]
    fn knows_the_rows_of_rustc() {
        check(
            &module(0x230..0x27c, &bytes(OF_RUSTC), 0x280, &[]),
            &[
                (0x230, sp(0, InLinkRegister)),
                (0x234, sp(80, InLinkRegister)),
                (0x240, fp(32, RecordBelowCfa(24))),
                (0x26c, sp(80, RecordBelowCfa(24))),
                (0x278, sp(0, InLinkRegister)),
                (0x27c, CODE_BETWEEN_DESCRIPTIONS),
            ],
        );
    }

    /// Without its end the last row before an instruction that is not known would hold for too long.
    #[test]
    fn a_function_whose_description_cannot_be_read_has_no_rule() {
        const UNKNOWN_INSTRUCTION: u8 = 0x2c;
        let mut section = bytes(OF_RUSTC);
        let at = section.iter().rposition(|byte| *byte == 0x0e).unwrap();
        section[at] = UNKNOWN_INSTRUCTION;
        check(
            &module(0x230..0x27c, &section, 0x280, &[]),
            &[(0x230, Rule::UNKNOWN), (0x27c, CODE_BETWEEN_DESCRIPTIONS)],
        );
    }

    #[test]
    fn a_module_without_descriptions_has_leaves() {
        let rows = [(0x1000, CODE_WITHOUT_DESCRIPTIONS)];
        check(&module(0x1000..0x2000, &[], 0, &[]), &rows);
    }

    const NO_OPERATION: [u8; 4] = [0x1f, 0x20, 0x03, 0xd5];

    /// The kernel's module has no descriptions; that of qemu has some.
    #[test]
    fn the_trampoline_is_known_by_its_instructions() {
        let code = [&NO_OPERATION.repeat(16)[..], &TRAMPOLINE, &NO_OPERATION].concat();
        check(
            &module(0x1000..0x2000, &[], 0, &code),
            &[
                (0x1000, CODE_WITHOUT_DESCRIPTIONS),
                (0x103c, SIGNAL_TRAMPOLINE),
                (0x1048, CODE_WITHOUT_DESCRIPTIONS),
            ],
        );
        let code = [&NO_OPERATION.repeat(3)[..], &TRAMPOLINE, &NO_OPERATION].concat();
        check(
            &module(0x230..0x27c, &bytes(OF_RUSTC), 0x280, &code),
            &[
                (0x230, CODE_BETWEEN_DESCRIPTIONS),
                (0x238, SIGNAL_TRAMPOLINE),
                (0x244, CODE_BETWEEN_DESCRIPTIONS),
            ],
        );
    }

    struct Stack(Vec<u64>);

    const STACK: u64 = 0x7000;

    impl ReadStack for Stack {
        fn word_at(&self, address: u64) -> Option<u64> {
            let word = address.checked_sub(STACK)? / 8;
            self.0.get(usize::try_from(word).ok()?).copied()
        }
    }

    /// From the linkage table into the function that calls, the one with `alloca`, and into another module: the
    /// outermost frame is there, and only the right steps lead to it.
    #[test]
    fn walks_by_the_rows_of_gcc() {
        const BASE: u64 = 0x10_0000;
        const SIGNATURE: u64 = 0x00ab << 48;
        let section = bytes(OF_GCC);
        let text = BASE + 0x2d0..BASE + 0x390;
        let rows = compile::<Registers>(&module(text, &section, BASE + 0x390, &[]));
        let outermost = Module {
            start: 0x1000,
            end: 0x1100,
            index: &[0],
            rows: &[Row {
                start: 0,
                rule: Rule::OUTERMOST,
            }],
        };
        let modules = [rows.module(), outermost];
        let of_caller = [STACK + 64, SIGNATURE | (BASE + 0x34c), 0, 0];
        let of_alloca = [7, 7, 7, 7, 0, SIGNATURE | 0x1010];
        let stack = Stack([of_caller.as_slice(), &of_alloca].concat());
        let from = Registers::of_thread(BASE + 0x2f4, STACK, STACK, BASE + 0x31c);
        let mut frames = [MaybeUninit::uninit(); 8];
        let walked = walk(from, &Table::over(&modules), &stack, None, &mut frames);
        let expected = Walk {
            depth: 4,
            end: WalkEnd::Complete,
            by_frame_pointer: 0,
        };
        assert_eq!(walked, expected);
    }
}
