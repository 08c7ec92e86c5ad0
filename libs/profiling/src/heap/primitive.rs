//! The atomics of the lock-free parts: those of `std`, or, under `--cfg loom`, those of loom, which
//! runs a test under every order in which threads may take turns.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p dtail-profiling --lib interleaving`

#[cfg(not(all(test, loom)))]
pub(super) use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

#[cfg(all(test, loom))]
pub(super) use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};
