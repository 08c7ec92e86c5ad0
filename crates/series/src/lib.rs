//! Profiles of many days to anomalies: when did which function begin to cost more, and in which build?
//!
//! ```text
//!  profiles -> Reading: names, stacks, values        reading, workload
//!           -> Series: one command, kind, machine    group
//!           -> Table: flat and cum of each function  table
//!           -> Track: one row on a scale on which    track
//!              noise has the same width everywhere
//!           -> Candidate: shift, spike, growth       shift, spike, growth, presence
//!           -> Finding: causes, without what follows from them   cause, verdict
//! ```
//!
//! Each step is a module. Thresholds are set so that a directory in which nothing happened gives a
//! finding once in a hundred, however many functions and profiles it has: [`Rules`]. Profiles in, values
//! out; [`Outcome`] is what is written as JSON.

#![forbid(unsafe_code)]

mod candidate;
mod cause;
mod finding;
mod group;
mod growth;
mod level;
mod outcome;
mod presence;
mod reading;
mod rules;
mod spark;
mod spike;
mod table;
mod track;
mod workload;

pub use finding::{AlsoSeen, Finding, Kind};
pub use group::Key;
pub use outcome::{Outcome, ProfileRef, SeriesOutcome, SetAside, anomalies};
pub use reading::{Library, Origin};
pub use rules::Rules;
pub use spark::sparkline;
