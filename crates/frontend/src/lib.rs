//! What lies between the command line of a log program and its work.
//!
//! The programs share how they count, print, select and show results: [`counters`], [`options`], [`Watched`],
//! [`printer`] and [`print_files`] for those that print lines, [`Selected`] for those that select
//! some, [`query`], [`environment()`] and [`Display`] for
//! those that run a query. Flags themselves are read by
//! `cli`, the work is done by `logread`, `search` and `mapreduce`.

#![forbid(unsafe_code)]

mod colors;
mod counting;
mod display;
mod environment;
mod printing;
mod question;
mod selected;
mod watched;

pub use counting::{counters, options};
pub use display::{Display, Look};
pub use environment::environment;
pub use printing::{print_files, printer};
pub use question::query;
pub use selected::Selected;
pub use watched::Watched;
