//! The parts of a profiler that run where almost nothing is allowed: in a signal handler and in the
//! memory allocator.
//!
//! * [`unwind`]: walks a stack by searching flat tables that were compiled from call frame
//!   information beforehand.
//! * [`gap`]: decides which allocated bytes are sampled, and what a sample stands for.
//! * [`ring`]: hands samples from signal handlers to one reader, and counts the ones it had to drop.
//!
//! # What you must do
//!
//! Compile the tables, keep them alive while a walk may use them, and hand the ring its memory.
//! `dtail-profiling` does all of that; this crate exists so that the compiler can check that the
//! part in the handler does nothing else.
//!
//! # What has no place here
//!
//! Allocation, locks, libc, and panics. The crate is `no_std` and does not link `alloc`; indexing,
//! `unwrap` and friends are denied by lints, so nothing that a signal handler may not do compiles.

#![no_std]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

#[cfg(test)]
extern crate std;

pub mod gap;
pub mod ring;
pub mod unwind;
