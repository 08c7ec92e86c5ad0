//! Telling whether two names or handles mean one file.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;

/// The identity of a regular file on this machine.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FileIdentity {
    device: u64,
    inode: u64,
}

impl FileIdentity {
    /// That of an open file; `None` for anything but a regular file.
    #[must_use]
    pub fn of(file: &File) -> Option<Self> {
        FileIdentity::of_metadata(&file.metadata().ok()?)
    }

    /// That of the file these metadata are about; `None` for anything but a regular file.
    #[must_use]
    pub fn of_metadata(metadata: &Metadata) -> Option<Self> {
        metadata.is_file().then(|| FileIdentity {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }
}
