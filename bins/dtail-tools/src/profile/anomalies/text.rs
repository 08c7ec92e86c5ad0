//! The outcome as a page: for each series the findings in their order, one line of figures with the
//! course of the values, then what and where.

use std::io::{self, Write};

use jiff::Timestamp;
use series::{Finding, Kind, Outcome, ProfileRef, Rules, SeriesOutcome, sparkline};

use super::super::{
    entry::local_time,
    figure,
    paint::{Page, clipped, wrapped},
};

/// Columns before the course of the values.
const FIGURES: usize = 64;

/// Columns of the course where lines may have any length, and at least.
const COURSE: (usize, usize) = (40, 10);

/// Columns that text below the figures is indented by.
const INDENT: usize = 4;

/// Other functions that are named.
const ALSO: usize = 5;

/// Writes the page.
pub(super) fn write(
    out: &mut dyn Write,
    page: &Page,
    outcome: &Outcome,
    rules: &Rules,
) -> io::Result<()> {
    let has_something =
        |series: &&SeriesOutcome| !(series.findings.is_empty() && series.set_aside.is_empty());
    for series in outcome.series.iter().filter(has_something) {
        write_series(out, page, series)?;
    }
    let quiet: Vec<&SeriesOutcome> = outcome
        .series
        .iter()
        .filter(|series| !has_something(series))
        .collect();
    if !quiet.is_empty() {
        page.title(out, "Nothing stands out")?;
        for series in quiet {
            write_quiet(out, page, series, rules)?;
        }
        writeln!(out)?;
    }
    let left_out = outcome.left_out.len();
    if left_out > 0 {
        let least = rules.samples_least;
        let text = format!(
            "Left out: {} of fewer than {least} samples (-minsamples)",
            profiles(left_out)
        );
        write_wrapped(out, page, 0, &text)?;
    }
    let findings = outcome.findings();
    let plural = if findings == 1 { "" } else { "s" };
    let improved = match outcome.improvements() {
        0 => String::new(),
        1 => ", 1 an improvement".to_owned(),
        more => format!(", {more} improvements"),
    };
    writeln!(
        out,
        "Total: {findings} finding{plural} in {} series{improved}",
        outcome.series.len()
    )
}

fn profiles(count: usize) -> String {
    format!("{count} profile{}", if count == 1 { "" } else { "s" })
}

fn title(series: &SeriesOutcome) -> String {
    let key = &series.key;
    let words = [key.tool.as_str(), key.kind.as_str(), key.measured.as_str()];
    let known = words.into_iter().filter(|word| !word.is_empty());
    known.collect::<Vec<_>>().join(" ")
}

fn write_series(out: &mut dyn Write, page: &Page, series: &SeriesOutcome) -> io::Result<()> {
    page.title(out, &title(series))?;
    if !series.key.workload.is_empty() {
        write_wrapped(out, page, 0, &series.key.workload)?;
    }
    write_wrapped(out, page, 0, &extent(series))?;
    writeln!(out)?;
    if !series.findings.is_empty() {
        let titles = ["change", "before", "after"];
        let [change, before, after] = titles;
        writeln!(
            out,
            " #  {:<8} {change:>9}  {before:>9}  {after:>9}  {:<16}  course",
            "what", "since"
        )?;
    }
    for (index, finding) in series.findings.iter().enumerate() {
        write_finding(out, page, series, index + 1, finding)?;
    }
    for aside in &series.set_aside {
        let finding = &aside.finding;
        let text = format!(
            "Set aside: {}, {} to {}, {}: {}",
            function(finding),
            value(finding, finding.before),
            value(finding, finding.after),
            span(series, finding),
            aside.reason
        );
        write_wrapped(out, page, 0, &text)?;
    }
    writeln!(out)
}

fn write_quiet(
    out: &mut dyn Write,
    page: &Page,
    series: &SeriesOutcome,
    rules: &Rules,
) -> io::Result<()> {
    let mut text = title(series);
    if !series.key.workload.is_empty() {
        text += &format!(" ({})", series.key.workload);
    }
    text += &format!(": {}", profiles(series.profiles.len()));
    let count = series.profiles.len();
    if count < 2 * rules.side_least {
        text += &format!(
            ", too few: a change of level takes {}",
            2 * rules.side_least
        );
    } else if count < rules.spike_profiles_least {
        text += &format!(
            "; spikes are looked for from {} on",
            rules.spike_profiles_least
        );
    }
    write_wrapped(out, page, 0, &text)
}

/// How many profiles, from when to when, with how many samples.
fn extent(series: &SeriesOutcome) -> String {
    let all = &series.profiles;
    let time = |profile: Option<&ProfileRef>| profile.map_or_else(String::new, minute);
    let mut samples: Vec<f64> = all.iter().map(|profile| profile.samples).collect();
    samples.sort_by(f64::total_cmp);
    let middle = samples.get(samples.len() / 2).copied().unwrap_or(0.0);
    format!(
        "{}, {} to {}, {middle:.0} samples each (median)",
        profiles(all.len()),
        time(all.first()),
        time(all.last()),
    )
}

fn write_finding(
    out: &mut dyn Write,
    page: &Page,
    series: &SeriesOutcome,
    rank: usize,
    finding: &Finding,
) -> io::Result<()> {
    let room = page.width.map_or(COURSE.0, |width| {
        width.saturating_sub(FIGURES).max(COURSE.1)
    });
    let line = format!(
        "{rank:>2}  {:<8} {:>9}  {:>9}  {:>9}  {:<16}  {}",
        word(finding.kind),
        change(finding),
        value(finding, finding.before),
        value(finding, finding.after),
        series
            .profiles
            .get(finding.first)
            .map_or_else(String::new, minute),
        sparkline(&finding.values, room),
    );
    writeln!(out, "{}", line.trim_end())?;
    let less = if finding.is_improvement() {
        ": costs less"
    } else {
        ""
    };
    write_wrapped(out, page, INDENT, &(function(finding) + less))?;
    write_wrapped(out, page, INDENT, &place(series, finding))?;
    if !finding.also.is_empty() {
        write_wrapped(out, page, INDENT, &also(finding))?;
    }
    Ok(())
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Shift => "shift",
        Kind::Appeared => "appeared",
        Kind::Vanished => "vanished",
        Kind::Growth => "growth",
        Kind::Decline => "decline",
        Kind::Spike => "spike",
        Kind::Transient => "transient",
    }
}

fn function(finding: &Finding) -> String {
    match &finding.function {
        Some(name) if finding.metric == "cum" => format!("{name}, with what it calls"),
        Some(name) => name.clone(),
        None if finding.unit.ends_with("/byte") => "all functions, for each byte read".to_owned(),
        None => "all functions".to_owned(),
    }
}

/// The first profile that shows it, its build and the one before.
fn place(series: &SeriesOutcome, finding: &Finding) -> String {
    let Some(first) = series.profiles.get(finding.first) else {
        return String::new();
    };
    let before = finding
        .first
        .checked_sub(1)
        .and_then(|place| series.profiles.get(place));
    let mut text = format!("first in {}", first.source);
    if !first.build.is_empty() {
        text += &format!(", build {}", first.build);
    }
    match before {
        Some(before) if before.build != first.build => {
            text += &format!(" (before: {})", before.build);
        }
        Some(_) if !first.build.is_empty() => text += ", as before",
        _ => {}
    }
    let (earliest, latest) = finding.range;
    if finding.kind != Kind::Spike && earliest != latest {
        let name = |place: usize| {
            series
                .profiles
                .get(place)
                .map_or("", |profile| &profile.source)
        };
        text += &format!(
            "; it may have begun from {} to {}",
            name(earliest),
            name(latest)
        );
    }
    text
}

fn also(finding: &Finding) -> String {
    let mut names: Vec<&str> = Vec::new();
    for other in &finding.also {
        let name = other
            .function
            .as_deref()
            .unwrap_or("all functions together");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(ALSO);
    names.truncate(ALSO);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("also seen in {}{more}", names.join(", "))
}

/// From when to when.
fn span(series: &SeriesOutcome, finding: &Finding) -> String {
    let time = |place: usize| series.profiles.get(place).map_or_else(String::new, minute);
    match finding.last {
        Some(last) => format!("{} to {}", time(finding.first), time(last)),
        None => format!("since {}", time(finding.first)),
    }
}

fn minute(profile: &ProfileRef) -> String {
    let known = Some(profile.time_nanos).filter(|nanos| *nanos != 0);
    let time = known.and_then(|nanos| Timestamp::from_nanosecond(nanos.into()).ok());
    local_time(time).chars().take(16).collect()
}

fn change(finding: &Finding) -> String {
    let change = finding.change();
    let sign = if change < 0.0 { "-" } else { "+" };
    if finding.unit == "share" {
        return format!("{sign}{:.1}pt", 100.0 * change.abs());
    }
    format!("{sign}{}", value(finding, change.abs()))
}

fn value(finding: &Finding, value: f64) -> String {
    if finding.unit == "share" {
        return format!("{:.1}%", 100.0 * value);
    }
    match finding.unit.strip_suffix("/byte") {
        Some(unit) => format!("{}/MB", figure::value((value * 1e6).round() as i64, unit)),
        None => figure::value(value.round() as i64, &finding.unit),
    }
}

fn write_wrapped(out: &mut dyn Write, page: &Page, indent: usize, text: &str) -> io::Result<()> {
    let room = page.width.map(|width| width.saturating_sub(indent));
    for line in wrapped(text, room) {
        writeln!(out, "{:indent$}{}", "", clipped(&line, room))?;
    }
    Ok(())
}
