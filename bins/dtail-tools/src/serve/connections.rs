//! The connections that are open. There is a thread for each, and always room for one more: the one
//! that has been silent longest makes way, and one that a reader waits for only where all are such.

use std::collections::VecDeque;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections that are held at the same time: a browser keeps six for each tab.
const MOST: usize = 128;

/// All open connections.
#[derive(Default)]
pub(super) struct Connections(Mutex<Open>);

#[derive(Default)]
struct Open {
    /// The number of the next connection.
    next: u64,
    /// Those that were silent longest come first.
    streams: VecDeque<Connection>,
}

struct Connection {
    number: u64,
    stream: Arc<TcpStream>,
    /// A reader waits for an answer.
    is_awaited: bool,
}

/// One open connection; leaves the others when it is dropped.
pub(super) struct Place<'a> {
    connections: &'a Connections,
    number: u64,
}

impl Connections {
    /// Takes a connection in. Where there are too many, the one that was silent longest is closed,
    /// and whoever waits for it sees its end.
    pub(super) fn take(&self, stream: Arc<TcpStream>) -> Place<'_> {
        let mut open = self.open();
        let number = open.next;
        open.next += 1;
        if open.streams.len() == MOST {
            let silent = open.streams.iter().position(|other| !other.is_awaited);
            let oldest = open.streams.remove(silent.unwrap_or(0));
            // One that cannot be closed is closed already.
            oldest.map(|oldest| oldest.stream.shutdown(Shutdown::Both).ok());
        }
        open.streams.push_back(Connection {
            number,
            stream,
            is_awaited: false,
        });
        Place {
            connections: self,
            number,
        }
    }

    /// A thread that panicked leaves the list whole: each change is one step.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Notes that the connection is used, and whether a reader waits for an answer: it is the last to
    /// make way.
    pub(super) fn renew(&self, is_awaited: bool) {
        let streams = &mut self.connections.open().streams;
        let own = streams.iter().position(|other| other.number == self.number);
        if let Some(own) = own.and_then(|at| streams.remove(at)) {
            streams.push_back(Connection { is_awaited, ..own });
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let streams = &mut self.connections.open().streams;
        streams.retain(|other| other.number != self.number);
    }
}
