//! The signal that samples: there is none.

use std::io;

use super::arch::Registers;

#[derive(Debug)]
pub(crate) struct Tick {
    pub(crate) token: usize,
    pub(crate) periods: u32,
    pub(crate) registers: Registers,
}

pub(crate) type OnTick = fn(&Tick) -> bool;

pub(crate) fn install(_on_tick: OnTick) -> io::Result<()> {
    super::unsupported()
}

pub(crate) fn is_in_force() -> bool {
    false
}
