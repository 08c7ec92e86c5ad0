//! Finds the lines that match, with their context, and hands them to a sink.
//!
//! A [`Matcher`] finds the next matching line of a block. [`Selection`] decides which lines around
//! it belong to the result (a [`Window`], inverted or not) and pushes them as [`Run`]s of whole
//! lines into a [`Sink`]: the driver drives, the sink receives. [`Printer`] is the sink that writes
//! lines as the log commands show them, and [`Search::files`] does all of it for the files a user
//! names.
//!
//! Work is done on whole blocks: most bytes are looked at once, by a vectorised search for a
//! literal or by an automaton, and lines are cut only where something was found.

#![forbid(unsafe_code)]

mod dialect;
mod feed;
mod files;
mod findings;
mod header;
mod highlight;
mod intake;
mod lines;
mod matcher;
mod order;
mod palette;
mod printer;
mod replay;
mod selection;
mod sink;
mod team;

pub use files::{Problem, Search, Summary};
pub use highlight::Highlighter;
pub use matcher::{Matcher, PatternError, Scan};
pub use palette::Palette;
pub use printer::{Layout, Printer};
pub use selection::{Selection, Window};
pub use sink::{Run, Sink};
