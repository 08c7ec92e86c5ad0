//! The files of this machine, for reports that show source code or machine code.

use std::{env, fs, io};

use report::Files;

/// Reads files where their paths say. What is no regular file has no end to read up to, and is
/// refused.
pub(crate) struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        fs::read(path)
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok(env::current_dir()?.to_string_lossy().into_owned())
    }
}
