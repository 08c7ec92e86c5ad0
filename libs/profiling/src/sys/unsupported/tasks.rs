//! Threads: none are known.

use std::io;
use std::ops::Range;

pub(crate) fn current() -> u32 {
    0
}

pub(crate) fn all() -> io::Result<Vec<u32>> {
    super::unsupported()
}

pub(crate) fn count() -> Option<u64> {
    None
}

pub(crate) fn name(_tid: u32) -> Option<String> {
    None
}

pub(crate) fn own_stack() -> Option<Range<u64>> {
    None
}
