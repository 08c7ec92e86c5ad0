//! Standard output without a buffer of its own.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Standard output for a program that writes in large pieces; the standard library's looks for a
/// line end in each of them.
///
/// # Errors
/// When standard output is closed.
pub fn output() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Whether whoever read `output` has gone, so that a program which waits for something to write need
/// not wait any longer.
#[must_use]
pub fn is_closed(output: &impl AsFd) -> bool {
    const AT_ONCE: Timespec = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let mut asked = [PollFd::new(output, PollFlags::empty())];
    poll(&mut asked, Some(&AT_ONCE)).is_ok() && asked[0].revents().contains(PollFlags::ERR)
}
