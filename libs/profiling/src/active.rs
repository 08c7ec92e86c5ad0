//! The sessions that run, for the ways out that do not pass through the program's own code: `exit`,
//! and a signal.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::session::Session;
use crate::sys::{exit, stop_signals};

static SESSIONS: Mutex<Vec<Weak<Session>>> = Mutex::new(Vec::new());

/// From now on `session` is stopped when the process exits.
pub(crate) fn add(session: &Arc<Session>) {
    exit::at_exit(stop_all);
    let mut sessions = SESSIONS.lock().unwrap_or_else(PoisonError::into_inner);
    sessions.retain(|session| session.strong_count() > 0);
    sessions.push(Arc::downgrade(session));
}

/// From now on every session is stopped when SIGINT, SIGTERM or SIGHUP comes.
pub(crate) fn stop_on_signals() -> io::Result<()> {
    stop_signals::on_stop_signal(stop_all)
}

/// Writes what there is. The process is about to end: a panic must not change how.
fn stop_all() {
    let sessions = {
        let mut sessions = SESSIONS.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *sessions)
    };
    for session in sessions.iter().filter_map(Weak::upgrade) {
        drop(catch_unwind(AssertUnwindSafe(|| session.stop())));
    }
}
