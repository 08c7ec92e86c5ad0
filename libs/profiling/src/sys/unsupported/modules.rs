//! Loaded modules: none are known.

use std::ops::Range;
use std::path::PathBuf;

#[derive(Debug)]
pub(crate) struct LoadedModule<'m> {
    pub(crate) path: PathBuf,
    pub(crate) text: Range<u64>,
    pub(crate) eh_frame: &'m [u8],
    pub(crate) eh_frame_address: u64,
    pub(crate) code: &'m [u8],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Generation;

pub(crate) fn generation() -> Generation {
    Generation
}

pub(crate) fn for_each(_each: &mut dyn FnMut(&LoadedModule<'_>)) -> Generation {
    Generation
}
