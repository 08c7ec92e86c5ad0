//! x86-64: its registers, and what its C library and its pages are like.

use std::arch::asm;

pub(crate) use dtail_sampler::unwind::x86_64::Registers;

/// What a function may use below its stack pointer, and signals leave alone (System V ABI, 3.2.2). An
/// epilogue's rows find registers there that were popped already.
pub(crate) const RED_ZONE_BYTES: u64 = 128;

/// The size of a page.
pub(crate) const PAGE_BYTES_MAX: usize = 4096;

/// The registers that a signal interrupted.
///
/// Async-signal-safe: reads the context only.
///
/// # Safety
///
/// `context` must be the third argument of a running `SA_SIGINFO` handler.
pub(crate) unsafe fn interrupted(context: *const libc::c_void) -> Registers {
    // SAFETY: the kernel passes a `ucontext_t` there, and it lives as long as the handler runs.
    let general = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    let register = |number: libc::c_int| {
        usize::try_from(number)
            .ok()
            .and_then(|at| general.get(at))
            .map_or(0, |r| r.cast_unsigned())
    };
    Registers {
        rip: register(libc::REG_RIP),
        rsp: register(libc::REG_RSP),
        rbp: register(libc::REG_RBP),
    }
}

/// The registers here: always inlined, so that the walk begins in the caller's own frame.
#[inline(always)]
pub(crate) fn here() -> Registers {
    let (rip, rsp, rbp): (u64, u64, u64);
    // SAFETY: three moves between registers; nothing is written to memory.
    unsafe {
        asm!(
            "lea {rip}, [rip]",
            "mov {rsp}, rsp",
            "mov {rbp}, rbp",
            rip = out(reg) rip,
            rsp = out(reg) rsp,
            rbp = out(reg) rbp,
            options(nomem, nostack, preserves_flags),
        );
    }
    Registers { rip, rsp, rbp }
}

/// The address of the calling thread's control block. The C library puts it at the upper end of the
/// stack of every thread but the first.
///
/// Async-signal-safe: one read of thread-local memory.
pub(crate) fn thread_control_block() -> u64 {
    let block: u64;
    // SAFETY: on x86-64 the word at `fs:0` is the address of the control block itself.
    unsafe {
        asm!("mov {}, fs:0", out(reg) block, options(pure, readonly, nostack, preserves_flags));
    }
    block
}

/// The processor's time stamp counter. Async-signal-safe: one instruction.
pub(crate) fn cycles() -> u64 {
    // SAFETY: every x86-64 processor has the instruction, and it only writes two registers.
    unsafe { std::arch::x86_64::_rdtsc() }
}
