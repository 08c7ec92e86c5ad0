//! Standard output without a buffer of its own.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

/// Standard output for a program that writes in large pieces; the standard library's looks for a
/// line end in each of them.
///
/// # Errors
/// When standard output is closed.
pub fn output() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}
