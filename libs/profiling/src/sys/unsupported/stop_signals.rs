//! Signals that end the process: they are not caught.

use std::io;

pub(crate) fn on_stop_signal(_function: fn()) -> io::Result<()> {
    super::unsupported()
}
