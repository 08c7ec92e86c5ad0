//! Compressed input, damaged anywhere: of profiles, and of logs, whose lines before the damage count.

#![no_main]

use std::io::Read;

use dtail_profile::Profile;
use flate2::read::MultiGzDecoder;
use libfuzzer_sys::fuzz_target;
use logread::{BlockReader, Options, Unobserved};

/// A member's head, so that what follows is data.
const HEAD: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff";

/// Output of a small input may be large; no more than this is looked at.
const OUTPUT_MAX: u64 = 16 << 20;

fuzz_target!(|data: &[u8]| {
    let member = [HEAD, data].concat();
    for bytes in [data, &member] {
        let _ = Profile::decode(bytes);
        let input = MultiGzDecoder::new(bytes).take(OUTPUT_MAX);
        let options = Options {
            buffer_size: 64,
            max_line_length: 256,
        };
        let mut lines = BlockReader::new(input, &options, &Unobserved);
        while let Ok(Some(block)) = lines.next_block() {
            assert!(!block.is_empty() && block.len() <= 512);
        }
    }
});
