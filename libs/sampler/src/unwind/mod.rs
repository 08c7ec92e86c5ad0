//! Walking a stack without reading call frame information on the way.
//!
//! The call frame information of a module (`.eh_frame`) is a program for a small machine; running it
//! for each frame is slow, needs kilobytes of stack and is hard to make safe in a signal handler. But
//! on x86-64 nearly every row that such a program yields has one of a handful of shapes: the frame's
//! base is `rsp + n` or `rbp + n`, the return address lies just below it, and the caller's `rbp` is
//! either untouched or saved in a slot of the frame. So the rows are computed once, outside the
//! handler, and stored as [`Rule`]s of four bytes in a [`Table`] sorted by address. A step of the walk
//! is then one search and at most two reads of the stack.
//!
//! The walk never reads outside the bounds that its caller gives, never writes, and ends after as many
//! frames as its output has room for. A frame whose row has no known shape falls back on the frame
//! pointer, and the result says so.

mod cache;
mod rule;
mod table;
mod trail;
mod walk;

pub use cache::{CACHE_ENTRIES, RuleCache};
pub use rule::{FrameBase, Rule, SavedRbp};
pub use table::{INDEX_SHIFT, Module, Row, Table};
pub use trail::Trail;
pub use walk::{LiveStack, ReadStack, Registers, Walk, WalkEnd, walk};
