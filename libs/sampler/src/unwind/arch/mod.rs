//! What a walk has to know of a processor: its registers, the shapes of its rows, and what the kernel
//! lays on the stack for a signal handler.
//!
//! Every processor is compiled on every other, so that its walk can be tested there; a program uses one.

pub mod aarch64;
pub mod x86_64;

use super::rule::Rule;
use super::walk::ReadStack;

/// The registers of one frame that a walk needs.
pub trait FrameRegisters: Copy {
    /// The address of the instruction that was interrupted, or of the one to return to.
    fn pc(self) -> u64;

    /// The stack pointer.
    fn sp(self) -> u64;

    /// All of them: the address, the stack pointer and the frame pointer. `None` when there is more to say.
    fn words(self) -> Option<[u64; 3]>;

    /// The registers whose [`words`](Self::words) these are.
    fn of_words(words: [u64; 3]) -> Self;

    /// Whether `rule` finds the caller by the frame pointer's value.
    fn depends_on_fp(rule: Rule) -> bool;

    /// The frame's caller by `rule`. A step that reads one or two words of the stack reads the return
    /// address first, and then the caller's frame pointer, which otherwise is the same. Async-signal-safe.
    fn caller(self, rule: Rule, stack: &impl ReadStack) -> Step<Self>;

    /// The frame's caller by the frame pointer alone, never [`Step::Outermost`]. Async-signal-safe.
    fn caller_by_frame_pointer(self, stack: &impl ReadStack) -> Step<Self>;

    /// Whether this can be the caller of `callee`: callers lie further up the stack, and code does not
    /// begin in the first page.
    fn may_have_called(self, callee: Self) -> bool;
}

/// One step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<R> {
    /// To the caller.
    To {
        /// Its registers.
        caller: R,
        /// Where on the stack, or near which place, they were found.
        found_at: u64,
    },
    /// There is no caller.
    Outermost,
    /// The rule leads nowhere.
    NoRule,
}
