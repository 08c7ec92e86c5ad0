//! The bytes of a file, read.

use std::fs;
use std::io;
use std::ops::Deref;
use std::path::Path;

#[derive(Debug)]
pub(crate) struct MappedFile(Vec<u8>);

impl MappedFile {
    pub(crate) fn of_running_code(path: &Path) -> io::Result<Self> {
        fs::read(path).map(Self)
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
