//! What the tests of the workspace as a whole ask: which crates there are, what they depend on, and
//! which words their code uses. The tests themselves are in `tests/`.

#![forbid(unsafe_code)]

mod manifest;
mod source;

pub use manifest::{Dependency, Package, Shelf, Target, Workspace};
pub use source::Source;

/// The guide's examples, compiled as they stand.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/tests-and-benchmarks.md")]
struct TestsAndBenchmarks;
