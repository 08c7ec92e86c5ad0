//! Times of two builds, run in turn: `compare`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};

use ::compare::Facts;
use anyhow::{Context, Result, bail};

use super::super::decide::{Fault, publish};
use super::super::paint::Page;
use super::measure::{self, Bench, Timing};
use super::moved::moved;
use super::record::{COMPARISON, Comparison, Ratio, SideRecord, WorkloadComparison};
use super::side::{Session, fault, json, now};
use super::store::{self, Kept};
use super::{Flags, Plan, machine, text};

/// The programs of before.
#[derive(Debug)]
struct Old {
    dir: PathBuf,
    side: SideRecord,
    machine: BTreeMap<String, String>,
}

/// Compares with what `flags` name; whether a workload is slower beyond doubt.
pub(super) fn run(flags: &Flags, plan: Plan, out: &mut dyn Write) -> Result<bool, Fault> {
    let old = old(flags).map_err(fault)?;
    let mut session = Session::prepare(flags, plan)?;
    let comparison = compare(&mut session, &old).map_err(fault)?;
    if let Some(difference) = machine::difference(&old.machine, &comparison.machine) {
        let text = "the times that the baseline recorded are those of another machine";
        session
            .progress
            .note(&format!("dtail-tools benchmark: {text}: {difference}"));
    }
    let json = json(&comparison)?;
    if let Some(path) = &flags.output {
        publish(path, json.as_bytes())?;
    }
    if flags.json {
        out.write_all(json.as_bytes()).map_err(Fault::Output)?;
    } else {
        text::comparison(out, &Page::of_stdout(flags.nocolor), &comparison)
            .map_err(Fault::Output)?;
    }
    let is_slower = |ratio: &Option<Ratio>| ratio.is_some_and(|ratio| ratio.verdict() == "slower");
    let mut workloads = comparison.workloads.iter();
    Ok(workloads.any(|workload| is_slower(&workload.wall) || is_slower(&workload.cpu)))
}

/// The directory, the baseline's file or its tag that the command line names; the newest baseline when it
/// names none.
fn old(flags: &Flags) -> Result<Old> {
    let dir = flags.dir();
    let kept = match flags.words.first() {
        None => store::newest(&dir)?,
        Some(word) if is_program_directory(word) => {
            return Ok(Old {
                dir: PathBuf::from(word),
                side: SideRecord {
                    source: word.to_string_lossy().into_owned(),
                    commit: String::new(),
                },
                machine: BTreeMap::new(),
            });
        }
        Some(word) => store::named(&dir, word)?,
    };
    let Kept { file, record } = kept;
    Ok(Old {
        dir: file.with_extension(""),
        side: SideRecord {
            source: file.display().to_string(),
            commit: record.commit,
        },
        machine: record.machine,
    })
}

fn is_program_directory(word: &OsStr) -> bool {
    Path::new(word).is_dir()
}

fn compare(session: &mut Session, old: &Old) -> Result<Comparison> {
    let profiles = tempfile::tempdir().context("cannot make a directory for profiles")?;
    let mut comparison = Comparison {
        schema: COMPARISON,
        time: now(),
        old: old.side.clone(),
        new: new_side(session),
        machine: BTreeMap::new(),
        workloads: Vec::new(),
    };
    let workloads = session.benches.len();
    for bench in &mut session.benches {
        let new = &session.programs[bench.workload.program];
        let before = old.dir.join(new.file_name().unwrap_or_default());
        if !before.is_file() {
            bail!("{} has no {}", old.dir.display(), bench.workload.program);
        }
        session.progress.note(bench.workload.title);
        bench.calibrate(new)?;
        // The first run of a program reads it from the disk.
        bench.time(&before)?;
        let mut times: [Vec<Timing>; 2] = Default::default();
        for run in 0..bench.plan.runs {
            session
                .progress
                .part("  pairs of runs", run.into(), bench.plan.runs.into());
            times[0].push(bench.time(&before)?);
            times[1].push(bench.time(new)?);
        }
        let mut taken: [Vec<_>; 2] = Default::default();
        for run in 0..bench.plan.profiles {
            session.progress.part(
                "  pairs of profiles",
                run.into(),
                bench.plan.profiles.into(),
            );
            for (side, program) in [&before, new].into_iter().enumerate() {
                taken[side].push(measure::read(&bench.profile(program, profiles.path())?)?);
            }
        }
        session.progress.clear();
        let [before, after] = taken;
        if let Some(profile) = after.first() {
            comparison.machine = machine::described(&Facts::of(profile));
        }
        let moved = if before.is_empty() {
            Vec::new()
        } else {
            moved(before, after)?
        };
        comparison
            .workloads
            .push(compared(bench, times, moved, workloads));
    }
    Ok(comparison)
}

fn new_side(session: &Session) -> SideRecord {
    let dir = session
        .programs
        .values()
        .next()
        .and_then(|path| path.parent());
    SideRecord {
        source: dir.unwrap_or(Path::new(".")).display().to_string(),
        commit: machine::commit().unwrap_or_default(),
    }
}

fn compared(
    bench: &Bench<'_>,
    [old, new]: [Vec<Timing>; 2],
    moved: Vec<super::record::Moved>,
    workloads: usize,
) -> WorkloadComparison {
    let ratio = |value: fn(&Timing) -> f64| {
        let values = |times: &[Timing]| times.iter().map(value).collect::<Vec<f64>>();
        Ratio::of(&values(&old), &values(&new), workloads)
    };
    WorkloadComparison {
        title: bench.workload.title.to_owned(),
        program: bench.workload.program.to_owned(),
        command: bench.command_line(),
        passes: bench.passes,
        wall: ratio(|timing| timing.wall_seconds),
        cpu: ratio(|timing| timing.cpu_seconds),
        old,
        new,
        moved,
    }
}
