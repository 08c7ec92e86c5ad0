//! What gates say: verdicts with their figures, and the exit status that follows.

use super::gate::Severity;
use super::measure::Scale;
use crate::rows::Metric;

/// Functions within their limits that get a judgement of their own: the largest.
const PASSES_SHOWN: usize = 1;

/// What is said of one function, of a gate, or of all gates; the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing above its limit can be shown.
    Pass,
    /// The function was in the baseline and is no more.
    Gone,
    /// The function was not in the baseline.
    New,
    /// Above the limit, but not for certain, or for a reason that is no regression.
    Warn,
    /// Nothing can be said.
    Unknown,
    /// Above the limit, beyond what chance explains.
    Fail,
}

impl Verdict {
    /// In capitals.
    pub fn text(self) -> &'static str {
        match self {
            Verdict::Pass => "PASS",
            Verdict::Gone => "GONE",
            Verdict::New => "NEW",
            Verdict::Warn => "WARN",
            Verdict::Unknown => "UNKNOWN",
            Verdict::Fail => "FAIL",
        }
    }
}

/// What a gate says about one function, a group, or the total.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Function, `total`, or the group's expression.
    pub function: String,
    /// What is said.
    pub verdict: Verdict,
    /// Which part of the cost was measured.
    pub metric: Metric,
    /// What the baseline has, if there is one.
    pub old: Option<f64>,
    /// What the new profiles have.
    pub new: Option<f64>,
    /// The limit as it was written.
    pub limit: String,
    /// The growth against the baseline.
    pub growth: Option<Growth>,
    /// The reason, in words.
    pub why: String,
}

/// How much a figure grew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// How many times as much; `None` where there was nothing.
    pub ratio: Option<f64>,
    /// The interval of the difference (of shares, as fractions) or of the ratio (of values).
    pub interval: Option<(f64, f64)>,
    /// How often chance alone explains it.
    pub p: Option<f64>,
    /// The rate of false discoveries at which this is one.
    pub q: Option<f64>,
}

/// What one gate says about the profiles of one program.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Name of the gate.
    pub gate: String,
    /// Program and kind of profile: `dgrep cpu`; empty when no profile fits the gate.
    pub subject: String,
    /// Samples of the new profiles, where they tell.
    pub samples: Option<f64>,
    /// Runs of the baseline and of the new profiles.
    pub runs: (usize, usize),
    /// Between runs, in binomial variances, where it was estimated.
    pub dispersion: Option<f64>,
    /// One for each function that is worth a line, the worst first; never none.
    pub judgements: Vec<Judgement>,
    /// Functions below their limits that have no judgement of their own.
    pub unremarkable: usize,
    pub(crate) scale: Option<Scale>,
    pub(crate) on_unknown: Severity,
    pub(crate) on_new: Severity,
}

impl Outcome {
    /// Takes what is remarkable of `judged`, and of the rest the largest by `size`.
    pub(super) fn take(&mut self, judged: Vec<Judgement>, size: impl Fn(&Judgement) -> f64) {
        let is_pass = |judgement: &Judgement| judgement.verdict == Verdict::Pass;
        let (mut passes, remarkable): (Vec<_>, Vec<_>) = judged.into_iter().partition(is_pass);
        passes.sort_by(|first, second| {
            let by_size = size(second).total_cmp(&size(first));
            by_size.then_with(|| first.function.cmp(&second.function))
        });
        self.unremarkable += passes.len().saturating_sub(PASSES_SHOWN);
        passes.truncate(PASSES_SHOWN);
        self.judgements.extend(remarkable);
        self.judgements.extend(passes);
    }

    /// The worst first; of equals, the largest growth, or else the largest figure.
    pub(super) fn rank(&mut self) {
        let size =
            |judgement: &Judgement| judgement.new.unwrap_or(0.0) - judgement.old.unwrap_or(0.0);
        self.judgements.sort_by(|first, second| {
            let by_verdict = second.verdict.cmp(&first.verdict);
            let by_size = size(second).total_cmp(&size(first));
            by_verdict
                .then(by_size)
                .then_with(|| first.function.cmp(&second.function))
        });
    }

    /// The worst of its verdicts.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.judgements.iter().map(|judgement| judgement.verdict);
        verdicts.max().unwrap_or(Verdict::Unknown)
    }

    /// A figure of this gate as text.
    pub fn figure(&self, figure: Option<f64>) -> String {
        match (figure, &self.scale) {
            (Some(figure), Some(scale)) => scale.text(figure),
            _ => "-".to_owned(),
        }
    }

    /// Whether a judgement of this gate stops the build.
    pub fn stops(&self, judgement: &Judgement) -> bool {
        match judgement.verdict {
            Verdict::Fail => true,
            Verdict::Unknown => self.on_unknown == Severity::Fail,
            Verdict::New => self.on_new == Severity::Fail,
            Verdict::Warn | Verdict::Gone | Verdict::Pass => false,
        }
    }

    /// Whether a judgement of this gate is worth a warning.
    pub fn warns(&self, judgement: &Judgement) -> bool {
        match judgement.verdict {
            Verdict::Warn => true,
            Verdict::Unknown => self.on_unknown == Severity::Warn,
            Verdict::New => self.on_new == Severity::Warn,
            Verdict::Fail | Verdict::Gone | Verdict::Pass => false,
        }
    }
}

/// What all gates say.
#[derive(Clone, Debug)]
pub struct Verdicts {
    /// In the order of the gates.
    pub outcomes: Vec<Outcome>,
}

impl Verdicts {
    /// The worst verdict of all.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.outcomes.iter().map(Outcome::verdict);
        verdicts.max().unwrap_or(Verdict::Unknown)
    }

    /// 0 when nothing stops the build, 1 when a figure does, 4 when nothing could be judged, or
    /// something could not and that was not to be tolerated.
    pub fn exit_status(&self) -> u8 {
        let judged = || {
            let all = self.outcomes.iter();
            all.flat_map(|outcome| outcome.judgements.iter().map(move |j| (outcome, j)))
        };
        let stops = |(outcome, judgement): &(&Outcome, &Judgement)| outcome.stops(judgement);
        let is_unknown =
            |(_, judgement): &(&Outcome, &Judgement)| judgement.verdict == Verdict::Unknown;
        if judged().any(|one| stops(&one) && !is_unknown(&one)) {
            1
        } else if judged().any(|one| stops(&one)) || judged().all(|one| is_unknown(&one)) {
            4
        } else {
            0
        }
    }
}
