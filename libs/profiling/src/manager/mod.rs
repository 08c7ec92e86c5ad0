//! The files of a run: their directory, names and kinds, and publishing them.

mod kind;
mod publish;
mod run;

pub use kind::Kind;
pub(crate) use run::RunFiles;
