//! Verdicts as JSON: the schema is docs/schema/profile-check.json.

use serde::Serialize;

use crate::gates::verdict::{Judgement, Outcome, Verdicts};
use crate::signed::rounded;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    verdict: String,
    exit: u8,
    gates: Vec<GateDocument<'a>>,
}

#[derive(Serialize)]
struct GateDocument<'a> {
    name: &'a str,
    subject: &'a str,
    verdict: String,
    measure: Option<&'static str>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    unit: Option<&'a str>,
    work: Option<&'a str>,
    samples: Option<f64>,
    runs: usize,
    baseline_runs: usize,
    dispersion: Option<f64>,
    unremarkable: usize,
    results: Vec<ResultDocument<'a>>,
}

#[derive(Serialize)]
struct ResultDocument<'a> {
    function: &'a str,
    verdict: String,
    metric: &'static str,
    limit: &'a str,
    old: Option<f64>,
    new: Option<f64>,
    ratio: Option<f64>,
    interval: Option<[f64; 2]>,
    p: Option<f64>,
    q: Option<f64>,
    why: &'a str,
}

impl Verdicts {
    /// The verdicts as a JSON document of schema `dtail.profile.check/1`. Shares are fractions,
    /// values have the unit of the profile, values for each unit of work that of one unit.
    pub fn json(&self) -> String {
        let document = Document {
            schema: "dtail.profile.check/1",
            verdict: self.verdict().text().to_lowercase(),
            exit: self.exit_status(),
            gates: self.outcomes.iter().map(gate).collect(),
        };
        let text = serde_json::to_string_pretty(&document);
        text.expect("the document has only texts and numbers") + "\n"
    }
}

fn gate(outcome: &Outcome) -> GateDocument<'_> {
    let scale = outcome.scale.as_ref();
    GateDocument {
        name: &outcome.gate,
        subject: &outcome.subject,
        verdict: outcome.verdict().text().to_lowercase(),
        measure: scale.map(|scale| scale.measure.name()),
        kind: scale.map(|scale| scale.measured.kind.as_str()),
        unit: scale.map(|scale| scale.measured.unit.as_str()),
        work: scale.map(|scale| scale.work.as_str()),
        samples: outcome.samples,
        runs: outcome.runs.1,
        baseline_runs: outcome.runs.0,
        dispersion: outcome.dispersion.map(rounded),
        unremarkable: outcome.unremarkable,
        results: outcome.judgements.iter().map(result).collect(),
    }
}

fn result(judgement: &Judgement) -> ResultDocument<'_> {
    let growth = judgement.growth;
    let interval = growth.and_then(|growth| growth.interval);
    ResultDocument {
        function: &judgement.function,
        verdict: judgement.verdict.text().to_lowercase(),
        metric: judgement.metric.name(),
        limit: &judgement.limit,
        old: judgement.old.map(rounded),
        new: judgement.new.map(rounded),
        ratio: growth.and_then(|growth| growth.ratio.map(rounded)),
        interval: interval.map(|(low, high)| [rounded(low), rounded(high)]),
        p: growth.and_then(|growth| growth.p.map(rounded)),
        q: growth.and_then(|growth| growth.q.map(rounded)),
        why: &judgement.why,
    }
}
