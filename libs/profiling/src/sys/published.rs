//! A value that signal handlers read while another thread replaces it.
//!
//! Values are never freed: a handler may still hold the one before. So publish rarely, and only what
//! may stay for the life of the process.

use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A `&'static T` that can be exchanged atomically; empty at first.
#[derive(Debug)]
pub(crate) struct Published<T: 'static> {
    value: AtomicPtr<T>,
    shared: PhantomData<&'static T>,
}

impl<T: Sync> Published<T> {
    pub(crate) const fn empty() -> Self {
        Self {
            value: AtomicPtr::new(ptr::null_mut()),
            shared: PhantomData,
        }
    }

    /// Makes `value` the one that readers get from now on.
    pub(crate) fn set(&self, value: &'static T) {
        self.value
            .store(ptr::from_ref(value).cast_mut(), Ordering::Release);
    }

    /// The value last set. Async-signal-safe: one load.
    pub(crate) fn get(&self) -> Option<&'static T> {
        // SAFETY: the pointer is null or came from a `&'static T` in `set`, which released what it
        // points at; nobody writes through it.
        unsafe { self.value.load(Ordering::Acquire).as_ref() }
    }
}
