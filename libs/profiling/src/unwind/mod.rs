//! Stack walks of this process: tables for the loaded modules, and captures on the calling thread.

mod capture;
mod compile;
mod stacks;
mod tables;

pub(crate) use capture::{
    Frames, Known, MAX_DEPTH, capture, capture_along, interrupted, no_frames,
};
pub(crate) use stacks::refresh as refresh_stacks;
pub(crate) use tables::refresh as refresh_tables;
