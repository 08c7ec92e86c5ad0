//! All series of a library, and what happened in each.

use compare::{Metric, Names};
use foldhash::HashSet;
use serde::Serialize;

use crate::candidate::{Candidate, Levels, candidates};
use crate::cause::{Cause, Ground, causes};
use crate::finding::{AlsoSeen, Finding, Kind};
use crate::group::{self, Key};
use crate::reading::{Library, Reading};
use crate::rules::Rules;
use crate::table::{Row, Table};
use crate::track::dispersion;

const NANOS_A_DAY: f64 = 86_400e9;

/// A profile of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProfileRef {
    /// The name of the file.
    pub source: String,
    /// When it was taken, in nanoseconds since 1970; 0 when unknown.
    pub time_nanos: i64,
    /// What the program was built from; empty when unknown.
    pub build: String,
    /// Independent samples that it rests on.
    pub samples: f64,
}

/// Something that was seen and is no finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetAside {
    /// What was seen.
    pub finding: Finding,
    /// Why it is none, a few words.
    pub reason: String,
}

/// What happened in one series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeriesOutcome {
    /// What its profiles have in common.
    pub key: Key,
    /// The profiles, in the order of time.
    pub profiles: Vec<ProfileRef>,
    /// What happened, the most important first.
    pub findings: Vec<Finding>,
    /// What went away, and what only moved.
    pub set_aside: Vec<SetAside>,
}

/// What happened in all series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The series, in the order of their keys.
    pub series: Vec<SeriesOutcome>,
    /// Profiles that rest on too few samples to be in a series.
    pub left_out: Vec<ProfileRef>,
}

impl Outcome {
    /// How many findings there are.
    pub fn findings(&self) -> usize {
        self.series.iter().map(|series| series.findings.len()).sum()
    }

    /// How many of them are improvements.
    pub fn improvements(&self) -> usize {
        let findings = self.series.iter().flat_map(|series| &series.findings);
        findings.filter(|finding| finding.is_improvement()).count()
    }
}

/// What happened in the series of `library`.
pub fn anomalies(library: Library, rules: &Rules) -> Outcome {
    let (groups, left_out) = group::series(library.readings, rules);
    let names = &library.names;
    Outcome {
        series: groups
            .into_iter()
            .map(|(key, readings)| of_series(key, &readings, names, rules))
            .collect(),
        left_out: left_out.iter().map(profile_ref).collect(),
    }
}

fn of_series(key: Key, readings: &[Reading], names: &Names, rules: &Rules) -> SeriesOutcome {
    let ground = ground(&key, readings, names, rules);
    let rows = rows(&ground);
    let of_rows = Levels::new(rules, distinct(&rows, &ground.table), readings.len());
    let of_total = Levels::new(rules, 1, readings.len());
    let mut found: Vec<Candidate> = Vec::new();
    for row in rows {
        let Some(track) = ground.track(&ground.table, row) else {
            continue;
        };
        let levels = if row.is_some() { of_rows } else { of_total };
        let of_row = candidates(&track, &ground.times, ground.scale_of_all, rules, levels);
        found.extend(
            of_row
                .into_iter()
                .map(|candidate| Candidate { row, ..candidate }),
        );
    }
    let (mut findings, mut set_aside) = (Vec::new(), Vec::new());
    for cause in causes(found, &ground) {
        let finding = finding(&cause, &ground);
        match reason(&cause, names) {
            Some(reason) => set_aside.push(SetAside { finding, reason }),
            None => findings.push(finding),
        }
    }
    findings.sort_by(|a, b| {
        rank(a)
            .partial_cmp(&rank(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    SeriesOutcome {
        profiles: readings.iter().map(profile_ref).collect(),
        findings,
        set_aside,
        key,
    }
}

fn ground<'a>(
    key: &'a Key,
    readings: &'a [Reading],
    names: &'a Names,
    rules: &'a Rules,
) -> Ground<'a> {
    let table = Table::new(readings, &HashSet::default());
    let mut times: Vec<f64> = readings
        .iter()
        .map(|r| r.time_nanos as f64 / NANOS_A_DAY)
        .collect();
    if times.first() == times.last() {
        times = (0..readings.len()).map(|place| place as f64).collect();
    }
    Ground {
        key,
        readings,
        names,
        rules,
        times,
        samples: readings.iter().map(Reading::samples).collect(),
        work: readings.iter().map(|reading| reading.work).collect(),
        dispersion: dispersion(&table, readings),
        each: each(readings),
        scale_of_all: stats::median(&table.totals),
        table,
    }
}

/// What one sample stands for, in the middle of all profiles that have any.
fn each(readings: &[Reading]) -> f64 {
    let sampled = readings.iter().filter(|reading| reading.samples() > 0.0);
    let each = sampled.map(|reading| reading.run.gross as f64 / reading.samples());
    stats::median(&each.collect::<Vec<f64>>())
}

/// How many rows differ from one another: the functions of a chain of calls have the same values, and
/// give the same false alarm.
fn distinct(rows: &[Option<Row>], table: &Table) -> usize {
    let values = rows.iter().filter_map(|row| table.row((*row)?));
    let bits = values.map(|row| {
        row.iter()
            .map(|value| value.to_bits())
            .collect::<Vec<u64>>()
    });
    bits.collect::<HashSet<Vec<u64>>>().len()
}

/// The rows that could show something large enough: all others only make certainty harder to reach. The
/// total is one of them.
fn rows(ground: &Ground<'_>) -> Vec<Option<Row>> {
    let totals = &ground.table.totals;
    let is_state = ground.key.is_state();
    let is_large = |values: &[f64]| {
        let most = |share: f64| {
            values
                .iter()
                .zip(totals)
                .any(|(value, total)| *value >= share * total)
        };
        if is_state {
            values
                .iter()
                .any(|value| *value > 0.0 && *value >= ground.rules.relative * ground.scale_of_all)
        } else {
            most(ground.rules.shift_share) && totals.iter().any(|total| *total > 0.0)
        }
    };
    let rows = ground.table.rows();
    // Where memory was allocated says little: everything is, in the allocator.
    let rows = rows.filter(|((_, metric), _)| !is_state || *metric == Metric::Cum);
    let large = rows
        .filter(|(_, values)| is_large(values))
        .map(|(row, _)| Some(row));
    large.chain([None]).collect()
}

fn profile_ref(reading: &Reading) -> ProfileRef {
    ProfileRef {
        source: reading.source.clone(),
        time_nanos: reading.time_nanos,
        build: reading.build.clone(),
        samples: reading.samples(),
    }
}

fn finding(cause: &Cause, ground: &Ground<'_>) -> Finding {
    let candidate = &cause.candidate;
    let track = ground.track(&ground.table, candidate.row);
    let newest = ground.readings.len() - 1;
    let last = candidate.with.last().copied().filter(|last| *last < newest);
    let has_end = matches!(candidate.kind, Kind::Spike | Kind::Transient);
    let also = cause.also.iter().map(|other| AlsoSeen {
        function: other
            .row
            .map(|(name, _)| ground.names.text(name).to_owned()),
        metric: metric_name(other),
        change: other.change(),
    });
    Finding {
        kind: candidate.kind,
        function: candidate
            .row
            .map(|(name, _)| ground.names.text(name).to_owned()),
        metric: metric_name(candidate),
        unit: unit(candidate, ground),
        before: candidate.before,
        after: candidate.after,
        first: candidate.at,
        range: candidate.range,
        last: last.filter(|_| has_end),
        p: candidate.p,
        also: also.collect(),
        values: track.map(|track| track.shown).unwrap_or_default(),
    }
}

fn metric_name(candidate: &Candidate) -> &'static str {
    candidate.row.map_or("total", |(_, metric)| metric.name())
}

fn unit(candidate: &Candidate, ground: &Ground<'_>) -> String {
    let unit = ground
        .readings
        .first()
        .map_or("", |reading| reading.run.measured.unit.as_str());
    match (ground.key.is_state(), candidate.row) {
        (true, _) => unit.to_owned(),
        (false, Some(_)) => "share".to_owned(),
        (false, None) => format!("{unit}/byte"),
    }
}

fn reason(cause: &Cause, names: &Names) -> Option<String> {
    if let Some((name, _)) = cause.moved_from {
        return Some(format!("moved here from {}", names.text(name)));
    }
    (cause.candidate.kind == Kind::Transient).then(|| "went away".to_owned())
}

/// What costs more now comes first, then what passed, then what costs less; the larger before the smaller,
/// relative to the whole.
fn rank(finding: &Finding) -> (u8, f64) {
    let class = match finding.is_worse() {
        true => 0,
        false if finding.kind == Kind::Spike => 1,
        false => 2,
    };
    let size = match finding.unit.as_str() {
        "share" => finding.change().abs(),
        _ => finding.change().abs() / finding.before.max(finding.after),
    };
    (class, -size)
}
