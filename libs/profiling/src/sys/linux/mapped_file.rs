//! The bytes of a file without reading all of them: debug information is large, and little of it is
//! looked at.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::ptr;
use std::slice;

/// A file that is mapped for reading.
#[derive(Debug)]
pub(crate) struct MappedFile {
    start: *const u8,
    length: usize,
}

impl MappedFile {
    /// Maps the file at `path`, which must be one that this process has mapped already to run code from.
    ///
    /// Such a file must not be cut short: the code in it would be gone as well. Linux refuses it for the
    /// program itself, and whoever does it to a library breaks the process with us or without us.
    pub(crate) fn of_running_code(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        let (protection, flags) = (libc::PROT_READ, libc::MAP_PRIVATE);
        // SAFETY: asks for a mapping at any address; an impossible one is an error, not undefined.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                length,
                protection,
                flags,
                file.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self {
            start: start.cast_const().cast(),
            length,
        })
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the bytes are mapped readable until the drop, and the file keeps its length (see
        // `of_running_code`).
        unsafe { slice::from_raw_parts(self.start, self.length) }
    }
}

impl Drop for MappedFile {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and no slice of it outlives `self`.
        unsafe { libc::munmap(self.start.cast_mut().cast(), self.length) };
    }
}
