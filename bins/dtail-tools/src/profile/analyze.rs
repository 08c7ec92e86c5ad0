//! `analyze`: what a profile says, and how far to trust it.

use std::{io::Write, path::Path};

use anyhow::Result;
use dtail_profile::Profile;

use super::{
    contents::{self, Contents},
    entry::Entry,
    figure,
    flags::Request,
    header,
    heaviest::{self, Step},
    paint::{Page, clipped},
};

/// A step of the heaviest path is shown where the next one keeps less of it.
const NARROWS: f64 = 0.95;

/// Analyses the files of `request`. Whether all of them could be read; those
/// that could not are reported on standard error.
pub(crate) fn run(request: &Request, page: &Page, out: &mut dyn Write) -> Result<bool> {
    let mut complete = true;
    for (number, path) in request.files.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        complete &= file(path, page, out)?;
    }
    Ok(complete)
}

/// Analyses the profile at `path`. Whether it could be read.
pub(crate) fn file(path: &Path, page: &Page, out: &mut dyn Write) -> Result<bool> {
    match contents::load(path) {
        Ok(profile) => write(out, page, path, &profile).map(|()| true),
        Err(error) => {
            super::complain(&format!("{error:#}"), super::status::INPUT);
            Ok(false)
        }
    }
}

fn write(out: &mut dyn Write, page: &Page, path: &Path, profile: &Profile) -> Result<()> {
    let contents = Contents::of(profile);
    page.title(out, &path.display().to_string())?;
    header::write(out, page, &Entry::of_profile(path, profile), &contents)?;
    heaviest_path(out, page, profile, &contents)?;
    Ok(())
}

fn heaviest_path(
    out: &mut dyn Write,
    page: &Page,
    profile: &Profile,
    contents: &Contents,
) -> Result<()> {
    let steps = heaviest::path(profile, contents::shown_value(profile));
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nHeaviest path, where it narrows")?;
    for step in narrowing(&steps) {
        let share = 100.0 * step.value as f64 / contents.total.max(1) as f64;
        let value = figure::figure(step.value, &contents.unit);
        let name = profile.text(profile.function(step.function).name);
        let line = format!("{value:>10} {share:>5.1}%  {name}");
        writeln!(out, "{}", clipped(&line, page.width))?;
    }
    Ok(())
}

/// The steps whose successor keeps distinctly less, and the last one.
fn narrowing(steps: &[Step]) -> impl Iterator<Item = &Step> {
    let next_of = |index: usize| steps.get(index + 1).map_or(0, |step| step.value);
    let narrows =
        move |index: usize, step: &Step| (next_of(index) as f64) < NARROWS * step.value as f64;
    steps
        .iter()
        .enumerate()
        .filter(move |(index, step)| narrows(*index, step))
        .map(|(_, step)| step)
}
