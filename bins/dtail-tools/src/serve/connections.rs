//! The connections that are open. There is a thread for each, and always room for one more: the one
//! that has been silent longest makes way.

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
    streams: VecDeque<(u64, Arc<TcpStream>)>,
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
        open.streams.push_back((number, stream));
        if open.streams.len() > MOST {
            let oldest = open.streams.pop_front();
            // One that cannot be closed is closed already.
            oldest.map(|(_, stream)| stream.shutdown(Shutdown::Both).ok());
        }
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
    /// Notes that the connection is used: it is the last to make way.
    pub(super) fn renew(&self) {
        let streams = &mut self.connections.open().streams;
        if let Some(at) = streams
            .iter()
            .position(|(number, _)| *number == self.number)
        {
            let own = streams.remove(at);
            streams.extend(own);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let streams = &mut self.connections.open().streams;
        streams.retain(|(number, _)| *number != self.number);
    }
}
