//! Where the page's server listens: `HOST:PORT`, either of them left out.

use std::fmt;
use std::net::SocketAddr;

/// The host that is meant when none is named.
const LOOPBACK: &str = "127.0.0.1";

/// An address to listen at. The default is any free port on loopback.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// As given; empty for loopback.
    host: String,
    port: u16,
}

impl Address {
    /// Reads `HOST:PORT`, `:PORT`, `HOST:` or `:`; no port and port 0 mean any free one.
    ///
    /// # Errors
    ///
    /// One line, when the text is none of these.
    pub(crate) fn parse(text: &str) -> Result<Address, String> {
        let wrong = || format!("'{text}' is no address such as localhost:8080, :8080 or 0.0.0.0:0");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = match port {
            "" => 0,
            digits => digits.parse().map_err(|_| wrong())?,
        };
        let host = host
            .strip_prefix('[')
            .map_or(host, |h| h.trim_end_matches(']'));
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-._:%".contains(c);
        if !host.chars().all(is_name) {
            return Err(wrong());
        }
        Ok(Address {
            host: host.to_owned(),
            port,
        })
    }

    /// The host to bind.
    pub(crate) fn host(&self) -> &str {
        match self.host.as_str() {
            "" | "localhost" => LOOPBACK,
            host => host,
        }
    }

    /// The port to bind; 0 for any.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The name under which the page may be asked for beside its addresses; may be empty.
    pub(crate) fn name(&self) -> &str {
        &self.host
    }

    /// Host and port of the page's address, once the server is bound: an address under which this
    /// machine reaches it.
    pub(crate) fn authority(&self, bound: SocketAddr) -> String {
        let is_name = !self.host.is_empty() && self.host().parse::<std::net::IpAddr>().is_err();
        if is_name {
            return format!("{}:{}", self.host, bound.port());
        }
        if bound.ip().is_unspecified() {
            return format!("{LOOPBACK}:{}", bound.port());
        }
        bound.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host(), self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[track_caller]
    fn check(text: &str, bound: &str, listening: &str, authority: &str) {
        let address = Address::parse(text).unwrap();
        assert_eq!(address.to_string(), listening, "{text}");
        let bound = bound.parse().unwrap();
        assert_eq!(address.authority(bound), authority, "{text}");
    }

    #[test]
    fn host_and_port_in_every_spelling() {
        check(":", "127.0.0.1:4000", "127.0.0.1:0", "127.0.0.1:4000");
        check(
            "localhost:8080",
            "127.0.0.1:8080",
            "127.0.0.1:8080",
            "127.0.0.1:8080",
        );
        check(
            "localhost:",
            "127.0.0.1:4000",
            "127.0.0.1:0",
            "127.0.0.1:4000",
        );
        check(
            ":8080",
            "127.0.0.1:8080",
            "127.0.0.1:8080",
            "127.0.0.1:8080",
        );
        check("0.0.0.0:80", "0.0.0.0:80", "0.0.0.0:80", "127.0.0.1:80");
        check("[::1]:80", "[::1]:80", "::1:80", "[::1]:80");
        check("box:80", "10.0.0.1:80", "box:80", "box:80");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "8080",
            "localhost",
            "localhost:x",
            "localhost:99999",
            "a b:80",
            "h/x:1",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
