//! Under which names a site may be asked for.
//!
//! A web page of somebody else can make its own host name resolve to this machine. Its requests
//! then carry that name in their `Host` header, and are refused.

use core::net::{IpAddr, Ipv6Addr};

/// The `Host` headers that a site answers to.
#[derive(Clone, Debug)]
pub struct Hosts {
    port: u16,
    /// A name that was given by whoever started the site.
    name: String,
    /// Whether only this machine reaches it.
    is_loopback: bool,
}

impl Hosts {
    /// A site that listens at `address` and `port`, started under `name` (empty: by its address).
    pub fn new(address: IpAddr, port: u16, name: &str) -> Hosts {
        Hosts {
            port,
            name: name.to_owned(),
            is_loopback: address.is_loopback(),
        }
    }

    /// Whether `host`, the value of a `Host` header, is one of this site's: the name it was started
    /// under or `localhost`, or an address (on loopback only a loopback address), with its port.
    pub fn allows(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        port == Some(self.port) && self.allows_name(name)
    }

    fn allows_name(&self, name: &str) -> bool {
        let is_own = !self.name.is_empty() && name.eq_ignore_ascii_case(&self.name);
        if is_own || name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let bracketed = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
        let address: Option<IpAddr> = match bracketed {
            Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            None => name.parse().ok(),
        };
        address.is_some_and(|address| address.is_loopback() || !self.is_loopback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(listening: &str, name: &str, host: &str, expected: bool) {
        let hosts = Hosts::new(listening.parse().unwrap(), 8080, name);
        assert_eq!(hosts.allows(host), expected, "{listening} {name} {host}");
    }

    #[test]
    fn loopback_answers_to_loopback_only() {
        check("127.0.0.1", "", "127.0.0.1:8080", true);
        check("127.0.0.1", "", "localhost:8080", true);
        check("127.0.0.1", "", "LocalHost:8080", true);
        check("127.0.0.1", "", "[::1]:8080", true);
        check("127.0.0.1", "", "127.0.0.1", false);
        check("127.0.0.1", "", "127.0.0.1:81", false);
        check("127.0.0.1", "", "evil.example:8080", false);
        check("127.0.0.1", "", "127.0.0.1.evil.example:8080", false);
        check("127.0.0.1", "", "192.168.1.1:8080", false);
        check("127.0.0.1", "", "", false);
        check("127.0.0.1", "", "localhost:8080:8080", false);
    }

    #[test]
    fn other_addresses_answer_to_addresses_and_their_own_name() {
        check("0.0.0.0", "", "192.168.1.1:8080", true);
        check("0.0.0.0", "", "[fe80::1]:8080", true);
        check("0.0.0.0", "", "evil.example:8080", false);
        check("10.0.0.1", "box.example", "box.example:8080", true);
        check("10.0.0.1", "box.example", "evil.example:8080", false);
    }
}
