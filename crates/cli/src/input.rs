//! Standard input for a program that may have to finish while nothing comes.

use std::io::{self, Read};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::Ending;

/// How long to wait for input before asking whether to finish.
const PATIENCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// Standard input, which ends when the program is to finish.
#[derive(Debug)]
pub struct Input {
    ending: Ending,
}

impl Input {
    /// Ends when `ending` is due.
    #[must_use]
    pub fn until(ending: Ending) -> Self {
        Input { ending }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let input = io::stdin();
        while !self.ending.is_due() {
            let mut waiting = [PollFd::new(&input, PollFlags::IN)];
            match poll(&mut waiting, Some(&PATIENCE)) {
                Ok(0) => {}
                Ok(_) => return Ok(rustix::io::read(&input, buffer)?),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(0)
    }
}
