//! A stack as a sample sees it.

use std::fmt;

/// The deepest stack that is kept; what lies further out is cut, and the profile says so.
pub(super) const DEPTH_MAX: usize = 128;

/// Return addresses, innermost first, on the stack of the sampling thread.
pub(super) struct CapturedStack {
    frames: [u64; DEPTH_MAX],
    depth: usize,
    truncated: bool,
    hash: u64,
}

impl CapturedStack {
    /// The stack of the calling thread. Runs inside the allocator.
    #[inline(never)]
    pub(super) fn here() -> CapturedStack {
        let mut stack = Self::EMPTY;
        let captured = crate::unwind::capture(&mut stack.frames);
        stack.depth = captured.len.min(DEPTH_MAX);
        stack.truncated = captured.truncated;
        stack.hash = stack.hashed();
        stack
    }

    /// A stack made up by a test.
    #[cfg(test)]
    pub(super) fn of(given: &[u64], truncated: bool) -> CapturedStack {
        let mut stack = Self::EMPTY;
        stack.frames[..given.len()].copy_from_slice(given);
        stack.depth = given.len();
        stack.truncated = truncated;
        stack.hash = stack.hashed();
        stack
    }

    const EMPTY: CapturedStack = CapturedStack {
        frames: [0; DEPTH_MAX],
        depth: 0,
        truncated: false,
        hash: 0,
    };

    /// Two sums in turns: a multiplication has to wait for the one before it.
    fn hashed(&self) -> u64 {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let step = |sum: u64, frame: u64| (sum.rotate_left(5) ^ frame).wrapping_mul(FACTOR);
        let (mut even, mut odd) = (u64::from(self.truncated), self.depth as u64);
        let mut pairs = self.frames().chunks_exact(2);
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

    pub(super) fn frames(&self) -> &[u64] {
        &self.frames[..self.depth]
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

impl fmt::Debug for CapturedStack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CapturedStack")
            .field("frames", &self.frames())
            .field("truncated", &self.truncated)
            .finish_non_exhaustive()
    }
}
