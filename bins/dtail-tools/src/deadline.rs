//! Reading from a connection for a limited time, however slowly the other end sends.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A connection whose bytes must have come by a deadline.
pub(crate) struct Limited<S> {
    pub(crate) stream: S,
    pub(crate) deadline: Instant,
}

impl<S: AsRef<TcpStream>> Read for Limited<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.stream.as_ref();
        stream.set_read_timeout(Some(remaining(self.deadline)?))?;
        stream.read(buffer)
    }
}

/// The time left, or the error that there is none.
pub(crate) fn remaining(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        Err(io::ErrorKind::TimedOut.into())
    } else {
        Ok(left)
    }
}
