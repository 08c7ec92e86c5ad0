//! Tests that crowd the machine do not run beside those that take the time.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static MACHINE: RwLock<()> = RwLock::new(());

/// No crowd as long as the result lives.
pub(crate) fn without_crowd() -> RwLockReadGuard<'static, ()> {
    MACHINE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Nobody takes the time as long as the result lives.
pub(crate) fn with_crowd() -> RwLockWriteGuard<'static, ()> {
    MACHINE.write().unwrap_or_else(PoisonError::into_inner)
}
