//! Times of one build: `run` and `baseline`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ::compare::Facts;
use anyhow::{Context, Result};
use jiff::Timestamp;

use super::super::decide::{Fault, publish};
use super::super::{
    flags::PROGRAMS,
    paint::Page,
    programs::Surroundings,
    progress::Progress,
    workload::{self, Workload},
};
use super::measure::{self, Bench};
use super::record::{RECORD, Record, WorkloadRecord};
use super::store::Place;
use super::{Flags, Plan, machine, text};

/// The workloads that are wanted, with their inputs, and the programs by their names.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) benches: Vec<Bench<'static>>,
    pub(super) programs: BTreeMap<&'static str, PathBuf>,
    pub(super) progress: Progress,
}

/// Times the workloads; a baseline is kept.
pub(super) fn run(flags: &Flags, plan: Plan, out: &mut dyn Write) -> Result<bool, Fault> {
    let mut session = Session::prepare(flags, plan)?;
    let place = flags
        .tag
        .as_deref()
        .map(|tag| Place::claim(&flags.dir(), tag))
        .transpose();
    let place = place.map_err(fault)?;
    let profiles = place.as_ref().map(|place| place.profiles());
    let record = session.record(flags, profiles.as_deref()).map_err(fault)?;
    if let Some(place) = place {
        place.keep(&record, &session.programs).map_err(fault)?;
        session
            .progress
            .note(&format!("Wrote {}", place.file().display()));
    }
    let json = json(&record)?;
    if let Some(path) = &flags.output {
        publish(path, json.as_bytes())?;
    }
    if flags.json {
        out.write_all(json.as_bytes()).map_err(Fault::Output)?;
    } else {
        text::record(out, &Page::of_stdout(flags.nocolor), &record).map_err(Fault::Output)?;
    }
    Ok(false)
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| text + "\n")
        .map_err(|error| Fault::Output(error.into()))
}

pub(super) fn fault(error: anyhow::Error) -> Fault {
    Fault::Input(format!("{error:#}"))
}

pub(super) fn now() -> String {
    let now = Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl Session {
    /// Makes the inputs and finds the programs that `flags` ask for.
    pub(super) fn prepare(flags: &Flags, plan: Plan) -> Result<Session, Fault> {
        for name in &flags.commands {
            if !PROGRAMS.contains(&name.as_str()) {
                let suggestion = crate::spelling::suggestion(name, PROGRAMS);
                return Err(Fault::Usage(format!(
                    "-commands: unknown program '{name}'{suggestion}"
                )));
            }
        }
        let mut progress = Progress::on_stderr();
        let all: &'static [Workload] = if plan.quick {
            workload::QUICK
        } else {
            workload::FULL
        };
        let is_wanted = |workload: &&Workload| {
            flags.commands.is_empty() || flags.commands.iter().any(|name| name == workload.program)
        };
        let wanted: Vec<&'static Workload> = all.iter().filter(is_wanted).collect();
        let mut names: Vec<&'static str> = wanted.iter().map(|workload| workload.program).collect();
        names.dedup();
        let surroundings = Surroundings::of_this_process().map_err(fault)?;
        let paths = surroundings
            .programs(&names, &mut progress)
            .map_err(fault)?;
        let testdata = flags.testdata();
        let benches = wanted.into_iter().map(|workload| {
            let input = workload.input.prepare(&testdata, &mut progress);
            let path = testdata.join(workload.input.name);
            Ok(Bench {
                workload,
                input: input
                    .map_err(|error| Fault::Input(format!("{}: {error}", path.display())))?,
                passes: 1,
                plan,
            })
        });
        Ok(Session {
            benches: benches.collect::<Result<_, Fault>>()?,
            programs: names.into_iter().zip(paths).collect(),
            progress,
        })
    }

    /// The times of each workload; profiles go to `profiles`, or nowhere that stays.
    fn record(&mut self, flags: &Flags, profiles: Option<&Path>) -> Result<Record> {
        let temporary = tempfile::tempdir().context("cannot make a directory for profiles")?;
        let profiles = profiles.unwrap_or(temporary.path());
        fs::create_dir_all(profiles).with_context(|| profiles.display().to_string())?;
        let mut record = Record {
            schema: RECORD.to_owned(),
            tag: flags.tag.clone().unwrap_or_default(),
            time: now(),
            commit: machine::commit().unwrap_or_default(),
            machine: BTreeMap::new(),
            workloads: Vec::new(),
        };
        for bench in &mut self.benches {
            let program = &self.programs[bench.workload.program];
            self.progress.note(bench.workload.title);
            bench.calibrate(program)?;
            let mut runs = Vec::new();
            for run in 0..bench.plan.runs {
                self.progress
                    .part("  timed runs", run.into(), bench.plan.runs.into());
                runs.push(bench.time(program)?);
            }
            for run in 0..bench.plan.profiles {
                self.progress
                    .part("  profiled runs", run.into(), bench.plan.profiles.into());
                let profile = measure::read(&bench.profile(program, profiles)?)?;
                record.machine = machine::described(&Facts::of(&profile));
            }
            self.progress.clear();
            record.workloads.push(WorkloadRecord {
                title: bench.workload.title.to_owned(),
                program: bench.workload.program.to_owned(),
                command: bench.command_line(),
                passes: bench.passes,
                bytes: bench.passes * fs::metadata(&bench.input).map_or(0, |file| file.len()),
                runs,
            });
        }
        Ok(record)
    }
}
