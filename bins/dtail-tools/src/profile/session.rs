//! The modes that run programs: inputs, runs, then what the profiles say.

use std::{collections::HashMap, io::Write, path::PathBuf};

use anyhow::{Context, Result};

use super::{
    analyze, capture::Setup, flags::Request, list, paint::Page, programs::Surroundings,
    progress::Progress, workload::Workload,
};

/// The workloads of a mode, with what they need.
#[derive(Debug)]
struct Session<'a> {
    request: &'a Request,
    programs: HashMap<&'static str, PathBuf>,
    inputs: HashMap<&'static str, PathBuf>,
    progress: Progress,
}

/// Profiles the `workloads` whose programs are wanted, lists and analyses what
/// they wrote. Whether every workload gave a profile.
///
/// # Errors
/// When nothing could be run at all, or `out` cannot be written.
pub(crate) fn run(
    request: &Request,
    workloads: &[Workload],
    page: &Page,
    out: &mut dyn Write,
) -> Result<bool> {
    let wanted: Vec<&Workload> = workloads
        .iter()
        .filter(|workload| request.wants(workload.program))
        .collect();
    let mut session = Session::prepare(request, &wanted)?;
    let mut runs = Vec::new();
    let mut complete = true;
    for workload in wanted {
        if let Err(error) = session.profile(workload, &mut runs) {
            session.progress.note(&format!("  {error:#}"));
            complete = false;
        }
    }
    report(&runs, page, out)?;
    Ok(complete)
}

impl<'a> Session<'a> {
    fn prepare(request: &'a Request, workloads: &[&Workload]) -> Result<Session<'a>> {
        let mut progress = Progress::on_stderr();
        let mut names: Vec<&'static str> =
            workloads.iter().map(|workload| workload.program).collect();
        names.dedup();
        let paths = Surroundings::of_this_process()?.programs(&names, &mut progress)?;
        let programs = names.into_iter().zip(paths).collect();
        let mut inputs = HashMap::new();
        for workload in workloads {
            let input = workload.input;
            if !inputs.contains_key(input.name) {
                let path = input.prepare(&request.testdata, &mut progress);
                let path =
                    path.with_context(|| request.testdata.join(input.name).display().to_string())?;
                inputs.insert(input.name, path);
            }
        }
        Ok(Session {
            request,
            programs,
            inputs,
            progress,
        })
    }

    /// Each run of one workload, the profiles of each added to `runs`. A later
    /// run starts with the passes at which the one before arrived.
    fn profile(&mut self, workload: &Workload, runs: &mut Vec<Vec<PathBuf>>) -> Result<()> {
        self.progress.note(workload.title);
        let setup = Setup {
            workload,
            program: &self.programs[workload.program],
            input: &self.inputs[workload.input.name],
            dir: &self.request.dir,
            timeout: self.request.timeout,
        };
        let mut passes = 1;
        for _ in 0..self.request.runs {
            let captured = setup.capture(passes, &mut self.progress)?;
            passes = captured.attempt.passes;
            runs.push(captured.files);
        }
        Ok(())
    }
}

/// Lists the profiles of all runs and analyses each run.
fn report(runs: &[Vec<PathBuf>], page: &Page, out: &mut dyn Write) -> Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    page.title(out, "Profiles")?;
    list::files(&runs.concat(), page, out)?;
    for run in runs {
        analyze::brief(run, page, out)?;
    }
    Ok(())
}
