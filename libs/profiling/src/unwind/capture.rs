//! Stacks as they are captured: of an interrupted thread, or here.

use std::mem::MaybeUninit;
use std::ops::Range;

use dtail_sampler::unwind::{
    FrameRegisters as _, LastWalk, LiveStack, Table, Trail, Walk, WalkEnd, walk,
};

use super::{stacks, tables};
use crate::sys::arch::{self, RED_ZONE_BYTES, Registers};

/// The deepest stack that is captured; what lies further out is cut, and the profile says so.
pub(crate) const MAX_DEPTH: usize = 128;

/// The largest distance that is believed between a stack pointer and the thread's control block above.
const STACK_BYTES_MAX: u64 = 1 << 28;

/// Room for a stack, without the work of clearing it.
pub(crate) type Frames = [MaybeUninit<u64>; MAX_DEPTH];

/// Room for a stack.
pub(crate) const fn no_frames() -> Frames {
    [MaybeUninit::uninit(); MAX_DEPTH]
}

/// What is known of a thread before its stack is walked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known<'t> {
    /// Where the thread's own stack lies.
    pub(crate) stack: Option<Range<u64>>,
    /// Where its last walk went.
    pub(crate) trail: Option<&'t Trail>,
}

/// A stack that was captured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Captured<'f> {
    /// Leaf first: the interrupted address, then return addresses. Never empty.
    pub(crate) frames: &'f [u64],
    pub(crate) end: WalkEnd,
}

/// The stack of the calling thread from `registers` out.
///
/// Async-signal-safe.
pub(crate) fn interrupted<'f>(
    registers: Registers,
    known: &Known<'_>,
    room: &'f mut Frames,
) -> Captured<'f> {
    let stack = known
        .stack
        .as_ref()
        .filter(|stack| stack.contains(&registers.sp()));
    let Some((live, table)) = readable(registers, stack.map(|stack| stack.end)) else {
        return Captured::of_leaf(registers, room);
    };
    let walk = walk(registers, table, &live, known.trail, room);
    Captured::of(walk, room)
}

/// What a walk from `registers` may read, and the rules for it.
#[inline]
fn readable(
    registers: Registers,
    end: Option<u64>,
) -> Option<(LiveStack, &'static Table<'static>)> {
    let end = end
        .or_else(|| stacks::end_of(registers.sp()))
        .or_else(|| end_by_control_block(registers))?;
    // SAFETY: from the red zone (if there is one) of a running thread to the end of its stack, or of the mapping that it
    // lies in, all is mapped as long as the thread stays in this frame.
    let live = unsafe { LiveStack::between(registers.sp().saturating_sub(RED_ZONE_BYTES), end) };
    Some((live, tables::in_force()?))
}

impl<'f> Captured<'f> {
    /// The frames in `room` that `walk` has found.
    #[inline]
    fn of(walk: Walk, room: &'f Frames) -> Self {
        // SAFETY: a walk initialises as many frames as its depth says.
        let frames = unsafe { std::slice::from_raw_parts(room.as_ptr().cast(), walk.depth) };
        Captured {
            frames,
            end: walk.end,
        }
    }

    /// No more than where it begins.
    fn of_leaf(registers: Registers, room: &'f mut Frames) -> Self {
        Captured {
            frames: std::slice::from_ref(room[0].write(registers.pc())),
            end: WalkEnd::Lost,
        }
    }

    /// Whether outer frames are missing because there was no room for them.
    pub(crate) fn is_truncated(&self) -> bool {
        self.end == WalkEnd::Truncated
    }
}

/// The stack from here out, leaf first; the first frames are the profiler's own.
///
/// Async-signal-safe, so that the allocator may call it.
#[inline(always)]
pub(crate) fn capture(room: &mut Frames) -> Captured<'_> {
    interrupted(arch::here(), &Known::default(), room)
}

/// [`capture`] along the last walk of the thread, and whether the stack is the one that it found.
///
/// Async-signal-safe, but for signal handlers that use the same `last`.
#[inline(never)]
pub(crate) fn capture_along<'f>(last: &mut LastWalk, room: &'f mut Frames) -> (Captured<'f>, bool) {
    let registers = arch::here();
    let Some((live, table)) = readable(registers, None) else {
        last.forget();
        return (Captured::of_leaf(registers, room), false);
    };
    let again = last.walk(registers, table, &live, room);
    (Captured::of(again.walk, room), again.is_same)
}

/// The end of a stack that nothing else is known of, such as that of a thread that has just begun.
fn end_by_control_block(registers: Registers) -> Option<u64> {
    let block = arch::thread_control_block();
    let distance = block.checked_sub(registers.sp())?;
    (distance < STACK_BYTES_MAX).then_some(block)
}
