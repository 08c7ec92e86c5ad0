//! Requests from connections, responses into them: as much of HTTP/1.1 as a page needs.
//!
//! Every wait has an end, every head and body a limit, and a connection that keeps silent makes way
//! for others: nobody can keep the reader out.

use std::io::{self, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use webui::{Response, Site};

use super::connections::{Connections, Place};
use super::request::{Head, read_head};
use crate::deadline::Limited;
use crate::disk::Disk;

/// How long a connection may be silent, with the head of a request half sent or not begun, and how
/// long it may refuse what is sent.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a body may take.
const BODY_PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait before another connection is taken, where the system has none to give.
const RECOVERY: Duration = Duration::from_millis(50);

/// A connection's own end, and how long is waited for what comes.
type Reader = BufReader<Limited<Arc<TcpStream>>>;

/// Answers every connection in a thread of its own, for ever.
pub(super) fn answer_all(listener: &TcpListener, site: &Site) {
    let connections = &Connections::default();
    thread::scope(|scope| {
        for stream in listener.incoming() {
            // Without another thread or file the connection is closed, and some others will be.
            let taken = stream.and_then(|stream| {
                let stream = Arc::new(stream);
                let place = connections.take(Arc::clone(&stream));
                // A connection that breaks is its other end's affair.
                let respond = move || drop(answer(&stream, &place, site));
                Builder::new().spawn_scoped(scope, respond)
            });
            if taken.is_err() {
                thread::sleep(RECOVERY);
            }
        }
    });
}

/// Answers the requests of a connection until it is closed, falls silent or makes way.
fn answer(stream: &Arc<TcpStream>, place: &Place<'_>, site: &Site) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(Limited {
        stream: Arc::clone(stream),
        deadline: Instant::now() + PATIENCE,
    });
    loop {
        reader.get_mut().deadline = Instant::now() + PATIENCE;
        let head = match read_head(&mut reader) {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::InvalidData => return refuse(stream),
            Err(error) => return Err(error),
        };
        let is_reader = |request| site.lets_in(&request);
        place.renew(head.request().is_some_and(is_reader));
        if !exchange(stream, &mut reader, &head, site)? {
            return Ok(());
        }
        place.renew(false);
    }
}

/// Answers one request. Whether another may follow.
fn exchange(stream: &TcpStream, reader: &mut Reader, head: &Head, site: &Site) -> io::Result<bool> {
    let Some(mut request) = head.request() else {
        return refuse(stream).map(|()| false);
    };
    let is_wanted = site.wants_body(&request);
    let mut body = Vec::new();
    if is_wanted {
        reader.get_mut().deadline = Instant::now() + BODY_PATIENCE;
        body = match head.read_body(reader) {
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return refuse(stream).map(|()| false);
            }
            read => read?,
        };
    }
    // A body that nobody wants is not read, and what follows it is not found.
    let is_last = head.ends_connection() || (head.has_body() && !is_wanted);
    request.body = &body;
    let is_bodiless = request.method == "HEAD";
    let response = site.answer(&request, &Disk);
    write(stream, &response, is_bodiless, is_last)?;
    Ok(!is_last)
}

/// Says that a request cannot be read, after which there is no next one.
fn refuse(mut stream: &TcpStream) -> io::Result<()> {
    let refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    stream.write_all(refusal.as_bytes())
}

/// Sends a response; without its body, where only the head was asked for.
fn write(
    mut stream: &TcpStream,
    response: &Response,
    is_bodiless: bool,
    is_last: bool,
) -> io::Result<()> {
    let mut bytes = format!("HTTP/1.1 {} {}\r\n", response.status, response.reason());
    for (name, value) in response.headers() {
        bytes.push_str(&format!("{name}: {value}\r\n"));
    }
    bytes.push_str(if is_last {
        "Connection: close\r\n\r\n"
    } else {
        "\r\n"
    });
    stream.write_all(bytes.as_bytes())?;
    if is_bodiless {
        return Ok(());
    }
    stream.write_all(&response.body)
}
