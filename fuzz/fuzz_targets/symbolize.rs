//! Any bytes as an ELF file with symbols and debug information.

#![no_main]

use dtail_symbolize::{Module, parse_maps};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for mapping in parse_maps(data) {
        let _ = mapping.file_offset(mapping.start);
    }
    let Ok(module) = Module::parse(data) else {
        return;
    };
    let _ = (
        module.build_id(),
        module.debug_link(),
        module.has_debug_info(),
    );
    // Addresses of the file's own code, and such as have no code.
    let offsets = (0..data.len() as u64).step_by(data.len() / 16 + 1);
    let svmas: Vec<u64> = offsets
        .filter_map(|offset| module.svma_of_offset(offset))
        .collect();
    for svma in svmas.iter().copied().chain([0, 1, 0x1000, u64::MAX]) {
        let _ = (module.frames(svma), module.symbol_frames(svma));
    }
    assert_eq!(module.frames_of(&svmas).len(), svmas.len());
});
