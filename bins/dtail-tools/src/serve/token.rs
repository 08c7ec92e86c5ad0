//! The secret in the page's path.

use std::fs::File;
use std::io::{self, Read};

/// Where the system gives random bytes.
const SOURCE: &str = "/dev/urandom";
/// Bytes of a token: more than anybody can guess.
const BYTES: usize = 16;

/// A token of 32 hexadecimal digits that nobody can guess.
///
/// # Errors
///
/// When the system has no random bytes to give.
pub(super) fn random() -> io::Result<String> {
    let mut bytes = [0; BYTES];
    File::open(SOURCE)?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::random;

    #[test]
    fn tokens_are_long_and_differ() {
        let (first, second) = (random().unwrap(), random().unwrap());
        assert_eq!(first.len(), 32);
        assert!(first.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(first, second);
    }
}
