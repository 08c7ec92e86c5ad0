//! The filters: which samples, frames and labels a report sees.

mod frames;
mod prune;
mod range;
mod tag_frames;
mod tags;

use std::fmt;

use dtail_profile::{Label, LocationId, Profile, Sample, Samples};

use crate::error::Error;
use crate::labels::LabelUnits;
use crate::options::Options;
use crate::pattern::Pattern;

pub(crate) use prune::remove_uninteresting;
pub(crate) use tag_frames::add_tag_frames;

/// Something the user should know beside the report: one line, no full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning(String);

impl Warning {
    pub(crate) fn new(text: String) -> Warning {
        Warning(text)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Applies every filter of `options`, in the order of pprof.
pub(crate) fn apply(
    profile: &mut Profile,
    options: &Options,
    units: &LabelUnits,
    warnings: &mut Vec<Warning>,
) -> Result<(), Error> {
    let frames = frames::Frames::compile(options)?;
    let show_from = compile("show_from", &options.show_from)?;
    let tag_focus = tags::Filter::compile("tagfocus", &options.tag_focus, warnings)?;
    let tag_ignore = tags::Filter::compile("tagignore", &options.tag_ignore, warnings)?;
    let prune_from = compile("prune_from", &options.prune_from)?;
    let tag_show = compile("tagshow", &options.tag_show)?;
    let tag_hide = compile("taghide", &options.tag_hide)?;
    frames.apply(profile, warnings);
    if let Some(pattern) = show_from {
        let matched = frames::show_from(profile, &pattern);
        warn_unmatched(matched, "ShowFrom", warnings);
    }
    tags::filter_samples(
        profile,
        tag_focus.as_ref(),
        tag_ignore.as_ref(),
        units,
        warnings,
    );
    tags::filter_labels(profile, tag_show.as_ref(), tag_hide.as_ref(), warnings);
    if let Some(pattern) = prune_from {
        prune::prune_from(profile, &pattern);
    }
    Ok(())
}

/// The expression of an option, none when the option is unused.
fn compile(option: &'static str, source: &str) -> Result<Option<Pattern>, Error> {
    if source.is_empty() {
        return Ok(None);
    }
    Pattern::new(source)
        .map(Some)
        .map_err(|reason| Error::BadPattern(option, reason))
}

fn warn_unmatched(matched: bool, option: &str, warnings: &mut Vec<Warning>) {
    if !matched {
        warnings.push(Warning::new(format!(
            "{option} expression matched no samples"
        )));
    }
}

/// What a filter makes of one sample: its stack and its labels.
type Kept<'a> = (&'a [LocationId], &'a [Label]);

/// Replaces each sample by what `keep` makes of it; `None` drops it. The values stay.
fn rebuild_samples(
    profile: &mut Profile,
    mut keep: impl for<'a> FnMut(Sample<'a>, &'a mut SampleRow) -> Option<Kept<'a>>,
) {
    let mut kept = Samples::with_width(profile.samples.width());
    let mut row = SampleRow::default();
    for sample in profile.samples.iter() {
        if let Some((stack, labels)) = keep(sample, &mut row) {
            kept.push(stack, sample.values, labels);
        }
    }
    profile.samples = kept;
}

/// Room for a stack and labels that a filter puts together.
#[derive(Default)]
struct SampleRow {
    stack: Vec<LocationId>,
    labels: Vec<Label>,
}
