//! What counts as an anomaly.

/// Thresholds. Those of probability hold for all functions and profiles of a series together, and once more
/// for the total; those of size keep out what is certain but small.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How often a series in which nothing happens may give a finding of one kind.
    pub false_alarms: f64,
    /// Least independent samples of a profile; those with fewer are left out.
    pub samples_least: f64,
    /// Least profiles on each side of a shift of level.
    pub side_least: usize,
    /// Least profiles of a series in which spikes are looked for.
    pub spike_profiles_least: usize,
    /// Least distance of a spike, in standard deviations.
    pub spike_deviations: f64,
    /// Least change of a share: 0.01 is a point.
    pub shift_share: f64,
    /// Least height of a spike as a change of a share.
    pub spike_share: f64,
    /// Least share of a function that counts as appeared or vanished.
    pub presence_share: f64,
    /// Least relative change of any value.
    pub relative: f64,
    /// Least growth over a series, relative to the middle of the total.
    pub growth: f64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            false_alarms: 0.01,
            samples_least: 100.0,
            side_least: 4,
            spike_profiles_least: 15,
            spike_deviations: 5.0,
            shift_share: 0.005,
            spike_share: 0.01,
            presence_share: 0.02,
            relative: 0.05,
            growth: 0.1,
        }
    }
}
