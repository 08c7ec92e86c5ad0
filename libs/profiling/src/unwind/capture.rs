//! Stacks as they are captured: of an interrupted thread, or here.

use std::ops::Range;

use dtail_sampler::unwind::{LiveStack, Registers, Walk, WalkEnd, walk};

use super::{stacks, tables};
use crate::sys::registers;

/// The deepest stack that is captured; what lies further out is cut, and the profile says so.
pub(crate) const MAX_DEPTH: usize = 128;

/// What a function may use below its stack pointer, and signals leave alone (System V ABI, 3.2.2). An
/// epilogue's rows find registers there that were popped already.
const RED_ZONE_BYTES: u64 = 128;

/// The largest distance that is believed between a stack pointer and the thread's control block above.
const STACK_BYTES_MAX: u64 = 1 << 28;

/// The stack of the calling thread from `registers` out. `stack` is where the thread's own stack lies,
/// if known.
///
/// Async-signal-safe. Always gives at least the interrupted address.
pub(crate) fn interrupted(
    registers: Registers,
    stack: Option<Range<u64>>,
    frames: &mut [u64; MAX_DEPTH],
) -> Walk {
    let known = stack
        .filter(|stack| stack.contains(&registers.rsp))
        .map(|stack| stack.end);
    let end = known
        .or_else(|| stacks::end_of(registers.rsp))
        .or_else(|| end_by_control_block(registers));
    let (Some(end), Some(table)) = (end, tables::in_force()) else {
        frames[0] = registers.rip;
        return Walk {
            depth: 1,
            end: WalkEnd::Lost,
            by_frame_pointer: 0,
        };
    };
    // SAFETY: from the red zone of a running thread to the end of its stack, or of the mapping that it
    // lies in, all is mapped as long as the thread stays in this frame.
    let live = unsafe { LiveStack::between(registers.rsp.saturating_sub(RED_ZONE_BYTES), end) };
    walk(registers, table, &live, frames)
}

/// A stack that was captured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Captured {
    /// How many frames were written.
    pub(crate) len: usize,
    /// Whether outer frames are missing.
    pub(crate) truncated: bool,
}

/// The stack from here out, leaf first; the first frames are the profiler's own.
///
/// Async-signal-safe, so that the allocator may call it.
#[inline(always)]
pub(crate) fn capture(frames: &mut [u64; MAX_DEPTH]) -> Captured {
    let walk = interrupted(registers::here(), None, frames);
    Captured {
        len: walk.depth,
        truncated: walk.end == WalkEnd::Truncated,
    }
}

/// The end of a stack that nothing else is known of, such as that of a thread that has just begun.
fn end_by_control_block(registers: Registers) -> Option<u64> {
    let block = registers::thread_control_block();
    let distance = block.checked_sub(registers.rsp)?;
    (distance < STACK_BYTES_MAX).then_some(block)
}
