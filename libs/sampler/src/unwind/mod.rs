//! Walking a stack without reading call frame information on the way.
//!
//! The call frame information of a module (`.eh_frame`) is a program for a small machine; running it
//! for each frame is slow, needs kilobytes of stack and is hard to make safe in a signal handler. But
//! nearly every row that such a program yields has one of a handful of shapes. On x86-64 the frame's
//! base is `rsp + n` or `rbp + n`, the return address lies just below it, and the caller's `rbp` is
//! either untouched or saved in a slot of the frame; [`aarch64`] is not much different. So the rows are
//! computed once, outside the handler, and stored as [`Rule`]s of four bytes in a [`Table`] sorted by
//! address. A step of the walk is then one search and at most two reads of the stack.
//!
//! The walk never reads outside the bounds that its caller gives, never writes, and ends after as many
//! frames as its output has room for. A frame whose row has no known shape falls back on the frame
//! pointer, and the result says so.
//!
//! What depends on the processor is in [`x86_64`] and [`aarch64`]: which of them a walk follows is said by the
//! registers that it begins with.

mod arch;
mod cache;
mod last_walk;
#[cfg(test)]
mod model;
mod rule;
mod table;
mod trail;
mod walk;

pub use arch::{FrameRegisters, Step, aarch64, x86_64};
pub use cache::{CACHE_ENTRIES, RuleCache};
pub use last_walk::{LastWalk, WalkAgain};
pub use rule::Rule;
pub use table::{INDEX_SHIFT, Module, Row, Table};
pub use trail::Trail;
pub use walk::{LiveStack, ReadStack, Walk, WalkEnd, walk};
