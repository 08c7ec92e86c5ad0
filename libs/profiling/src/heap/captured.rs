//! A stack as a sample sees it.

use crate::unwind::{self, Frames};

/// A stack, on that of the sampling thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct CapturedStack<'f> {
    /// Return addresses, innermost first.
    frames: &'f [u64],
    truncated: bool,
    hash: u64,
}

impl<'f> CapturedStack<'f> {
    /// The stack of the calling thread, kept in `room`. Runs inside the allocator.
    #[inline(never)]
    pub(super) fn here(room: &'f mut Frames) -> Self {
        let captured = unwind::capture(room);
        Self::of(captured.frames, captured.is_truncated())
    }

    /// A stack of these frames.
    pub(super) fn of(frames: &'f [u64], truncated: bool) -> Self {
        let mut stack = Self {
            frames,
            truncated,
            hash: 0,
        };
        stack.hash = stack.hashed();
        stack
    }

    /// Two sums in turns: a multiplication has to wait for the one before it.
    fn hashed(&self) -> u64 {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let step = |sum: u64, frame: u64| (sum.rotate_left(5) ^ frame).wrapping_mul(FACTOR);
        let (mut even, mut odd) = (u64::from(self.truncated), self.frames.len() as u64);
        let mut pairs = self.frames.chunks_exact(2);
        for pair in &mut pairs {
            (even, odd) = (step(even, pair[0]), step(odd, pair[1]));
        }
        for frame in pairs.remainder() {
            even = step(even, *frame);
        }
        let hash = step(even, odd);
        // The low bits of a product depend on the low bits of its factors only.
        hash ^ (hash >> 32)
    }

    pub(super) fn frames(&self) -> &'f [u64] {
        self.frames
    }

    /// Whether outer frames are missing.
    pub(super) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Equal for equal stacks, spread over all 64 bits otherwise.
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }
}
