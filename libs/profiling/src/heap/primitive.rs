//! The atomics of the shared tables and what goes with them: those of `std`, or, under `--cfg loom`, those
//! of loom, which runs a test under every order in which threads may take turns and see each other's writes.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p dtail-profiling --lib interleaving`

#[cfg(not(all(test, loom)))]
mod real {
    pub(in super::super) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

    use crate::sys::heap_memory::{self, Zeroable};

    /// A table of `count` zeros; `None` when there is no memory.
    pub(in super::super) fn table<T: Zeroable>(count: usize) -> Option<&'static [T]> {
        heap_memory::zeroed(count).map(|table| &*table)
    }

    pub(in super::super) use heap_memory::{clear, wait_turn};
    pub(in super::super) use std::hint::spin_loop;
}

#[cfg(all(test, loom))]
mod real {
    use std::sync::OnceLock;

    pub(in super::super) use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};
    pub(in super::super) use loom::thread::yield_now as spin_loop;

    /// Loom's, which is made on first use, for statics.
    #[derive(Debug)]
    pub(in super::super) struct AtomicBool(OnceLock<loom::sync::atomic::AtomicBool>);

    impl AtomicBool {
        /// Clear, whatever is asked for: no lock begins taken.
        pub(in super::super) const fn new(_clear: bool) -> Self {
            Self(OnceLock::new())
        }

        fn inner(&self) -> &loom::sync::atomic::AtomicBool {
            self.0
                .get_or_init(|| loom::sync::atomic::AtomicBool::new(false))
        }

        pub(in super::super) fn load(&self, order: Ordering) -> bool {
            self.inner().load(order)
        }

        pub(in super::super) fn store(&self, value: bool, order: Ordering) {
            self.inner().store(value, order);
        }

        /// An exchange that writes only what is new: loom takes a value that is written again for one that
        /// may come after those written since.
        pub(in super::super) fn swap(&self, value: bool, order: Ordering) -> bool {
            let exchanged = self.inner().compare_exchange(!value, value, order, order);
            exchanged.unwrap_or_else(|found| found)
        }
    }

    pub(in super::super) fn table<T: Default>(count: usize) -> Option<&'static [T]> {
        Some(Vec::leak((0..count).map(|_| T::default()).collect()))
    }

    /// Tables are new in every test.
    pub(in super::super) fn clear<T>(_table: &[T]) {}

    pub(in super::super) fn wait_turn(_attempt: u32) {
        loom::thread::yield_now();
    }
}

pub(super) use real::*;
