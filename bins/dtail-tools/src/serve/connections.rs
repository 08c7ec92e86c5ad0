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

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read};
    use std::net::TcpListener;

    use super::*;

    /// A connection with both its ends and its place.
    struct Held<'a> {
        place: Place<'a>,
        stream: Arc<TcpStream>,
        _reader: TcpStream,
    }

    impl Held<'_> {
        fn is_closed(&self) -> bool {
            let read = self.stream.as_ref().read(&mut [0]);
            !read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
        }
    }

    fn closed(held: &[Held<'_>]) -> Vec<usize> {
        let closed = held.iter().enumerate().filter(|(_, held)| held.is_closed());
        closed.map(|(number, _)| number).collect()
    }

    #[test]
    fn what_a_reader_waits_for_makes_way_last() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has one");
        let connections = Connections::default();
        let hold = |_: &usize| {
            let reader = TcpStream::connect(address).expect("it listens");
            let (stream, _) = listener.accept().expect("it is there");
            stream.set_nonblocking(true).expect("it can be set");
            let stream = Arc::new(stream);
            Held {
                place: connections.take(Arc::clone(&stream)),
                stream,
                _reader: reader,
            }
        };
        let held: Vec<Held<'_>> = (0..MOST).map(|number| hold(&number)).collect();
        held[0].place.renew(true);
        held[2].place.renew(false);
        assert_eq!(closed(&held), Vec::<usize>::new());
        let silent: Vec<usize> = (1..MOST).filter(|number| *number != 2).collect();
        let _others: Vec<Held<'_>> = silent.iter().map(hold).collect();
        assert_eq!(closed(&held), silent);
        let _one_more = hold(&0);
        assert_eq!(closed(&held[..3]), [1, 2]);
        held[0].place.renew(false);
        let _others: Vec<Held<'_>> = held.iter().map(|_| hold(&0)).collect();
        assert_eq!(closed(&held[..3]), [0, 1, 2]);
    }
}
