//! The last thing a process does when it ends by returning from `main` or by `exit`.

use std::sync::OnceLock;

static AT_EXIT: OnceLock<fn()> = OnceLock::new();

/// Calls `function` when the process exits, once, however often it is registered. It then runs after
/// `main` and after the destructors of the exiting thread's locals, while other threads may go on.
pub(crate) fn at_exit(function: fn()) {
    let mut first = false;
    AT_EXIT.get_or_init(|| {
        first = true;
        function
    });
    if first {
        // SAFETY: `run` may be called at any time until the process is gone. When the C library has no
        // room for it, profiles are still written by `stop` and on drop.
        unsafe { libc::atexit(run) };
    }
}

extern "C" fn run() {
    if let Some(function) = AT_EXIT.get() {
        function();
    }
}
