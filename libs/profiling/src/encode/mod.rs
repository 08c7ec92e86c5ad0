//! From what was measured to profiles in the pprof format: symbols, locations, values and comments.
//!
//! Runs after measuring has ended, outside every handler.

pub(crate) mod cpu_profile;
mod facts;
pub(crate) mod heap_profile;
mod image;
mod module_file;
mod stack_writer;

pub(crate) use facts::{Facts, Header};
pub(crate) use heap_profile::{InUse, Show};
pub(crate) use image::ProcessImage;
