//! Registers: they cannot be read.

use dtail_sampler::unwind::Registers;

pub(crate) fn here() -> Registers {
    Registers {
        rip: 0,
        rsp: 0,
        rbp: 0,
    }
}

pub(crate) fn thread_control_block() -> u64 {
    0
}

pub(crate) fn cycles() -> u64 {
    0
}
