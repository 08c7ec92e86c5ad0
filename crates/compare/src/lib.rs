//! Profiles to decisions: merging, differences, gates.
//!
//! * [`Merging`] adds profiles up, a few in memory at a time;
//! * [`diff()`] compares two profiles, or two sets of runs, function by function;
//! * [`check()`] judges profiles by the limits of [`Gates`].
//!
//! Profiles and texts in, values and texts out: no file, no socket, no clock, no environment.

#![forbid(unsafe_code)]

mod diff;
mod error;
mod evidence;
mod facts;
mod gates;
mod markdown;
mod merge;
mod name;
mod rows;
mod run;
mod share_test;
mod signed;

pub use diff::{Change, Diff, DiffRow, Finding, Odds, Side, diff};
pub use error::Error;
pub use evidence::Evidence;
pub use facts::Facts;
pub use gates::{
    ConfigError, Evidence as GateEvidence, Gate, Gates, Growth, Input, Judgement, Measure, Outcome,
    SelfTest, Verdict, Verdicts, check, self_test,
};
pub use merge::{LabelBy, MergeOptions, Merged, Merging};
pub use name::{Generics, NameRules};
pub use rows::Metric;
pub use run::{Granularity, Measured, NameId, Names, Run, Selection};
