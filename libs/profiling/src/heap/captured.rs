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
        let mut frames = [0; DEPTH_MAX];
        let captured = crate::unwind::capture(&mut frames);
        Self::with_hash(frames, captured.len, captured.truncated)
    }

    /// A stack made up by a test.
    #[cfg(test)]
    pub(super) fn of(given: &[u64], truncated: bool) -> CapturedStack {
        let mut frames = [0; DEPTH_MAX];
        frames[..given.len()].copy_from_slice(given);
        Self::with_hash(frames, given.len(), truncated)
    }

    fn with_hash(frames: [u64; DEPTH_MAX], depth: usize, truncated: bool) -> CapturedStack {
        let mut hash = u64::from(truncated);
        for frame in frames.iter().take(depth) {
            hash = (hash.rotate_left(5) ^ frame).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        // The low bits of a product depend on the low bits of its factors only.
        hash ^= hash >> 32;
        CapturedStack {
            frames,
            depth: depth.min(DEPTH_MAX),
            truncated,
            hash,
        }
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
