//! From the names a user gives to blocks of whole lines.
//!
//! [`sources`] turns paths, globs and `-` into [`Source`]s. [`Source::open`] opens one, through
//! gzip or zstd where its name says so, and gives an [`Input`] that hands out blocks of whole lines
//! from one reused buffer: memory stays constant whatever the size of the file and of its lines.
//!
//! Nothing here looks for text or writes anything, and nothing knows of profiling: who wants to
//! know what is going on passes an [`Observer`].

#![forbid(unsafe_code)]

mod block;
mod chunks;
mod error;
mod glob;
mod identity;
mod observer;
mod pass;
mod regular;
mod source;
mod sys;
mod target;

pub use block::{BlockReader, Options, lines, whole_lines};
pub use chunks::{Chunk, Chunks};
pub use error::{Error, ErrorKind};
pub use identity::FileIdentity;
pub use observer::{Counters, Follow, Observer, Unobserved, observe};
pub use pass::{Passed, pass_lines};
pub use regular::Regular;
pub use source::{Bytes, Input, Source, Stream};
pub use target::{source_at, sources};
