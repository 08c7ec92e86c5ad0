//! Telling whether two names or handles mean one file.

use std::fs::File;
use std::os::unix::fs::MetadataExt;

/// The identity of a regular file on this machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FileIdentity {
    device: u64,
    inode: u64,
}

impl FileIdentity {
    /// That of an open file; `None` for anything but a regular file.
    #[must_use]
    pub fn of(file: &File) -> Option<Self> {
        let metadata = file.metadata().ok().filter(|metadata| metadata.is_file())?;
        Some(FileIdentity {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }
}
