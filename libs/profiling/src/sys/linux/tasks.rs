//! The threads of this process: their ids, names and stacks.

use std::fs;
use std::io;
use std::mem;
use std::ops::Range;
use std::os::unix::fs::MetadataExt;

/// The kernel's id of the calling thread.
pub(crate) fn current() -> u32 {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::gettid() }.cast_unsigned()
}

/// The ids of all threads, in no order.
pub(crate) fn all() -> io::Result<Vec<u32>> {
    let entries = fs::read_dir("/proc/self/task")?;
    Ok(entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect())
}

/// How many threads there are: one system call, for deciding whether a look at [`all`] is worth it.
/// The directory of the threads has a link for each of them, and two of its own.
pub(crate) fn count() -> Option<u64> {
    fs::metadata("/proc/self/task").ok()?.nlink().checked_sub(2)
}

/// The name of a thread, as the kernel knows it (at most 15 bytes).
pub(crate) fn name(tid: u32) -> Option<String> {
    let name = fs::read(format!("/proc/self/task/{tid}/comm")).ok()?;
    Some(String::from_utf8_lossy(name.trim_ascii_end()).into_owned())
}

/// The stack of the calling thread, with what lies above the first frame. Allocates: not for a signal
/// handler, and not for the main thread, whose stack glibc finds by reading `/proc`.
pub(crate) fn own_stack() -> Option<Range<u64>> {
    // SAFETY: the attributes are plain data, for which all zeroes is a value.
    let mut attributes: libc::pthread_attr_t = unsafe { mem::zeroed() };
    // SAFETY: the thread is the calling one, and `attributes` is valid for the write.
    if unsafe { libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) } != 0 {
        return None;
    }
    let (mut start, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes were initialised by the call above.
    let result = unsafe { libc::pthread_attr_getstack(&attributes, &mut start, &mut size) };
    // SAFETY: as above, and they are not used again.
    unsafe { libc::pthread_attr_destroy(&mut attributes) };
    let start = start.addr() as u64;
    (result == 0).then(|| start..start.saturating_add(size as u64))
}
