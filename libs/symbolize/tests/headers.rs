//! ELF headers written by hand: segments, and files that are none of ours.

use dtail_symbolize::{Error, Module};

const EXECUTABLE: u32 = 1;
const READABLE: u32 = 4;

/// A loaded segment: flags, file offset, SVMA, size in the file.
type Segment = (u32, u64, u64, u64);

/// An ELF header with these segments and nothing behind.
fn elf(segments: &[Segment]) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([3, 0, 62, 0, 1, 0, 0, 0]); // shared object, x86-64, version
    for word in [0_u64, 64, 0] {
        bytes.extend(word.to_le_bytes()); // entry, program headers, section headers
    }
    bytes.extend([0; 4]);
    let segment_count = u16::try_from(segments.len()).expect("few segments");
    for half in [64, 56, segment_count, 64, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    for &(flags, offset, svma, size) in segments {
        bytes.extend(1_u32.to_le_bytes()); // PT_LOAD
        bytes.extend(flags.to_le_bytes());
        for word in [offset, svma, svma, size, size, 0x1000] {
            bytes.extend(word.to_le_bytes());
        }
    }
    bytes
}

#[track_caller]
fn check(segments: &[Segment], expected: &[(u64, Option<u64>)]) {
    let bytes = elf(segments);
    let module = Module::parse(&bytes).expect("a well-formed header");
    for &(offset, svma) in expected {
        assert_eq!(module.svma_of_offset(offset), svma, "offset {offset:#x}");
    }
}

#[test]
fn offsets_move_with_their_segment() {
    check(
        &[
            (READABLE, 0, 0, 0x500),
            (READABLE | EXECUTABLE, 0x500, 0x1500, 0x300),
        ],
        &[
            (0, Some(0)),
            (0x4ff, Some(0x4ff)),
            (0x500, Some(0x1500)),
            (0x7ff, Some(0x17ff)),
            (0x800, None),
        ],
    );
}

#[test]
fn of_overlapping_segments_the_code_counts() {
    let segments = [
        (READABLE, 0, 0, 0x1000),
        (READABLE | EXECUTABLE, 0x500, 0x9500, 0x300),
    ];
    check(
        &segments,
        &[
            (0x4ff, Some(0x4ff)),
            (0x600, Some(0x9600)),
            (0x900, Some(0x900)),
        ],
    );
}

#[test]
fn addresses_that_do_not_fit_are_unknown() {
    check(
        &[(EXECUTABLE, 0, u64::MAX, 0x100)],
        &[(0, Some(u64::MAX)), (1, None)],
    );
    check(
        &[(EXECUTABLE, u64::MAX, 0, u64::MAX)],
        &[(0, None), (u64::MAX, Some(0))],
    );
    check(&[], &[(0, None)]);
}

#[track_caller]
fn check_refused(bytes: &[u8], message: &str) {
    let error = Module::parse(bytes).expect_err("these bytes are no module");
    assert_eq!(error.to_string(), message);
}

#[test]
fn other_files_are_refused() {
    check_refused(b"", "not an ELF file");
    check_refused(b"\x7fELF", "not an ELF file");
    check_refused(b"#!/bin/sh\necho\n", "not an ELF file");
}

#[test]
fn other_machines_are_refused() {
    let mut bytes = elf(&[]);
    bytes[4] = 1;
    assert_eq!(
        Module::parse(&bytes).err(),
        Some(Error::Unsupported { class: 1, data: 1 })
    );
    bytes[4..6].copy_from_slice(&[2, 2]);
    assert_eq!(
        Module::parse(&bytes).err(),
        Some(Error::Unsupported { class: 2, data: 2 })
    );
}

#[test]
fn headers_that_point_outside_are_refused() {
    let bytes = elf(&[(READABLE, 0, 0, 1)]);
    let error = Module::parse(&bytes[..100]).expect_err("the program header is cut off");
    assert!(
        error.to_string().starts_with("malformed ELF file: "),
        "{error}"
    );
}
