//! Requests from connections, responses into them: as much of HTTP/1.1 as a page needs.
//!
//! Every wait has an end and every head a limit, so that nobody can hold a thread for long.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use webui::{Request, Response, Site};

use crate::disk::Disk;

/// How long a connection may keep silent, or refuse what is sent.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of a request's head.
const HEAD_MAX: u64 = 16 << 10;

/// Answers one connection after the other, for ever.
pub(super) fn answer_all(listener: &TcpListener, site: &Site) {
    loop {
        match listener.accept() {
            // A connection that breaks is its other end's affair.
            Ok((stream, _)) => drop(answer(&stream, site)),
            // Too many open files, say: wait for some to be closed.
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Answers the requests of a connection until it is closed or falls silent.
fn answer(stream: &TcpStream, site: &Site) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(head) = read_head(&mut reader)? {
        let Some(request) = head.request() else {
            let refusal =
                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            return (&*stream).write_all(refusal.as_bytes());
        };
        let is_last = head.ends_connection();
        write(
            stream,
            &site.answer(&request, &Disk),
            request.method == "HEAD",
            is_last,
        )?;
        if is_last {
            break;
        }
    }
    Ok(())
}

/// The lines of a request before its body, without their ends.
struct Head(Vec<String>);

/// The next head; none when the connection is closed before one.
fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut limited = reader.take(HEAD_MAX);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        limited.read_line(&mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        if !line.ends_with('\n') {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let line = line.trim_end();
        if line.is_empty() {
            return Ok(Some(Head(lines)));
        }
        lines.push(line.to_owned());
    }
}

impl Head {
    /// The request, if its line and its one host can be read.
    fn request(&self) -> Option<Request<'_>> {
        let mut words = self.0.first()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let mut hosts = self.values("host");
        let host = hosts.next()?;
        let is_plain = words.next().is_none() && hosts.next().is_none();
        (is_plain && version.starts_with("HTTP/1.")).then_some(Request {
            method,
            target,
            host,
        })
    }

    /// The values of a header.
    fn values(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().skip(1).filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Whether nothing is to follow on this connection: the other end says so, or sends a body, which
    /// is not read here.
    fn ends_connection(&self) -> bool {
        let closes = |value: &str| value.eq_ignore_ascii_case("close");
        let has_body = self
            .values("content-length")
            .chain(self.values("transfer-encoding"))
            .next();
        self.values("connection").any(closes)
            || has_body.is_some()
            || self
                .0
                .first()
                .is_some_and(|line| line.ends_with("HTTP/1.0"))
    }
}

/// Sends a response; without its body, where only the head was asked for.
fn write(
    mut stream: &TcpStream,
    response: &Response,
    bodiless: bool,
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
    if bodiless {
        return Ok(());
    }
    stream.write_all(&response.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Option<Head> {
        read_head(&mut text.as_bytes()).unwrap()
    }

    #[test]
    fn heads() {
        let read = head("GET /a?b HTTP/1.1\r\nhost: h:1\r\nX: y\r\n\r\nrest").unwrap();
        let request = read.request().unwrap();
        assert_eq!(
            (request.method, request.target, request.host),
            ("GET", "/a?b", "h:1")
        );
        assert!(!read.ends_connection());
        for text in [
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
        ] {
            assert!(head(text).unwrap().ends_connection(), "{text}");
        }
        assert!(head("").is_none());
    }

    #[test]
    fn heads_that_cannot_be_read() {
        for text in [
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /\r\nHost: a\r\n\r\n",
            "GET / x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / SSH-2.0\r\nHost: a\r\n\r\n",
            "\r\n",
        ] {
            assert!(head(text).unwrap().request().is_none(), "{text}");
        }
        let endless = "x".repeat(HEAD_MAX as usize + 1);
        assert!(read_head(&mut endless.as_bytes()).is_err());
        assert!(read_head(&mut "GET / HT".as_bytes()).is_err());
    }
}
