//! Profiles in files: read within bounds, and decoded, with one message for each way to fail.
//!
//! Every command that takes a profile reads it here, so that the same file is refused for the same
//! reason everywhere.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use dtail_profile::{Profile, ReadError};

/// Bytes of what states no size, a pipe, a device or an answer over the network: it may have no end.
pub(crate) const STREAM_MAX: u64 = 1 << 30;
/// Bytes of a file: what is larger holds more than the 4 GiB of protobuf that a profile can have.
const FILE_MAX: u64 = 1 << 32;

/// Bytes that are looked at to name another format.
const START: u64 = 512;

/// The bytes of the file or pipe at `path`.
///
/// # Errors
/// When it cannot be read, or goes on beyond what a profile can have.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The profile in the file or pipe at `path`, of which no more is kept than what is not decoded yet; the
/// error is a text without the name of the file.
pub(crate) fn load(path: &Path) -> Result<Profile, String> {
    let failed = |error: io::Error| error.to_string();
    let mut source = open(path).map_err(failed)?;
    let mut start = Vec::new();
    let peeked = source.by_ref().take(START).read_to_end(&mut start);
    peeked.map_err(failed)?;
    let source = Cursor::new(&start).chain(BufReader::with_capacity(1 << 16, source));
    Profile::read(source).map_err(|error| match (&error, other_format(&start)) {
        (ReadError::Damaged(_), Some(what)) => what.to_owned(),
        _ => error.to_string(),
    })
}

fn open(path: &Path) -> io::Result<Bounded<File>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Bounded::new(file, metadata.len(), FILE_MAX),
        false => Bounded::new(file, 0, STREAM_MAX),
    }
}

/// A source that fails when it goes on beyond the limit.
struct Bounded<R> {
    inner: R,
    left: u64,
    most: u64,
}

impl<R: Read> Bounded<R> {
    /// At most `most` bytes of `inner`, which states that it has `size`.
    fn new(inner: R, size: u64, most: u64) -> io::Result<Bounded<R>> {
        let bounded = Bounded {
            inner,
            left: most,
            most,
        };
        if size > most {
            return Err(bounded.too_large());
        }
        Ok(bounded)
    }

    fn too_large(&self) -> io::Error {
        let limit = self.most >> 30;
        io::Error::other(format!("more than {limit} GiB, too large for a profile"))
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| self.too_large())?;
        Ok(read)
    }
}

/// The profile in `bytes`; the error is a text without the name of the file.
pub(crate) fn decode(bytes: &[u8]) -> Result<Profile, String> {
    Profile::decode(bytes).map_err(|error| match other_format(bytes) {
        Some(what) => what.to_owned(),
        None => error.to_string(),
    })
}

/// What this is if it is a profile in one of the formats from before profile.proto, and the way out.
///
/// They hold addresses in place of names, so that there is little to report of them.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const GO: &str = "a profile as text, as debug=1 asks for; fetch it without debug";
    const OLD: &str = "a profile in a format of gperftools or Java; convert it with `pprof -proto`";
    /// What gperftools puts before the period of a CPU profile, in either order of bytes.
    const CPU: [[u64; 3]; 2] = [[0, 3, 0], [0, 3 << 56, 0]];
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let line = String::from_utf8_lossy(line);
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if line
        .split_once(" profile: total ")
        .is_some_and(|(name, _)| is_name(name))
        || (line.starts_with("heap profile: ") && line.contains(" @ heap/"))
        || ["--- mutex:", "--- contention:"].contains(&line.trim_end())
    {
        return Some(GO);
    }
    let words = bytes.chunks_exact(8).take(3);
    let words = words.map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default()));
    let is_old = line.starts_with("heap profile: ")
        || line.starts_with("--- ")
        || CPU.contains(&<[u64; 3]>::try_from(words.collect::<Vec<u64>>()).unwrap_or([1; 3]));
    is_old.then_some(OLD)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::{Bounded, other_format};

    #[test]
    fn what_has_no_end_is_refused() {
        let all = |source: &mut dyn Read, size, most| -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            Bounded::new(source, size, most)?.read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        assert_eq!(all(&mut &b"abc"[..], 3, 3).unwrap(), b"abc");
        assert_eq!(all(&mut &b"abc"[..], 0, 3).unwrap(), b"abc");
        for (size, most) in [(0, 3), (4, 3)] {
            assert!(all(&mut io::repeat(0), size, most).is_err());
        }
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        let found = other_format(bytes).and_then(|text| text.split(' ').nth(3));
        assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn formats_from_before_profile_proto_are_named() {
        for start in [
            "goroutine profile: total 6\n5 @ 0x47e2ae",
            "heap profile: 1: 2 [3: 4] @ heap/8192\n",
            "--- mutex:\ncycles/second=1\n",
            "--- contention:\n",
        ] {
            check(start.as_bytes(), Some("text,"));
        }
        check(
            b"heap profile:   1:  2 [  3:  4] @ heapprofile\n",
            Some("a"),
        );
        check(b"--- threadz 1 ---\n", Some("a"));
        let cpu: Vec<u8> = [0u64, 3, 0, 10_000]
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        check(&cpu, Some("a"));
        for other in ["", "profile: total 6", "\x0a\x04\x08\x01\x10\x02", "heap"] {
            check(other.as_bytes(), None);
        }
        check(&[0; 64], None);
    }
}
