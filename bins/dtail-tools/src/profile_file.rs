//! Profiles in files: read within bounds, and decoded, with one message for each way to fail.
//!
//! Every command that takes a profile reads it here, so that the same file is refused for the same
//! reason everywhere.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use dtail_profile::Profile;

/// Bytes of what states no size, a pipe, a device or an answer over the network: it may have no end.
pub(crate) const STREAM_MAX: u64 = 1 << 30;
/// Bytes of a file: what is larger holds more than the 4 GiB of protobuf that a profile can have.
const FILE_MAX: u64 = 1 << 32;

/// The bytes of the file or pipe at `path`.
///
/// # Errors
/// When it cannot be read, or goes on beyond what a profile can have.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => bounded(file, metadata.len(), FILE_MAX),
        false => bounded(file, 0, STREAM_MAX),
    }
}

/// All of `reader`, about `size` bytes, unless it goes on beyond `most`.
fn bounded(reader: impl Read, size: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if size <= most {
        bytes.reserve(usize::try_from(size).unwrap_or(0) + 1);
        reader.take(most + 1).read_to_end(&mut bytes)?;
    }
    if size.max(bytes.len() as u64) > most {
        let reason = format!("more than {} GiB, too large for a profile", most >> 30);
        return Err(io::Error::other(reason));
    }
    Ok(bytes)
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
    use std::io;

    use super::{bounded, other_format};

    #[test]
    fn what_has_no_end_is_refused() {
        assert_eq!(bounded(&b"abc"[..], 3, 3).unwrap(), b"abc");
        assert_eq!(bounded(&b"abc"[..], 0, 3).unwrap(), b"abc");
        for (size, most) in [(0, 3), (4, 3)] {
            assert!(bounded(io::repeat(0), size, most).is_err());
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
