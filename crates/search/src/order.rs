//! Puts back in order what several threads found.
//!
//! Whoever is done with a piece parks it here. If nobody is showing anything at the time, he shows
//! all pieces whose turn has come, and else whoever does takes this one along: nobody waits for his
//! turn, and no thread does nothing but show. The number of pieces under way is limited, which
//! bounds memory; a thread that has no room waits until some is shown. The piece whose turn it is
//! has its room already, so somebody always goes on.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::findings::Findings;

/// Shows findings in the order of their pieces.
pub(crate) trait Show {
    /// # Errors
    /// Whatever hinders it ends the search.
    fn show(&mut self, findings: &mut Findings) -> io::Result<()>;
}

/// Where findings wait for their turn.
pub(crate) struct Order<S> {
    state: Mutex<State<S>>,
    changed: Condvar,
}

struct State<S> {
    /// The number of the piece to be shown next.
    next: u64,
    parked: BTreeMap<u64, Findings>,
    /// Nobody shows anything at the time.
    show: Option<S>,
    /// Room for pieces; what was used last is taken first, for it is still in a cache.
    free: Vec<Findings>,
    /// Threads that wait for room.
    waiting: usize,
    stopped: bool,
    failure: Option<io::Error>,
}

impl<S: Show> Order<S> {
    /// Lets at most `room` pieces be under way.
    pub(crate) fn new(show: S, room: usize) -> Self {
        Order {
            state: Mutex::new(State {
                next: 0,
                parked: BTreeMap::new(),
                show: Some(show),
                free: (0..room).map(|_| Findings::default()).collect(),
                waiting: 0,
                stopped: false,
                failure: None,
            }),
            changed: Condvar::new(),
        }
    }

    /// Room for a piece, if there is any and more is wanted.
    pub(crate) fn room_at_once(&self) -> Option<Findings> {
        let mut state = self.lock();
        match state.stopped {
            true => None,
            false => state.free.pop(),
        }
    }

    /// Room for a piece, once there is; `None` when no more is wanted.
    pub(crate) fn room(&self) -> Option<Findings> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            match state.free.pop() {
                Some(findings) => return Some(findings),
                None => {
                    state.waiting += 1;
                    state = self
                        .changed
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                    state.waiting -= 1;
                }
            }
        }
    }

    /// Has `findings` shown when the turn of their piece has come.
    pub(crate) fn deliver(&self, findings: Findings) {
        let mut state = self.lock();
        state.parked.insert(findings.number, findings);
        let Some(mut show) = state.show.take() else {
            return;
        };
        while let Some(mut findings) = state.due() {
            drop(state);
            let shown = show.show(&mut findings);
            state = self.lock();
            state.next += 1;
            state.free.push(findings);
            if let Err(error) = shown {
                state.stopped = true;
                state.failure = Some(error);
            }
            if state.waiting > 0 {
                self.changed.notify_all();
            }
        }
        state.show = Some(show);
    }

    /// The one who shows, once all threads are done.
    ///
    /// # Errors
    /// What hindered it.
    pub(crate) fn into_show(self) -> io::Result<S> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let show = state.show.expect("whoever takes it puts it back");
        state.failure.map_or(Ok(show), Err)
    }

    /// Shows nothing any more; nobody gets room.
    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> State<S> {
    /// The parked piece whose turn it is.
    fn due(&mut self) -> Option<Findings> {
        match self.stopped {
            true => None,
            false => self.parked.remove(&self.next),
        }
    }
}
