//! aarch64: its registers, and what its C library and its pages are like.

use std::arch::asm;

pub(crate) use dtail_sampler::unwind::aarch64::Registers;

/// What lies below the stack pointer is nobody's (Procedure Call Standard, 6.4.5).
pub(crate) const RED_ZONE_BYTES: u64 = 0;

/// The largest page that a kernel may have been built with: 4, 16 or 64 KiB. What is aligned to it is
/// aligned to the others.
pub(crate) const PAGE_BYTES_MAX: usize = 64 << 10;

/// The registers that a signal interrupted.
///
/// Async-signal-safe: reads the context only.
///
/// # Safety
///
/// `context` must be the third argument of a running `SA_SIGINFO` handler.
pub(crate) unsafe fn interrupted(context: *const libc::c_void) -> Registers {
    // SAFETY: the kernel passes a `ucontext_t` there, and it lives as long as the handler runs.
    let machine = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext };
    let [.., x29, x30] = machine.regs;
    Registers::of_thread(machine.pc, machine.sp, x29, x30)
}

/// The registers here: always inlined, so that the walk begins in the caller's own frame.
#[inline(always)]
pub(crate) fn here() -> Registers {
    let (pc, sp, x29, x30): (u64, u64, u64, u64);
    // SAFETY: four moves between registers; nothing is written to memory.
    unsafe {
        asm!(
            "adr {pc}, .",
            "mov {sp}, sp",
            "mov {x29}, x29",
            "mov {x30}, x30",
            pc = out(reg) pc,
            sp = out(reg) sp,
            x29 = out(reg) x29,
            x30 = out(reg) x30,
            options(nomem, nostack, preserves_flags),
        );
    }
    Registers::of_thread(pc, sp, x29, x30)
}

/// The address of the calling thread's control block. The C library puts it at the upper end of the
/// stack of every thread but the first.
///
/// Async-signal-safe: one instruction.
pub(crate) fn thread_control_block() -> u64 {
    let block: u64;
    // SAFETY: programs may read the register in which the C library keeps the address.
    unsafe {
        asm!("mrs {}, tpidr_el0", out(reg) block, options(pure, nomem, nostack, preserves_flags));
    }
    block
}

/// The processor's virtual counter, which runs at the same rate on all cores. Async-signal-safe: one
/// instruction.
pub(crate) fn cycles() -> u64 {
    let count: u64;
    // SAFETY: Linux lets programs read the counter; its vDSO does.
    unsafe {
        asm!("mrs {}, cntvct_el0", out(reg) count, options(nomem, nostack, preserves_flags));
    }
    count
}
