//! Where the debug information of a stripped module may be found.
//!
//! Distributions ship it in files of its own, which name the same addresses: parse such a file as a
//! [`Module`](crate::Module) and ask it instead. Finding and reading the file is the caller's.

use std::fmt::Write;

/// The content of `.gnu_debuglink`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebugLink<'data> {
    /// File name without a directory. By convention looked for beside the module, in `.debug` there,
    /// and below `/usr/lib/debug`.
    pub file_name: &'data [u8],
    /// CRC-32 of the whole file.
    pub crc: u32,
}

/// Path of the debug file of `build_id`, relative to a debug directory such as `/usr/lib/debug`:
/// `.build-id/ab/cdef.debug`. `None` for ids of less than two bytes.
#[must_use]
pub fn build_id_path(build_id: &[u8]) -> Option<String> {
    let (first, rest) = build_id
        .split_first()
        .filter(|(_, rest)| !rest.is_empty())?;
    let mut path = format!(".build-id/{first:02x}/");
    for byte in rest {
        // Writing to a text cannot fail.
        let _ = write!(path, "{byte:02x}");
    }
    path.push_str(".debug");
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(build_id: &[u8], path: Option<&str>) {
        assert_eq!(build_id_path(build_id).as_deref(), path);
    }

    #[test]
    fn the_first_byte_is_the_directory() {
        check(&[0xab, 0x0c, 0xde], Some(".build-id/ab/0cde.debug"));
        check(&[0xab, 0x0c], Some(".build-id/ab/0c.debug"));
    }

    #[test]
    fn ids_too_short_have_no_path() {
        check(&[0xab], None);
        check(&[], None);
    }
}
