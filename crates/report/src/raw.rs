//! The profile itself as text: `raw`; and its comments: `comments`.

use std::io::{self, Write};

use dtail_profile::{Line, LocationId, Mapping, Profile, Sample};

use crate::duration;
use crate::header::local_time;
use crate::labels;
use crate::prepare::Report;

/// Labels are indented this far.
const LABEL_INDENT: &str = "                ";
/// The width of what stands in front of the first line of a location, for the others.
const LINE_INDENT: &str = "             ";
/// Characters of the duration that are printed.
const DURATION_WIDTH: usize = 4;

impl Report {
    /// Writes every table of the profile.
    pub(crate) fn write_raw(&self, out: &mut dyn Write) -> io::Result<()> {
        let profile = &self.profile;
        self.write_header(out)?;
        writeln!(out, "Samples:\n{}", sample_types(profile).trim_ascii())?;
        for sample in profile.samples.iter() {
            write_sample(profile, sample, out)?;
        }
        writeln!(out, "Locations")?;
        for id in profile.locations.ids() {
            write_location(profile, id, out)?;
        }
        writeln!(out, "Mappings")?;
        profile
            .mappings
            .iter()
            .try_for_each(|mapping| write_mapping(profile, mapping, out))
    }

    fn write_header(&self, out: &mut dyn Write) -> io::Result<()> {
        let profile = &self.profile;
        for comment in &profile.comments {
            writeln!(out, "Comment: {}", profile.text(*comment))?;
        }
        if !profile.doc_url.is_empty() {
            writeln!(out, "Doc: {}", profile.text(profile.doc_url))?;
        }
        let period = profile.period_type;
        writeln!(
            out,
            "PeriodType: {} {}",
            profile.text(period.kind),
            profile.text(period.unit)
        )?;
        writeln!(out, "Period: {}", profile.period)?;
        if profile.time_nanos != 0 {
            let zone = &self.options.time_zone;
            let time = local_time(profile.time_nanos, zone, "%Y-%m-%d %H:%M:%S%.f %z %Z");
            writeln!(out, "Time: {time}")?;
        }
        if profile.duration_nanos != 0 {
            let text = duration::text(profile.duration_nanos);
            let cut: String = text.chars().take(DURATION_WIDTH).collect();
            writeln!(out, "Duration: {cut}")?;
        }
        Ok(())
    }

    /// Writes the comments, one a line, those that reports hide included.
    pub(crate) fn write_comments(&self, out: &mut dyn Write) -> io::Result<()> {
        let comments = self
            .profile
            .comments
            .iter()
            .map(|id| self.profile.text(*id));
        comments
            .into_iter()
            .try_for_each(|comment| writeln!(out, "{comment}"))
    }
}

fn sample_types(profile: &Profile) -> String {
    let default = profile.text(profile.default_sample_type);
    let text = |t: &dtail_profile::ValueType| {
        let (kind, unit) = (profile.text(t.kind), profile.text(t.unit));
        format!(
            "{kind}/{unit}{} ",
            if kind == default { "[dflt]" } else { "" }
        )
    };
    profile.sample_types.iter().map(text).collect()
}

fn write_sample(profile: &Profile, sample: Sample<'_>, out: &mut dyn Write) -> io::Result<()> {
    for value in sample.values {
        write!(out, " {value:>10}")?;
    }
    write!(out, ": ")?;
    for id in sample.stack {
        write!(out, "{} ", profile.locations.get(*id).id)?;
    }
    writeln!(out)?;
    let texts = labels::texts(profile, sample.labels);
    write_labels(
        texts
            .iter()
            .map(|(key, texts)| format!("{key}:[{}]", texts.join(" "))),
        out,
    )?;
    let numbers = labels::numbers(profile, sample.labels);
    write_labels(
        numbers
            .iter()
            .map(|(key, group)| format!("{key}:[{}]", numbers_text(group))),
        out,
    )
}

/// The numbers of a label, each with its unit where any has one.
fn numbers_text(group: &labels::Numbers<'_>) -> String {
    let numbers = group.numbers.iter().enumerate();
    let text = |(index, number): (usize, &i64)| match group.units.get(index) {
        Some(unit) => format!("{number} {unit}"),
        None => number.to_string(),
    };
    numbers.map(text).collect::<Vec<String>>().join(" ")
}

fn write_labels(labels: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let mut labels: Vec<String> = labels.collect();
    if labels.is_empty() {
        return Ok(());
    }
    labels.sort_unstable();
    writeln!(out, "{LABEL_INDENT}{}", labels.join(" "))
}

fn write_location(profile: &Profile, id: LocationId, out: &mut dyn Write) -> io::Result<()> {
    let location = profile.locations.get(id);
    let mut start = format!("{:>6}: {:#x} ", location.id, location.address);
    if let Some(mapping) = location.mapping {
        start += &format!("M={} ", profile.mapping(mapping).id);
    }
    if location.is_folded {
        start += "[F] ";
    }
    let lines = profile.locations.lines(id);
    if lines.is_empty() {
        writeln!(out, "{start}")?;
    }
    for line in lines {
        writeln!(out, "{start}{}", line_text(profile, line))?;
        LINE_INDENT.clone_into(&mut start);
    }
    Ok(())
}

fn line_text(profile: &Profile, line: &Line) -> String {
    let function = profile.function(line.function);
    let (name, system) = (
        profile.text(function.name),
        profile.text(function.system_name),
    );
    let system = if name == system {
        String::new()
    } else {
        format!("({system})")
    };
    let (file, start) = (profile.text(function.filename), function.start_line);
    format!(
        "{name} {file}:{}:{} s={start}{system}",
        line.line, line.column
    )
}

fn write_mapping(profile: &Profile, mapping: &Mapping, out: &mut dyn Write) -> io::Result<()> {
    let flags = [
        (mapping.has_functions, "[FN]"),
        (mapping.has_filenames, "[FL]"),
        (mapping.has_line_numbers, "[LN]"),
        (mapping.has_inline_frames, "[IN]"),
    ];
    let flags: String = flags
        .iter()
        .filter(|(is_set, _)| *is_set)
        .map(|(_, text)| *text)
        .collect();
    let (file, build_id) = (profile.text(mapping.file), profile.text(mapping.build_id));
    let Mapping {
        id,
        start,
        limit,
        offset,
        ..
    } = mapping;
    writeln!(
        out,
        "{id}: {start:#x}/{limit:#x}/{offset:#x} {file} {build_id} {flags}"
    )
}
