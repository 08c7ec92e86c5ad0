//! The text of `/proc/PID/maps`: which file is mapped where.

/// One line of `/proc/PID/maps`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mapping {
    /// Address of the first byte.
    pub start: u64,
    /// Address behind the last byte; above `start`.
    pub limit: u64,
    /// Offset within the file of the byte at `start`; 0 without a file.
    pub offset: u64,
    /// Path of the file, a name in brackets as in `[vdso]`, or empty for anonymous memory. Without
    /// the ` (deleted)` of the kernel; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Whether the memory may be executed.
    pub executable: bool,
    /// Whether the memory may be read and written.
    pub writable: bool,
    /// Whether the file is no longer at `path`: removed, or replaced by an upgrade.
    pub deleted: bool,
}

impl Mapping {
    /// Offset within the file of the byte at `address`; `None` outside the mapping.
    #[must_use]
    pub fn file_offset(&self, address: u64) -> Option<u64> {
        if address >= self.limit {
            return None;
        }
        address.checked_sub(self.start)?.checked_add(self.offset)
    }

    /// Whether a file is mapped, rather than the stack, the vDSO or anonymous memory.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.path.starts_with('/')
    }
}

/// The mappings of `/proc/PID/maps`, in the order of the text, which is that of the addresses.
///
/// Lines that are not understood are left out: an address within is unknown, as it would be without
/// the line.
#[must_use]
pub fn parse_maps(text: &[u8]) -> Vec<Mapping> {
    text.split(|&byte| byte == b'\n')
        .filter_map(parse_line)
        .collect()
}

/// `start-limit perms offset device inode   path`; the path may hold blanks, or be missing.
fn parse_line(line: &[u8]) -> Option<Mapping> {
    let (range, rest) = split_field(line)?;
    let (permissions, rest) = split_field(rest)?;
    let (offset, rest) = split_field(rest)?;
    let (_device, rest) = split_field(rest)?;
    let (_inode, path) = split_field(rest)?;
    let (start, limit) = parse_range(range)?;
    let (path, deleted) = match path.strip_suffix(b" (deleted)") {
        Some(path) => (path, true),
        None => (path, false),
    };
    Some(Mapping {
        start,
        limit,
        offset: parse_hex(offset)?,
        path: String::from_utf8_lossy(path).into_owned(),
        executable: permissions.get(2) == Some(&b'x'),
        writable: permissions.starts_with(b"rw"),
        deleted,
    })
}

/// The field before the first blank, and what follows the blanks. A last field may end the line.
fn split_field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = line
        .iter()
        .position(|&byte| byte == b' ')
        .unwrap_or(line.len());
    let (field, rest) = line.split_at(end);
    let blanks = rest.iter().take_while(|&&byte| byte == b' ').count();
    (!field.is_empty()).then(|| (field, &rest[blanks..]))
}

fn parse_range(range: &[u8]) -> Option<(u64, u64)> {
    let dash = range.iter().position(|&byte| byte == b'-')?;
    let (start, limit) = (parse_hex(&range[..dash])?, parse_hex(&range[dash + 1..])?);
    (start < limit).then_some((start, limit))
}

fn parse_hex(digits: &[u8]) -> Option<u64> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None; // from_str_radix would take a sign
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mapping(start: u64, limit: u64, offset: u64, path: &str, permissions: &str) -> Mapping {
        Mapping {
            start,
            limit,
            offset,
            path: path.to_owned(),
            executable: permissions.contains('x'),
            writable: permissions.contains('w'),
            deleted: false,
        }
    }

    #[track_caller]
    fn check(line: &str, expected: Option<Mapping>) {
        assert_eq!(
            parse_maps(line.as_bytes()),
            Vec::from_iter(expected),
            "{line}"
        );
    }

    #[test]
    fn files_have_range_offset_and_path() {
        check(
            "55d0c8a00000-55d0c8a20000 r-xp 0001f000 fe:01 1311 /usr/bin/dgrep",
            Some(mapping(
                0x55d0_c8a0_0000,
                0x55d0_c8a2_0000,
                0x1f000,
                "/usr/bin/dgrep",
                "r-x",
            )),
        );
        check(
            "7f00-8000 rw-p 00000000 00:00 0                          /a",
            Some(mapping(0x7f00, 0x8000, 0, "/a", "rw-")),
        );
    }

    #[test]
    fn paths_may_hold_blanks() {
        check(
            "1-2 r-xp 0 0:0 1    /opt/my  tools/a b",
            Some(mapping(1, 2, 0, "/opt/my  tools/a b", "r-x")),
        );
    }

    #[test]
    fn deleted_files_are_told_apart_from_their_path() {
        let expected = Mapping {
            deleted: true,
            ..mapping(1, 2, 0, "/tmp/a b", "r-x")
        };
        check("1-2 r-xp 0 0:0 1 /tmp/a b (deleted)", Some(expected));
    }

    #[test]
    fn names_of_the_kernel_are_kept() {
        check(
            "7ffc-7ffe r-xp 00000000 00:00 0    [vdso]",
            Some(mapping(0x7ffc, 0x7ffe, 0, "[vdso]", "r-x")),
        );
        check(
            "7ffc-7ffe rw-p 0 00:00 0 [stack]",
            Some(mapping(0x7ffc, 0x7ffe, 0, "[stack]", "rw-")),
        );
    }

    #[test]
    fn anonymous_memory_has_no_path() {
        check(
            "1000-2000 rw-p 00000000 00:00 0 ",
            Some(mapping(0x1000, 0x2000, 0, "", "rw-")),
        );
        check(
            "1000-2000 rw-p 00000000 00:00 0",
            Some(mapping(0x1000, 0x2000, 0, "", "rw-")),
        );
    }

    #[test]
    fn the_highest_addresses_fit() {
        check(
            "ffffffffff600000-ffffffffff601000 --xp 0 0:0 0 [vsyscall]",
            Some(mapping(
                0xffff_ffff_ff60_0000,
                0xffff_ffff_ff60_1000,
                0,
                "[vsyscall]",
                "r-x",
            )),
        );
    }

    #[test]
    fn malformed_lines_are_left_out() {
        for line in [
            "",
            "garbage",
            "1000-2000",
            "1000-2000 r-xp",
            "1000-2000 r-xp 0 0:0",
            "2000-1000 r-xp 0 0:0 0 /a",
            "1000-1000 r-xp 0 0:0 0 /a",
            "1000 r-xp 0 0:0 0 /a",
            "-1000 r-xp 0 0:0 0 /a",
            "+1-+2 r-xp 0 0:0 0 /a",
            "1-10000000000000000 r-xp 0 0:0 0 /a",
            "1-2 r-xp 0x5 0:0 0 /a",
            " 1-2 r-xp 0 0:0 0 /a",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn a_malformed_line_does_not_hide_its_neighbours() {
        let maps = parse_maps(b"1-2 r-xp 0 0:0 0 /a\n???\n3-4 r-xp 0 0:0 0 /b\n");
        assert_eq!(
            maps.iter().map(|m| m.path.as_str()).collect::<Vec<_>>(),
            ["/a", "/b"]
        );
    }

    #[test]
    fn file_offsets_exist_only_inside_the_mapping() {
        let mapping = mapping(0x1000, 0x2000, 0x500, "/a", "r-x");
        assert_eq!(mapping.file_offset(0xfff), None);
        assert_eq!(mapping.file_offset(0x1000), Some(0x500));
        assert_eq!(mapping.file_offset(0x1fff), Some(0x14ff));
        assert_eq!(mapping.file_offset(0x2000), None);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            start in 0..u64::MAX, size in 1..u64::MAX, offset: u64, path in "(/[a-z ]{0,9}[a-z])?",
            executable: bool, writable: bool, deleted: bool,
        ) {
            let limit = start.saturating_add(size);
            let deleted = deleted && !path.is_empty();
            let text = format!(
                "{start:x}-{limit:x} r{}{}p {offset:08x} fe:01 77 {path}{}\n",
                if writable { 'w' } else { '-' },
                if executable { 'x' } else { '-' },
                if deleted { " (deleted)" } else { "" },
            );
            let expected = Mapping { start, limit, offset, path, executable, writable, deleted };
            prop_assert_eq!(parse_maps(text.as_bytes()), vec![expected]);
        }

        #[test]
        fn no_text_is_fatal(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_maps(&text);
        }
    }
}
