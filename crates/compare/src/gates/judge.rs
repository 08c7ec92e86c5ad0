//! From profiles to verdicts: which profiles a gate is about, which rows it looks at, what is said.

use std::collections::BTreeMap;

use super::config::{Gate, Gates, Target};
use super::growth::{self, Allowed, NamedRow};
use super::measure::{Measure, Scale};
use super::place::ConfigError;
use super::verdict::{Judgement, Outcome, Verdict, Verdicts};
use super::{Evidence, Input, absolute, settings};
use crate::diff::unify;
use crate::rows::{self, Row, Sides};
use crate::run::{Measured, NameId, Names, Run, Selection};

/// Functions within their limits that get a judgement of their own: the largest.
const PASSES_SHOWN: usize = 1;

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

/// The profiles of a baseline that `new` can be compared with: those of the same kind and program.
/// Where files alone name the programs, and no two alike, the user knows better.
fn alike<'a>(gate: &Gate, kind: &str, new: &[&Input], baseline: &'a [Input]) -> Vec<&'a Input> {
    let is_kind = |input: &&Input| gate.fits(input) && input.kind == kind;
    let candidates = || baseline.iter().filter(is_kind);
    let is_program = |input: &&Input| new.iter().all(|new| new.tool == input.tool);
    let same: Vec<&Input> = candidates().filter(is_program).collect();
    if !same.is_empty() {
        return same;
    }
    let may_be = |input: &&Input| {
        new.iter()
            .all(|new| !(new.states_tool && input.states_tool))
    };
    candidates().filter(may_be).collect()
}

/// The profiles that a gate is about, by program and kind.
pub(super) fn subjects<'a>(
    gate: &Gate,
    inputs: &'a [Input],
) -> BTreeMap<(String, String), Vec<&'a Input>> {
    let mut subjects: BTreeMap<(String, String), Vec<&Input>> = BTreeMap::new();
    for input in inputs {
        let is_named = gate
            .profile
            .as_ref()
            .is_none_or(|glob| glob.matches(&input.file));
        if is_named && gate.fits(input) {
            let subject = (input.tool.clone(), input.kind.clone());
            subjects.entry(subject).or_default().push(input);
        }
    }
    subjects
}

/// The runs of some profiles, with the names they share.
struct Reduced {
    names: Names,
    old: Vec<Run>,
    new: Vec<Run>,
    measured: Measured,
}

impl Reduced {
    /// Reduces profiles to what a selection looks at; the error says why that cannot be.
    fn new(selection: &Selection, old: &[&Input], new: &[&Input]) -> Result<Reduced, String> {
        let mut names = Names::default();
        let mut reduce = |inputs: &[&Input]| {
            let run = |input: &&Input| {
                let run = Run::new(input.profile.clone(), selection, &mut names);
                run.map_err(|error| format!("{}: {error}", input.file))
            };
            inputs.iter().map(run).collect::<Result<Vec<Run>, String>>()
        };
        let (mut old, mut new) = (reduce(old)?, reduce(new)?);
        let measured = unify(old.iter_mut().chain(&mut new)).map_err(|error| error.to_string())?;
        Ok(Reduced {
            names,
            old,
            new,
            measured,
        })
    }
}

/// Which profiles were reduced, and how.
type ReducedBy = (Selection, Vec<*const Input>, Vec<*const Input>);

/// What gates that look at the same profiles in the same way share.
#[derive(Default)]
struct Reductions(Vec<(ReducedBy, Result<Reduced, String>)>);

impl Reductions {
    fn get(
        &mut self,
        selection: &Selection,
        old: &[&Input],
        new: &[&Input],
    ) -> &Result<Reduced, String> {
        let which = |inputs: &[&Input]| -> Vec<*const Input> {
            let pointers = inputs.iter().map(|input| std::ptr::from_ref(*input));
            pointers.collect()
        };
        let key = (selection.clone(), which(old), which(new));
        let index = self.0.iter().position(|(known, _)| *known == key);
        let index = index.unwrap_or_else(|| {
            self.0.push((key, Reduced::new(selection, old, new)));
            self.0.len() - 1
        });
        &self.0[index].1
    }
}

impl Gate {
    /// Whether a profile has what the gate measures.
    fn fits(&self, input: &Input) -> bool {
        report::choose_sample_type(&input.profile, &self.selection.sample_type).is_ok()
    }

    fn nothing_fits(&self) -> String {
        let of_type = match self.selection.sample_type.as_str() {
            "" => String::new(),
            sample_type => format!(" with sample type {sample_type}"),
        };
        let named = self.profile.as_ref();
        let named = named.map_or(String::new(), |glob| format!(" called {}", glob.as_str()));
        format!("no profile{named}{of_type}")
    }

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
}

impl<'a> Subset<'a> {
    /// Reduces the profiles of one program to what the gate looks at; the error says why that
    /// cannot be.
    pub(super) fn new(gate: &'a Gate, inputs: &[&Input]) -> Result<Subset<'a>, String> {
        let reduced = Reduced::new(&gate.selection, &[], inputs)?;
        Ok(Subset {
            scale: gate.scale(&reduced.measured),
            gate,
            reduced,
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
            any_host: false,
            runs_least: 1,
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

impl Outcome {
    /// Takes what is remarkable of `judged`, and of the rest the largest by `size`.
    fn take(&mut self, judged: Vec<Judgement>, size: impl Fn(&Judgement) -> f64) {
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
    fn rank(&mut self) {
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
}
