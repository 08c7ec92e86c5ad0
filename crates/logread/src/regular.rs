//! A regular file, read to its end, which says so when somebody cut it short meanwhile.
//!
//! The bytes beyond the new end are gone before they were read; without a word the output would pass
//! for that of the whole file.

use std::borrow::Borrow;
use std::fs::File;
use std::io::{self, Read, Seek};

/// Reads a file from its cursor on.
#[derive(Debug)]
pub struct Regular<F> {
    file: F,
    /// The size when it was opened, in bytes.
    size: u64,
}

impl<F: Borrow<File>> Regular<F> {
    pub(crate) fn new(file: F, size: u64) -> Self {
        Regular { file, size }
    }

    /// Fails when the file was longer once than where it ends now. That its system told a size which
    /// it never had is no failure.
    fn check_end(&self) -> io::Result<()> {
        let mut file = self.file.borrow();
        let is_short = file.stream_position()? < self.size && file.metadata()?.len() < self.size;
        match is_short {
            true => Err(io::Error::other("was cut short while it was read")),
            false => Ok(()),
        }
    }
}

impl<F: Borrow<File>> Read for Regular<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.borrow().read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.check_end()?;
        }
        Ok(read)
    }
}
