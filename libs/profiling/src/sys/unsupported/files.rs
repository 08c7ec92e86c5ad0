//! Files, with the permissions that the platform gives.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

pub(crate) fn exceeding_limits_fails<T>(write: impl FnOnce() -> T) -> T {
    write()
}
