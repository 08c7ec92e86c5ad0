//! Gates: what they look at, and what they allow.

use glob::Pattern as Glob;
use report::Pattern;

use super::measure::{Limit, Measure};
use crate::rows::Metric;
use crate::run::Selection;

/// The gates of a configuration.
#[derive(Debug)]
pub struct Gates {
    /// In the order of the file; at least one.
    pub gates: Vec<Gate>,
}

/// One gate.
#[derive(Debug)]
pub struct Gate {
    /// What it is called; no other gate is called so.
    pub name: String,
    /// A pattern for the files of its baseline, relative to the configuration.
    pub baseline: Option<String>,
    pub(crate) target: Target,
    /// Only profiles whose file names match.
    pub(crate) profile: Option<Glob>,
    pub(crate) selection: Selection,
    pub(crate) metric: Metric,
    pub(crate) measure: Measure,
    pub(crate) max: Option<Limit>,
    /// The growth that is allowed, as a fraction.
    pub(crate) max_increase: Option<f64>,
    pub(crate) min_delta: Option<Limit>,
    pub(crate) min_samples: f64,
    pub(crate) min_runs: usize,
    pub(crate) confidence: f64,
    pub(crate) fdr: f64,
    pub(crate) on_unknown: Severity,
    pub(crate) on_new: Severity,
    pub(crate) ignore: Vec<Pattern>,
    pub(crate) work: String,
}

impl Gate {
    /// Whether it judges growth, and so needs a baseline.
    pub fn compares(&self) -> bool {
        self.max_increase.is_some()
    }
}

/// What a gate looks at.
#[derive(Debug)]
pub(crate) enum Target {
    /// Every function that matches, one by one.
    Functions(Pattern),
    /// All functions that match as one.
    Group(Pattern),
    /// The whole program.
    Total,
}

/// What follows from a verdict that is neither good nor bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Severity {
    Pass,
    #[default]
    Warn,
    Fail,
}
