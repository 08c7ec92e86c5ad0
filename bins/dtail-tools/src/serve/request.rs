//! Requests as they come over a connection: a head of limited size, and a body where one is wanted.

use std::io::{self, BufRead, ErrorKind, Read};

use webui::Request;

/// Bytes of a request's head.
const HEAD_MAX: u64 = 16 << 10;
/// Bytes of a body: a profile that is larger is opened by the program, not by the page.
const BODY_MAX: u64 = 64 << 20;

/// The lines of a request before its body, without their ends.
pub(super) struct Head(Vec<String>);

/// The next head; none when the connection is closed before one.
///
/// # Errors
///
/// `InvalidData` for what is no head or too large; those of the connection.
pub(super) fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut limited = reader.take(HEAD_MAX);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        limited.read_line(&mut line)?;
        if line.is_empty() && lines.is_empty() && limited.limit() > 0 {
            return Ok(None);
        }
        let Some(line) = line.strip_suffix('\n') else {
            return Err(ErrorKind::InvalidData.into());
        };
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Ok(Some(Head(lines)));
        }
        if line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(ErrorKind::InvalidData.into());
        }
        lines.push(line.to_owned());
    }
}

impl Head {
    /// The request without its body, if its line and its one host can be read.
    pub(super) fn request(&self) -> Option<Request<'_>> {
        let mut words = self.0.first()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let mut hosts = self.values("host");
        let host = hosts.next()?;
        let is_plain = words.next().is_none() && hosts.next().is_none();
        (is_plain && version.starts_with("HTTP/1.")).then_some(Request {
            method,
            target,
            host,
            body: &[],
        })
    }

    /// The values of a header.
    fn values(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().skip(1).filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Whether the other end sends a body.
    pub(super) fn has_body(&self) -> bool {
        let lengths = self
            .values("content-length")
            .filter(|length| *length != "0");
        lengths
            .chain(self.values("transfer-encoding"))
            .next()
            .is_some()
    }

    /// The body that follows.
    ///
    /// # Errors
    ///
    /// `InvalidData` where its length is not said, said twice, or too large; those of the connection.
    pub(super) fn read_body(&self, reader: &mut impl Read) -> io::Result<Vec<u8>> {
        let mut lengths = self.values("content-length");
        let length: Option<u64> = lengths.next().and_then(|length| length.parse().ok());
        let is_said = lengths.next().is_none() && self.values("transfer-encoding").next().is_none();
        let length = length
            .filter(|length| is_said && *length <= BODY_MAX)
            .ok_or(ErrorKind::InvalidData)?;
        let mut body = Vec::new();
        reader.take(length).read_to_end(&mut body)?;
        if body.len() as u64 == length {
            Ok(body)
        } else {
            Err(ErrorKind::UnexpectedEof.into())
        }
    }

    /// Whether the other end wants nothing more on this connection.
    pub(super) fn ends_connection(&self) -> bool {
        let closes = |value: &str| value.eq_ignore_ascii_case("close");
        self.values("connection").any(closes)
            || self
                .0
                .first()
                .is_some_and(|line| line.ends_with("HTTP/1.0"))
    }
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
        assert!(!read.ends_connection() && !read.has_body());
        for text in [
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n",
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
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET /\r\nHost: a\r\n\r\n",
            "GET / x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / SSH-2.0\r\nHost: a\r\n\r\n",
            "\r\n",
        ] {
            assert!(head(text).unwrap().request().is_none(), "{text}");
        }
        let endless = "x".repeat(HEAD_MAX as usize + 1);
        let lines = "a: b\r\n".repeat(HEAD_MAX as usize / 6 + 1);
        for text in [
            endless.as_str(),
            lines.as_str(),
            "GET / HT",
            "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
        ] {
            assert!(read_head(&mut text.as_bytes()).is_err(), "{text:.40}");
        }
        assert!(read_head(&mut b"GET /\xff HTTP/1.1\r\n\r\n".as_slice()).is_err());
    }

    #[track_caller]
    fn check_body(headers: &str, sent: &str, expected: Option<&str>) {
        let text = format!("POST / HTTP/1.1\r\nHost: h\r\n{headers}\r\n{sent}");
        let mut reader = text.as_bytes();
        let head = read_head(&mut reader).unwrap().unwrap();
        assert!(head.has_body());
        let body = head.read_body(&mut reader).ok();
        assert_eq!(body.as_deref(), expected.map(str::as_bytes), "{headers}");
    }

    #[test]
    fn bodies_have_one_length_that_is_said() {
        check_body("Content-Length: 3\r\n", "abcd", Some("abc"));
        check_body("Content-Length: 3\r\n", "ab", None);
        check_body("Content-Length: 3\r\nContent-Length: 3\r\n", "abc", None);
        check_body("Content-Length: -3\r\n", "abc", None);
        check_body("Content-Length: 99999999999\r\n", "abc", None);
        check_body(
            "Transfer-Encoding: chunked\r\n",
            "3\r\nabc\r\n0\r\n\r\n",
            None,
        );
        check_body(
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "abc",
            None,
        );
    }
}
