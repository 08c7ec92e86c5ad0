//! The start of threads: it is not seen.

use std::io;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    pub(crate) begin: fn(entry: usize),
    pub(crate) end: fn(),
}

pub(crate) fn watch(watch: Watch) -> io::Result<()> {
    let Watch {
        begin: _begin,
        end: _end,
    } = watch;
    super::unsupported()
}

pub(crate) fn unwatch() {}
