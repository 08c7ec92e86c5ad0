//! A lock that may be taken inside the allocator.
//!
//! `std`'s would do but for two things: it cannot be reset in a child of `fork`, whose other
//! threads are gone with whatever they held, and the contention profiler must not see it. The
//! sections it guards are a few dozen instructions without allocation, system call or panic, so
//! waiting means spinning, and yielding once that has not helped.
//!
//! No two of these locks are ever held by one thread at the same time.

use std::cell::UnsafeCell;
use std::fmt;
use std::ops::{Deref, DerefMut};

use super::primitive::{AtomicBool, Ordering, spin_loop, wait_turn};

/// How often to look at a taken lock before giving the processor away.
const SPINS: u32 = 128;

/// A value that one thread at a time may use.
pub(super) struct Lock<T> {
    taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `taken` lets one thread at a time reach the value.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    pub(super) const fn new(value: T) -> Self {
        Lock {
            taken: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    #[inline]
    pub(super) fn lock(&self) -> Held<'_, T> {
        if !self.take() {
            self.wait();
        }
        Held(self)
    }

    /// Takes the lock if it is open.
    #[inline(always)]
    fn take(&self) -> bool {
        !self.taken.swap(true, Ordering::Acquire)
    }

    #[cfg(all(test, loom))]
    fn try_lock(&self) -> Option<Held<'_, T>> {
        self.take().then(|| Held(self))
    }

    #[cold]
    #[inline(never)]
    fn wait(&self) {
        let mut attempt = 0;
        loop {
            for _ in 0..SPINS {
                if !self.taken.load(Ordering::Relaxed) && self.take() {
                    return;
                }
                spin_loop();
            }
            wait_turn(attempt);
            attempt = attempt.saturating_add(1);
        }
    }

    /// Opens the lock whoever holds it, and replaces the value, which may be half changed.
    ///
    /// # Safety
    ///
    /// No other thread may exist: for a child of `fork`, before it returns there.
    pub(super) unsafe fn reset(&self, value: T) {
        // SAFETY: the caller is the only thread, and it does not hold the lock: a thread does not
        // fork inside the allocator. The old value is forgotten, since it may be inconsistent.
        unsafe { self.value.get().write(value) };
        self.taken.store(false, Ordering::Release);
    }
}

impl<T> fmt::Debug for Lock<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Lock")
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

/// Opens the lock when dropped.
pub(super) struct Held<'a, T>(&'a Lock<T>);

impl<T> Drop for Held<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::Release);
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the lock is held as long as `self` lives.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held as long as `self` lives, and `self` is borrowed exclusively.
        unsafe { &mut *self.0.value.get() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However two threads interleave, one at a time has the lock, and sees what the other did under it,
    /// down to the plain writes that nothing but the lock orders. Who finds it taken does not wait here:
    /// loom follows no loop that needs another thread to go on.
    #[cfg(loom)]
    #[test]
    fn every_interleaving_has_one_thread_at_a_time() {
        use super::super::primitive::AtomicU64;
        type Shared = (Lock<u64>, AtomicU64);
        fn add(shared: &Shared) -> u64 {
            let Some(mut sum) = shared.0.try_lock() else {
                return 0;
            };
            *sum += 1;
            let before = shared.1.load(Ordering::Relaxed);
            shared.1.store(before + 1, Ordering::Relaxed);
            1
        }
        loom::model(|| {
            let shared = loom::sync::Arc::new((Lock::new(0), AtomicU64::new(0)));
            drop(shared.0.lock()); // makes loom's atomic, before there are threads
            let other = {
                let shared = loom::sync::Arc::clone(&shared);
                loom::thread::spawn(move || add(&shared) + add(&shared))
            };
            let mine = add(&shared) + add(&shared);
            let all = mine + other.join().expect("the thread ends well");
            assert!(all >= 2, "nobody is turned away from an open lock");
            assert_eq!(*shared.0.lock(), all);
            assert_eq!(shared.1.load(Ordering::Relaxed), all);
        });
    }

    #[cfg(not(loom))]
    #[test]
    fn threads_take_turns() {
        let lock = Lock::new(0_u64);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..50_000).for_each(|_| *lock.lock() += 1));
            }
        });
        assert_eq!(*lock.lock(), 200_000);
    }
}
