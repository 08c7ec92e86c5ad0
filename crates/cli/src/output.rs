//! Standard output without a buffer of its own.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::log_file::LogFile;

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

/// Standard output, with a copy in the log file where one is wanted.
#[derive(Debug)]
pub struct Output {
    file: File,
    copy: Option<LogFile>,
}

impl Output {
    pub(crate) fn new(file: File, copy: Option<LogFile>) -> Self {
        Output { file, copy }
    }

    /// Standard output.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Whether all that is written goes to standard output and nowhere else.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.copy.is_none()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        if let Some(copy) = &self.copy {
            copy.payload(&bytes[..written])?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
