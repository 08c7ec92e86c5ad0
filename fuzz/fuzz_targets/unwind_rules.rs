//! Any bytes as call frame information of either processor: rules that the walk can follow through any stack.

#![no_main]

use std::mem::MaybeUninit;

use dtail_sampler::unwind::{FrameRegisters, ReadStack, Table, aarch64, walk, x86_64};
use libfuzzer_sys::fuzz_target;

/// The compiler is private to the profiler, and stays so: its file is read here once more.
#[path = "../../libs/profiling/src/unwind/compile/mod.rs"]
#[allow(dead_code)]
mod compile;

/// What the compiler takes of the profiler: a module as it lies in memory.
mod sys {
    pub(crate) mod modules {
        use std::ops::Range;

        pub(crate) struct LoadedModule<'m> {
            pub(crate) text: Range<u64>,
            pub(crate) eh_frame: &'m [u8],
            pub(crate) eh_frame_address: u64,
            pub(crate) code: &'m [u8],
        }
    }
}

const TEXT: u64 = 0x1000;
const TEXT_SIZE: u64 = 0x10_0000;
const STACK: u64 = 0x7fff_0000;

/// A stack with the given bytes in it.
struct Bytes<'a>(&'a [u8]);

impl ReadStack for Bytes<'_> {
    fn word_at(&self, address: u64) -> Option<u64> {
        let at = usize::try_from(address.checked_sub(STACK)?).ok()?;
        let bytes = self.0.get(at..at.checked_add(8)?)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }
}

/// Compiles `data` for a processor, and walks it from each row with the registers that `at` gives it.
fn check<R: compile::CallFrames + FrameRegisters>(data: &[u8], at: impl Fn(u64) -> R) {
    let module = sys::modules::LoadedModule {
        text: TEXT..TEXT + TEXT_SIZE,
        eh_frame: data,
        eh_frame_address: 0x2000,
        code: data,
    };
    let rows = compile::compile::<R>(&module);
    let modules = [rows.module()];
    assert!(
        modules[0]
            .rows
            .is_sorted_by(|one, next| one.start < next.start)
    );
    let table = Table::over(&modules);
    for row in modules[0].rows.iter().take(64) {
        let from = at(TEXT + u64::from(row.start));
        let mut frames = [MaybeUninit::uninit(); 64];
        let walked = walk(from, &table, &Bytes(data), None, &mut frames);
        assert!((1..=frames.len()).contains(&walked.depth));
    }
}

fuzz_target!(|data: &[u8]| {
    check(data, |rip| x86_64::Registers {
        rip,
        rsp: STACK,
        rbp: STACK + 64,
    });
    check(data, |pc| {
        aarch64::Registers::of_thread(pc, STACK, STACK + 64, TEXT + 64)
    });
});
