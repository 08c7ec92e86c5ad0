//! Gates: limits on what functions may cost, judged with the samples in mind.
//!
//! [`Gates::parse`] reads the limits, [`check()`] judges profiles by them, [`self_test()`] asks
//! how often they would have fired on the baseline alone. Formats of the result are methods of
//! [`Verdicts`].

mod absolute;
mod cause;
mod config;
mod gate;
mod growth;
mod judge;
mod keys;
mod measure;
mod output;
mod place;
mod reduced;
mod self_test;
mod settings;
mod subject;
mod value;
mod verdict;

pub use gate::{Gate, Gates};
pub use judge::check;
pub use measure::Measure;
pub use place::ConfigError;
pub use self_test::{SelfTest, self_test};
pub use verdict::{Growth, Judgement, Outcome, Verdict, Verdicts};

use dtail_profile::Profile;

/// A profile to be judged, or to be judged by.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name of the file, without its directory.
    pub file: String,
    /// Program that wrote it; empty when unknown.
    pub tool: String,
    /// Whether the profile itself states the program; the name of a file may say anything.
    pub states_tool: bool,
    /// What kind of profile it is: `cpu`, `mem`, `alloc`; empty when unknown.
    pub kind: String,
    /// What stands in it.
    pub profile: Profile,
}

/// What gates are given.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The profiles to be judged.
    pub new: &'a [Input],
    /// For each gate, its baseline.
    pub baselines: &'a [&'a [Input]],
    /// Whether profiles of other machines may be compared.
    pub any_host: bool,
}
