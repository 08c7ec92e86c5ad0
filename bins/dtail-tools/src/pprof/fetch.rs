//! Profiles from a running program, over plain HTTP.
//!
//! One request, one answer, then the connection is closed: a client of a few lines is enough, and
//! there is no TLS. What a server may send is bounded by the deadline and by [`STREAM_MAX`].

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fault::note;
use crate::deadline::{Limited, remaining};
use crate::profile_file::STREAM_MAX;

/// How profiles are fetched.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FetchOptions {
    /// Seconds that the program is asked to sample; its own default when 0.
    pub(super) seconds: u64,
    /// Seconds to wait; one and a half times the sampling, or a minute, when 0.
    pub(super) timeout: u64,
}

/// Seconds to wait where nothing says how long the answer takes.
const TIMEOUT_DEFAULT: u64 = 60;
/// Seconds granted beyond any timeout, for the connection itself.
const GRACE: u64 = 5;
/// Bytes of one line of an answer's head, and lines at most.
const HEAD_LINE_MAX: u64 = 1 << 16;
const HEAD_LINES_MAX: usize = 256;

/// The parts of an address.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    /// Host and port, as the request states them.
    host: String,
    /// Path and query.
    target: String,
}

/// Whether `source`, which is no file, is meant as an address: `http://...` or `host:port...`.
pub(super) fn is_address(source: &str) -> bool {
    let scheme = source.split(':').next().unwrap_or_default();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    source.contains("://")
        || (scheme.len() < source.len() && !scheme.is_empty() && scheme.chars().all(is_name))
}

/// The bytes at an address; the error is a text without the address.
pub(super) fn fetch(source: &str, options: FetchOptions) -> Result<Vec<u8>, String> {
    let address = Address::parse(source, options.seconds)?;
    note(&format!(
        "Fetching profile over HTTP from http://{}{}",
        address.host, address.target
    ));
    let sampling = if options.seconds > 0 {
        options.seconds
    } else {
        address.seconds()
    };
    if sampling > 0 {
        note(&format!("Please wait... ({sampling}s)"));
    }
    let timeout = match (options.timeout, sampling) {
        (0, 0) => TIMEOUT_DEFAULT,
        (0, seconds) => seconds.saturating_add(seconds / 2),
        (timeout, _) => timeout,
    };
    let deadline =
        Instant::now() + Duration::from_secs(timeout.saturating_add(GRACE).min(u32::MAX.into()));
    request(&address, deadline).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            format!("no answer within {} seconds", timeout.saturating_add(GRACE))
        }
        _ => error.to_string(),
    })?
}

impl Address {
    /// Reads an address and adds `seconds` to its query, in place of what stands there.
    fn parse(source: &str, seconds: u64) -> Result<Address, String> {
        let rest = match source.split_once("://") {
            Some(("http", rest)) => rest,
            Some(("https", _)) => {
                return Err(format!(
                    "https needs TLS, which is not built in; fetch the profile with \
                     `curl -o FILE {source}` and give FILE instead"
                ));
            }
            Some((scheme, _)) => return Err(format!("{scheme} is not supported, only http")),
            None => source,
        };
        let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = if path.is_empty() { "/" } else { path };
        let is_kept =
            |pair: &&str| !pair.is_empty() && (seconds == 0 || !pair.starts_with("seconds="));
        let mut pairs: Vec<String> = query
            .split('&')
            .filter(is_kept)
            .map(str::to_owned)
            .collect();
        if seconds > 0 {
            pairs.push(format!("seconds={seconds}"));
        }
        let question = if pairs.is_empty() { "" } else { "?" };
        let target = format!("{path}{question}{}", pairs.join("&"));
        let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
        if host.is_empty() || !is_plain(host) || !is_plain(&target) {
            return Err("not an address".to_owned());
        }
        Ok(Address {
            host: host.to_owned(),
            target,
        })
    }

    /// The seconds that the query asks for, 0 when it does not.
    fn seconds(&self) -> u64 {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let seconds = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("seconds="));
        seconds
            .and_then(|seconds| seconds.parse().ok())
            .unwrap_or(0)
    }
}

/// Sends the request and reads the answer. The inner error is what the server has to say.
fn request(address: &Address, deadline: Instant) -> io::Result<Result<Vec<u8>, String>> {
    let mut stream = connect(&address.host, deadline)?;
    stream.set_write_timeout(Some(remaining(deadline)?))?;
    // One write: a server may answer and close after the first packet.
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: dtail-tools\r\nConnection: close\r\n\r\n",
        address.target, address.host
    );
    stream.write_all(request.as_bytes())?;
    let mut reader = BufReader::new(Limited {
        stream: Arc::new(stream),
        deadline,
    });
    let status = line(&mut reader)?;
    let status = status
        .split_once(' ')
        .map_or("", |(_, status)| status)
        .to_owned();
    let is_chunked = read_head(&mut reader)?;
    let body = if is_chunked {
        chunks(&mut reader)?
    } else {
        rest(&mut reader)?
    };
    if status.starts_with("200") {
        return Ok(Ok(body));
    }
    let text = String::from_utf8_lossy(&body);
    let first = text.lines().next().unwrap_or_default().trim();
    Ok(Err(format!("server response: {status} - {first}")))
}

fn connect(host: &str, deadline: Instant) -> io::Result<TcpStream> {
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let addresses = if has_port {
        host.to_socket_addrs()
    } else {
        (host, 80).to_socket_addrs()
    };
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "host has no address");
    for address in addresses? {
        match TcpStream::connect_timeout(&address, remaining(deadline)?) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// A line of the head without its end.
fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(HEAD_LINE_MAX).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

/// Reads up to the empty line; whether the body comes in chunks.
fn read_head(reader: &mut impl BufRead) -> io::Result<bool> {
    let mut is_chunked = false;
    for _ in 0..HEAD_LINES_MAX {
        let line = line(reader)?.to_ascii_lowercase();
        if line.is_empty() {
            return Ok(is_chunked);
        }
        is_chunked |= line.starts_with("transfer-encoding:") && line.ends_with("chunked");
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidData,
        "the answer has too many header lines",
    ))
}

/// A body that ends with the connection.
fn rest(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    reader.take(STREAM_MAX).read_to_end(&mut body)?;
    Ok(body)
}

/// A body in chunks, each behind its size in hexadecimal digits.
fn chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "the answer is damaged");
    let mut body = Vec::new();
    loop {
        let line = line(reader)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(digits, 16).map_err(|_| bad())?;
        if size == 0 {
            return Ok(body);
        }
        if size > STREAM_MAX - body.len() as u64
            || reader.take(size).read_to_end(&mut body)? as u64 != size
        {
            return Err(bad());
        }
        reader.read_line(&mut String::new())?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (source, expected) in [
            ("http://h/x", true),
            ("localhost:8080/debug/pprof/profile", true),
            ("cpu.prof", false),
            ("dir/a:b", false),
            ("", false),
        ] {
            assert_eq!(is_address(source), expected, "{source}");
        }
        let parsed = |source, seconds| {
            Address::parse(source, seconds)
                .map(|address| format!("{} {}", address.host, address.target))
        };
        assert_eq!(parsed("http://h", 0).unwrap(), "h /");
        assert_eq!(
            parsed("h:80/p?a=1&seconds=5", 0).unwrap(),
            "h:80 /p?a=1&seconds=5"
        );
        assert_eq!(
            parsed("h:80/p?a=1&seconds=5", 7).unwrap(),
            "h:80 /p?a=1&seconds=7"
        );
        assert_eq!(
            parsed("https://h/", 0).unwrap_err(),
            "https needs TLS, which is not built in; fetch the profile with `curl -o FILE https://h/` \
             and give FILE instead"
        );
        assert!(parsed("http://h/a b", 0).is_err());
        assert_eq!(Address::parse("h:80/p?seconds=5", 0).unwrap().seconds(), 5);
    }

    #[test]
    fn bodies_in_chunks() {
        let read = |text: &str| chunks(&mut text.as_bytes()).ok();
        assert_eq!(
            read("3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n"),
            Some(b"abcde".to_vec())
        );
        assert_eq!(read("5\r\nabc"), None);
        assert_eq!(read("x\r\nabc"), None);
        assert_eq!(read("ffffffffffffffff\r\nabc"), None);
    }
}
