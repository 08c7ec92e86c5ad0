//! One run of the profiler for all who ask for it at the same time.
//!
//! CPU time is profiled once in a process, but the tests of a crate are threads of one process and know
//! nothing of one another. The first handle starts the run, the last one to go ends it; the name of each
//! test's thread is a label of its samples.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::session::Session;

static RUN: Mutex<Option<Run>> = Mutex::new(None);

#[derive(Debug)]
struct Run {
    session: Arc<Session>,
    handles: usize,
}

/// The run there is, or a started one.
pub(super) fn join(
    start: impl FnOnce() -> Result<Arc<Session>, Error>,
) -> Result<Arc<Session>, Error> {
    let mut run = lock();
    if let Some(run) = run.as_mut().filter(|run| run.session.is_running()) {
        run.handles += 1;
        return Ok(Arc::clone(&run.session));
    }
    let session = start()?;
    *run = Some(Run {
        session: Arc::clone(&session),
        handles: 1,
    });
    Ok(session)
}

/// Gives up a handle. The files are written before the next run can start.
pub(crate) fn leave(session: &Arc<Session>) {
    if !session.is_running() {
        return;
    }
    let mut run = lock();
    let Some(own) = run
        .as_mut()
        .filter(|run| Arc::ptr_eq(&run.session, session))
    else {
        return;
    };
    own.handles -= 1;
    if own.handles == 0 {
        session.stop();
        *run = None;
    }
}

fn lock() -> MutexGuard<'static, Option<Run>> {
    RUN.lock().unwrap_or_else(PoisonError::into_inner)
}
