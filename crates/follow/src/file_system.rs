//! What the follower asks of a file system.

use std::fmt::Debug;
use std::io;

use logread::{Error, Source};

/// A file that was opened when its name appeared, with its source at that moment.
pub type Arrived<F> = (Source, <F as FileSystem>::Identity, <F as FileSystem>::File);

/// Names and what they stand for, at the moment of asking.
pub trait FileSystem {
    /// Tells files apart, as long as they are open.
    type Identity: Copy + Debug + Eq;
    /// An open file, which keeps its identity whatever becomes of its name.
    type File: ReadAt;

    /// The files that are to be followed, in order; an error for a name that stands for nothing.
    fn sources(&mut self) -> Vec<Result<Source, Error>>;

    /// Which file a source is at present.
    ///
    /// # Errors
    /// There is none, or it cannot be followed.
    fn identify(&mut self, source: &Source) -> Result<Self::Identity, Error>;

    /// Opens the file that a source is at present.
    ///
    /// # Errors
    /// There is none, or it cannot be followed.
    fn open(&mut self, source: &Source) -> Result<(Self::Identity, Self::File), Error>;

    /// Files that appeared under the names since it was asked last, in order, as far as the system
    /// tells. Their names may stand for something else by now, or for nothing.
    fn arrived(&mut self) -> Vec<Arrived<Self>>;
}

/// Reads at any place.
pub trait ReadAt {
    /// Reads as much as `buffer` takes from `offset` on, less only at the end of the file, and nothing
    /// beyond it. Is not interrupted.
    ///
    /// # Errors
    /// Those of the system.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// The size at present, in bytes.
    ///
    /// # Errors
    /// Those of the system.
    fn size(&self) -> io::Result<u64>;
}
