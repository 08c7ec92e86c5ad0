//! From profiles to verdicts: which rows a gate looks at, and what is said of them.

use super::gate::{Gate, Gates, Target};
use super::growth::{self, Allowed, NamedRow};
use super::measure::{Measure, Scale};
use super::place::ConfigError;
use super::reduced::{Reduced, Reductions};
use super::subject::{alike, subjects};
use super::verdict::{Judgement, Outcome, Verdict, Verdicts};
use super::{Evidence, Input, absolute, settings};
use crate::rows::{self, Row, Sides};
use crate::run::{Measured, NameId, Names, Run};

/// Judges profiles by gates.
///
/// # Errors
///
/// When a limit of a gate is no amount of what its profiles measure.
pub fn check(gates: &Gates, evidence: Evidence<'_>) -> Result<Verdicts, ConfigError> {
    let mut outcomes = Vec::new();
    let mut reductions = Reductions::default();
    for (index, gate) in gates.gates.iter().enumerate() {
        let baseline = evidence.baselines.get(index).copied().unwrap_or_default();
        let subjects = subjects(gate, evidence.new);
        if subjects.is_empty() {
            outcomes.push(gate.unknown(String::new(), gate.nothing_fits()));
        }
        for ((tool, kind), new) in subjects {
            let old = alike(gate, &kind, &new, baseline);
            let subject = [tool.as_str(), kind.as_str()].join(" ").trim().to_owned();
            outcomes.push(match reductions.get(&gate.selection, &old, &new) {
                Ok(reduced) => gate.judge(subject, reduced, evidence.any_host)?,
                Err(why) => gate.unknown(subject, why.clone()),
            });
        }
    }
    Ok(Verdicts { outcomes })
}

impl Gate {
    /// The outcome in which nothing can be said, for one reason.
    fn unknown(&self, subject: String, why: String) -> Outcome {
        let judgement = Judgement {
            function: self.target.text(),
            verdict: Verdict::Unknown,
            metric: self.metric,
            old: None,
            new: None,
            limit: self.limit_text(),
            growth: None,
            why,
        };
        Outcome {
            gate: self.name.clone(),
            subject,
            samples: None,
            runs: (0, 0),
            dispersion: None,
            judgements: vec![judgement],
            unremarkable: 0,
            scale: None,
            on_unknown: self.on_unknown,
            on_new: self.on_new,
        }
    }

    /// The limits as they were written.
    fn limit_text(&self) -> String {
        let max = self.max.as_ref().map(|max| format!("max {}", max.text));
        let increase = self.max_increase.map(|increase| {
            let delta = self.min_delta.as_ref();
            let delta = delta.map_or(String::new(), |delta| format!(" and {}", delta.text));
            format!("+{:.4}", 100.0 * increase)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
                + "%"
                + &delta
        });
        max.into_iter()
            .chain(increase)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// What its figures mean for profiles of `measured`.
    fn scale(&self, measured: &Measured) -> Scale {
        Scale {
            measure: self.measure,
            measured: measured.clone(),
            work: self.work.clone(),
        }
    }

    /// Judges the profiles of one program.
    fn judge(
        &self,
        subject: String,
        reduced: &Reduced,
        any_host: bool,
    ) -> Result<Outcome, ConfigError> {
        let (old, new): (Vec<&Run>, Vec<&Run>) =
            (reduced.old.iter().collect(), reduced.new.iter().collect());
        let judging = Judging {
            gate: self,
            sides: Sides {
                old: &old,
                new: &new,
            },
            names: &reduced.names,
            scale: &self.scale(&reduced.measured),
            any_host,
            runs_least: self.min_runs,
            must_see: true,
        };
        judging.outcome(subject)
    }

    pub(super) fn ignores(&self, name: &str) -> bool {
        self.ignore.iter().any(|pattern| pattern.is_match(name))
    }
}

impl Target {
    /// What stands for the functions.
    fn text(&self) -> String {
        match self {
            Target::Functions(pattern) | Target::Group(pattern) => pattern.as_str().to_owned(),
            Target::Total => "total".to_owned(),
        }
    }
}

/// Runs of one program, of which parts are judged.
pub(super) struct Subset<'a> {
    gate: &'a Gate,
    reduced: Reduced,
    scale: Scale,
    any_host: bool,
}

impl<'a> Subset<'a> {
    /// Reduces the profiles of one program to what the gate looks at; the error says why that
    /// cannot be.
    pub(super) fn new(
        gate: &'a Gate,
        inputs: &[&Input],
        any_host: bool,
    ) -> Result<Subset<'a>, String> {
        let reduced = Reduced::new(&gate.selection, &[], inputs)?;
        Ok(Subset {
            scale: gate.scale(&reduced.measured),
            gate,
            reduced,
            any_host,
        })
    }

    /// Judges some of the runs by others, however few they are.
    pub(super) fn judge(&self, old: &[usize], new: &[usize]) -> Result<Outcome, ConfigError> {
        let [old, new] = [old, new].map(|runs| -> Vec<&Run> {
            runs.iter().map(|index| &self.reduced.new[*index]).collect()
        });
        let judging = Judging {
            gate: self.gate,
            sides: Sides {
                old: &old,
                new: &new,
            },
            names: &self.reduced.names,
            scale: &self.scale,
            any_host: self.any_host,
            runs_least: 1,
            must_see: false,
        };
        judging.outcome(String::new())
    }
}

/// One gate at work on one program.
struct Judging<'a> {
    gate: &'a Gate,
    sides: Sides<'a>,
    names: &'a Names,
    scale: &'a Scale,
    any_host: bool,
    /// Runs a side below which the gate neither fails nor passes.
    runs_least: usize,
    /// Whether a growth that cannot be excluded is UNKNOWN rather than passed.
    must_see: bool,
}

/// A row with what it is called.
struct Labelled {
    name: Option<NameId>,
    text: String,
    row: Row,
}

impl Judging<'_> {
    fn outcome(&self, subject: String) -> Result<Outcome, ConfigError> {
        let Sides { old, new } = self.sides;
        let mut outcome = self.gate.unknown(subject, String::new());
        outcome.judgements.clear();
        outcome.samples = new.iter().map(|run| run.evidence.samples).sum();
        outcome.runs = (old.len(), new.len());
        outcome.scale = Some(self.scale.clone());
        if let Some(why) = self.too_few(new) {
            outcome.judgements.push(self.unknown(why));
            return Ok(outcome);
        }
        let rows = self.rows();
        if rows.is_empty() {
            let why = "no function of these profiles matches".to_owned();
            outcome.judgements.push(self.unknown(why));
            return Ok(outcome);
        }
        self.absolute(&rows, &mut outcome)?;
        self.growth(&rows, &mut outcome)?;
        outcome.rank();
        Ok(outcome)
    }

    /// That nothing can be said of the whole gate.
    fn unknown(&self, why: String) -> Judgement {
        self.judgement(&self.gate.target.text(), Verdict::Unknown, why)
    }

    /// Why the samples of `runs` are too few to judge by, if they are. Memory that is measured in
    /// bytes needs none: its bounds are wide where samples are few.
    fn too_few(&self, runs: &[&Run]) -> Option<String> {
        let is_sampled =
            self.gate.measure == Measure::Share || runs.iter().any(|run| run.evidence.is_cpu);
        let samples: Option<f64> = runs.iter().map(|run| run.evidence.samples).sum();
        match samples {
            None if is_sampled => Some("the profiles do not tell their samples".to_owned()),
            Some(samples) if is_sampled && samples < self.gate.min_samples => Some(format!(
                "{samples:.0} samples are too few, {:.0} are needed",
                self.gate.min_samples
            )),
            _ => None,
        }
    }

    fn rows(&self) -> Vec<Labelled> {
        let names = self.names;
        let text = |name: NameId| names.text(name);
        let label = |text: &str, row: Row| {
            vec![Labelled {
                name: None,
                text: text.to_owned(),
                row,
            }]
        };
        match &self.gate.target {
            Target::Total => label("total", rows::of_total(self.sides)),
            Target::Group(pattern) => {
                let matches: Vec<bool> = (0..names.len() as NameId)
                    .map(|name| pattern.is_match(text(name)) && !self.gate.ignores(text(name)))
                    .collect();
                if !matches.contains(&true) {
                    return Vec::new();
                }
                let row = rows::of_group(self.sides, |name| matches[name as usize]);
                label(pattern.as_str(), row)
            }
            Target::Functions(pattern) => rows::by_name(self.sides, names)
                .into_iter()
                .filter(|(name, _)| {
                    pattern.is_match(text(*name)) && !self.gate.ignores(text(*name))
                })
                .map(|(name, row)| Labelled {
                    name: Some(name),
                    text: text(name).to_owned(),
                    row,
                })
                .collect(),
        }
    }

    fn judgement(&self, function: &str, verdict: Verdict, why: String) -> Judgement {
        Judgement {
            function: function.to_owned(),
            verdict,
            metric: self.gate.metric,
            old: None,
            new: None,
            limit: self.gate.limit_text(),
            growth: None,
            why,
        }
    }

    /// Judges by `max`.
    fn absolute(&self, rows: &[Labelled], outcome: &mut Outcome) -> Result<(), ConfigError> {
        let Some(limit) = &self.gate.max else {
            return Ok(());
        };
        let scale = self.scale;
        let max = scale.max(limit)?;
        let mut judged = Vec::new();
        for Labelled { text, row, .. } in rows {
            let (metric, confidence) = (self.gate.metric, self.gate.confidence);
            let found = absolute::judge(self.sides.new, &row.new, metric, scale, max, confidence);
            let Some(found) = found else {
                let why = format!("the profiles do not state their {}", self.gate.work);
                outcome.judgements.push(self.unknown(why));
                return Ok(());
            };
            judged.push(Judgement {
                new: Some(found.figure),
                ..self.judgement(text, found.verdict, found.why)
            });
        }
        outcome.take(judged, |judgement| judgement.new.unwrap_or(0.0));
        Ok(())
    }

    /// Judges by `max_increase`.
    fn growth(&self, rows: &[Labelled], outcome: &mut Outcome) -> Result<(), ConfigError> {
        let Some(increase) = self.gate.max_increase else {
            return Ok(());
        };
        let scale = self.scale;
        let delta = self.gate.min_delta.as_ref().map(|delta| scale.delta(delta));
        let allowed = Allowed {
            metric: self.gate.metric,
            increase,
            delta: delta.transpose()?.unwrap_or(0.0),
            confidence: self.gate.confidence,
            fdr: self.gate.fdr,
            runs_least: self.runs_least,
            must_see: self.must_see,
        };
        if let Some(why) = self.obstacle() {
            outcome.judgements.push(self.unknown(why));
            return Ok(());
        }
        let named: Vec<NamedRow<'_>> = rows.iter().map(|one| (one.name, &one.row)).collect();
        let grown = growth::judge(self.sides, self.names, &named, scale, allowed);
        let Some(grown) = grown else {
            let why = format!("the profiles do not state their {}", self.gate.work);
            outcome.judgements.push(self.unknown(why));
            return Ok(());
        };
        outcome.dispersion = grown.dispersion;
        let judged = rows.iter().zip(grown.rows).map(|(row, found)| Judgement {
            old: Some(found.old),
            new: Some(found.new),
            growth: Some(found.growth),
            ..self.judgement(&row.text, found.verdict, found.why)
        });
        let mut judged: Vec<Judgement> = judged.collect();
        keep_largest_unknown(&mut judged);
        let few = self.sides.old.len().min(self.sides.new.len());
        if few < self.runs_least {
            judged.retain(|judgement| judgement.verdict != Verdict::Pass);
            if !judged.iter().any(|one| one.verdict == Verdict::Warn) {
                let least = self.runs_least;
                let why = format!("runs a side: {few}; to pass {least} are needed");
                outcome.judgements.push(self.unknown(why));
            }
        }
        outcome.take(judged, |judgement| {
            judgement.new.unwrap_or(0.0) - judgement.old.unwrap_or(0.0)
        });
        Ok(())
    }

    /// Why the baseline cannot be compared with.
    fn obstacle(&self) -> Option<String> {
        let Sides { old, new } = self.sides;
        if old.is_empty() {
            return Some("there is no baseline of this program and kind of profile".to_owned());
        }
        let few = |runs: &[&Run]| {
            let samples: Option<f64> = runs.iter().map(|run| run.evidence.samples).sum();
            samples.is_some_and(|samples| samples / (runs.len() as f64) < self.gate.min_samples)
        };
        let is_cpu = new.iter().any(|run| run.evidence.is_cpu);
        let is_sampled = is_cpu || self.gate.measure == Measure::Share;
        if is_sampled && (few(old) || few(new)) {
            let least = self.gate.min_samples;
            return Some(format!(
                "runs of fewer than {least:.0} samples cannot be compared"
            ));
        }
        self.too_few(old)
            .or_else(|| settings::obstacle(old, new, self.any_host))
    }
}

/// Of the functions of which nothing can be said only the largest is worth a line; it tells how many there
/// are more.
fn keep_largest_unknown(judged: &mut Vec<Judgement>) {
    let is_unknown = |judgement: &Judgement| judgement.verdict == Verdict::Unknown;
    let (mut unknown, rest): (Vec<_>, Vec<_>) = judged.drain(..).partition(is_unknown);
    *judged = rest;
    let old = |judgement: &Judgement| judgement.old.unwrap_or(0.0);
    unknown.sort_by(|first, second| old(second).total_cmp(&old(first)));
    let more = unknown.len().saturating_sub(1);
    if let Some(mut largest) = unknown.into_iter().next() {
        if more > 0 {
            largest.why += &format!("; likewise for {more} more");
        }
        judged.push(largest);
    }
}
