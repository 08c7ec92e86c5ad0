//! Linux.

use std::fs::File;
use std::io;

use rustix::pipe::SpliceFlags;

/// Whether [`splice`] moves anything.
#[cfg(test)]
pub(crate) const SPLICES: bool = true;

/// Moves at most `length` bytes of `file` from `offset` on into `pipe` without copying them; gives
/// how many, 0 at the end of the file.
///
/// # Errors
/// When the file cannot give its pages away, or the pipe cannot be written.
pub(crate) fn splice(file: &File, offset: u64, pipe: &File, length: usize) -> io::Result<usize> {
    let mut offset = offset;
    let moved = rustix::pipe::splice(
        file,
        Some(&mut offset),
        pipe,
        None,
        length,
        SpliceFlags::empty(),
    );
    Ok(moved?)
}
