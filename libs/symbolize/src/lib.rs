//! From the addresses of a profile to functions, files, lines and inlined frames.
//!
//! Bytes in, values out: no function here opens a file, asks a clock or keeps a global. The caller
//! reads `/proc/self/maps` and the ELF files it names, and hands over their bytes.
//!
//! # Addresses
//!
//! Three kinds of number meet in a profile, and mixing them up is the classical mistake:
//!
//! - the *address* of an instruction in the running process, as the stack walk finds it, and as
//!   pprof stores it in `Location.address`;
//! - the *file offset* of the byte that is mapped there. pprof stores the one of a mapping's first
//!   byte in `Mapping.file_offset`; [`Mapping::file_offset`] gives it for any address within;
//! - the *SVMA*, the stated virtual memory address: the address the linker gave the instruction, and
//!   the only one that debug information and symbol tables know. [`Module::svma_of_offset`]
//!   translates.
//!
//! A return address points behind its call, possibly into the next line or function: look up
//! the address minus one. The address at which a thread was interrupted is looked up as it is.
//!
//! ```
//! # fn read(_: &str) -> Vec<u8> { Vec::new() }
//! # let address = 0;
//! for mapping in dtail_symbolize::parse_maps(&read("/proc/self/maps")) {
//!     let Some(offset) = mapping.file_offset(address) else { continue };
//!     let bytes = read(&mapping.path);
//!     let module = dtail_symbolize::Module::parse(&bytes)?;
//!     for frame in module.svma_of_offset(offset).map(|svma| module.frames(svma)).unwrap_or_default() {
//!         println!("{} {}:{}", frame.name, frame.file, frame.line);
//!     }
//! }
//! # Ok::<(), dtail_symbolize::Error>(())
//! ```
//!
//! # Limits
//!
//! ELF of 64 bits, little-endian. Compressed debug sections and split DWARF are not read: the symbol
//! table answers instead, without lines and inlined frames. Names of C++ stay mangled.
//! Debug information is trusted not to nest inlined functions thousands deep.

#![forbid(unsafe_code)]

mod debug_file;
mod dwarf;
mod error;
mod frame;
mod maps;
mod module;
mod symbols;

pub use debug_file::{DebugLink, build_id_path};
pub use error::Error;
pub use frame::Frame;
pub use maps::{Mapping, parse_maps};
pub use module::Module;
