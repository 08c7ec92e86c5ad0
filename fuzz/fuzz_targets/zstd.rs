//! Logs under zstd, damaged anywhere: the lines before the damage count.

#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use logread::{BlockReader, Options, Unobserved};

/// A frame's head with a window of 1 KiB, so that what follows is blocks.
const HEAD: &[u8] = b"\x28\xb5\x2f\xfd\x00\x00";

/// Output of a small input may be large; no more than this is looked at.
const OUTPUT_MAX: u64 = 16 << 20;

fuzz_target!(|data: &[u8]| {
    let frame = [HEAD, data].concat();
    for bytes in [data, &frame] {
        let decoder = zstd::Decoder::with_buffer(bytes).expect("nothing is read yet");
        let options = Options {
            buffer_size: 64,
            max_line_length: 256,
        };
        let mut lines = BlockReader::new(decoder.take(OUTPUT_MAX), &options, &Unobserved);
        while let Ok(Some(block)) = lines.next_block() {
            assert!(!block.is_empty() && block.len() <= 512);
        }
    }
});
