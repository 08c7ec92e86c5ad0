//! Machine code as text.

use iced_x86::{Decoder, DecoderOptions, Formatter, GasFormatter, IntelFormatter};

/// One instruction.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    /// Its address as the binary states it.
    pub(super) address: u64,
    /// First address behind.
    pub(super) end: u64,
    pub(super) text: String,
}

/// Takes `code` at `start` apart; bytes that are no instruction are said to be bad.
pub(super) fn decode(code: &[u8], start: u64, bits: u32, is_intel: bool) -> Vec<Instruction> {
    let mut formatter: Box<dyn Formatter> = if is_intel {
        Box::new(IntelFormatter::new())
    } else {
        Box::new(GasFormatter::new())
    };
    let options = formatter.options_mut();
    options.set_uppercase_hex(false);
    options.set_branch_leading_zeros(false);
    options.set_small_hex_numbers_in_decimal(false);
    let decoder = Decoder::with_ip(bits, code, start, DecoderOptions::NONE);
    let text = |instruction: iced_x86::Instruction| {
        let mut text = String::new();
        formatter.format(&instruction, &mut text);
        Instruction {
            address: instruction.ip(),
            end: instruction.next_ip(),
            text,
        }
    };
    decoder.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn check(code: &[u8], is_intel: bool, expected: &[(u64, &str)]) {
        let instructions = decode(code, 0x10, 64, is_intel);
        let found: Vec<(u64, &str)> = instructions
            .iter()
            .map(|one| (one.address, one.text.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn both_syntaxes() {
        let code = [0x48, 0x89, 0xe5, 0xc3, 0x06];
        check(
            &code,
            false,
            &[(0x10, "mov %rsp,%rbp"), (0x13, "ret"), (0x14, "(bad)")],
        );
        let numbers = [0x48, 0x83, 0xf8, 0x02, 0x76, 0xfa];
        check(
            &numbers,
            false,
            &[(0x10, "cmp $0x2,%rax"), (0x14, "jbe 0x10")],
        );
        check(
            &code,
            true,
            &[(0x10, "mov rbp,rsp"), (0x13, "ret"), (0x14, "(bad)")],
        );
    }
}
