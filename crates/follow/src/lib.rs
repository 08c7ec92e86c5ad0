//! Follows files as they grow: their new lines, each once, whatever becomes of the files.
//!
//! A [`Follower`] decides. At each [look](Follower::look) it asks a [`FileSystem`] which files the
//! names stand for, reads on in every file it knows and hands whole lines to a [`Consumer`]. It keeps
//! no clock and waits for nothing, so that tests can drive it through every order of events.
//! [`Disk`] is the file system of this machine, and [`Watch`] says when it is worth looking again.
//!
//! # What is one file
//!
//! A file is known by its identity, not by its name. One that is renamed is read on, even while
//! nobody calls it by a name that is followed: who writes to it may not know yet. What then stands
//! under the old name is another file, read from its start. A file that was cut short or written
//! anew is recognised by the bytes before the place up to which it was read: if they are not there any
//! more, it is read on behind the whole lines that it still begins with, or from its start. A copy of a
//! followed file, which its name tells, is read on behind the lines that it has in common with it.
//!
//! # What cannot be read
//!
//! A file that was opened is read to its end, though it is removed. [`Arrivals`] opens it as soon as
//! the system tells of its name. What is removed before that, or cut short before it was read, is lost.

#![forbid(unsafe_code)]

mod arrivals;
mod consumer;
mod disk;
mod ended;
mod file_system;
mod followed;
mod follower;
mod position;
mod related;
mod stream;
mod tail;
mod unfinished;
mod watch;

pub use arrivals::Arrivals;
pub use consumer::{Consumer, Origin};
pub use disk::Disk;
pub use file_system::{Arrived, FileSystem, ReadAt};
pub use follower::{Follower, Looked, Settings};
pub use unfinished::Unfinished;
pub use watch::{Waker, Watch};
