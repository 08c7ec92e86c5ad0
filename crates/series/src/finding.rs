//! What is told about an anomaly.

use serde::Serialize;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The level changed, and stays changed.
    Shift,
    /// The function was in no profile before.
    Appeared,
    /// The function is in no profile since.
    Vanished,
    /// Memory in use grows from profile to profile.
    Growth,
    /// Memory in use declines from profile to profile.
    Decline,
    /// Fewer profiles than a level takes stand out from those before and behind.
    Spike,
    /// The level changed, and changed back.
    Transient,
}

/// A function that shows the same because of what happened in another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlsoSeen {
    /// The function; `None` for the total.
    pub function: Option<String>,
    /// `flat` or `cum`.
    pub metric: &'static str,
    /// Its change, in the unit of the finding.
    pub change: f64,
}

/// An anomaly. Places are positions in the series' list of profiles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What happened.
    pub kind: Kind,
    /// The function; `None` for the total.
    pub function: Option<String>,
    /// `flat` (the function itself), `cum` (with what it calls) or `total`.
    pub metric: &'static str,
    /// What the values are: `share` of the total, the unit of memory, or cost for each byte of work.
    pub unit: String,
    /// The value without it.
    pub before: f64,
    /// The value with it: the level, the height of the spike, or the end of the growth or decline.
    pub after: f64,
    /// The first profile that shows it.
    pub first: usize,
    /// The first and the last profile that it may have begun with, with a confidence of 95 %.
    pub range: (usize, usize),
    /// The last profile that shows it, unless that is the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<usize>,
    /// Probability that chance alone does this to one function; 0 where none is computed.
    pub p: f64,
    /// Functions in which the same is seen.
    pub also: Vec<AlsoSeen>,
    /// The value in each profile.
    pub values: Vec<f64>,
}

impl Finding {
    /// The change.
    pub fn change(&self) -> f64 {
        self.after - self.before
    }

    /// Whether something costs more than it did, and still does.
    pub fn is_worse(&self) -> bool {
        self.lasts() && self.change() > 0.0
    }

    /// Whether something costs less than it did, and still does.
    pub fn is_improvement(&self) -> bool {
        self.lasts() && self.change() < 0.0
    }

    fn lasts(&self) -> bool {
        !matches!(self.kind, Kind::Spike | Kind::Transient)
    }
}
