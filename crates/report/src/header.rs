//! The lines above a table: what the profile is, what is shown of it.

use dtail_profile::Profile;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::graph::Trimmed;
use crate::measurement::{percentage, scale, scaled_label};
use crate::number::to_integer;
use crate::path;
use crate::prepare::Report;

/// Filters longer than this many bytes are cut.
const FILTER_BYTES: usize = 80;

impl Report {
    /// What the profile is: file, build id, comments, type, time, duration; one entry a line.
    pub(crate) fn profile_lines(&self) -> Vec<String> {
        let profile = &self.profile;
        let mut lines = mapping_lines(profile);
        let comments = profile.comments.iter().map(|id| profile.text(*id));
        lines.extend(
            comments
                .filter(|text| !text.starts_with('#'))
                .map(str::to_owned),
        );
        if !self.type_name.is_empty() {
            lines.push(format!("Type: {}", self.type_name));
        }
        if !profile.doc_url.is_empty() {
            lines.push(format!("Doc: {}", profile.text(profile.doc_url)));
        }
        if profile.time_nanos != 0 {
            let time = local_time(
                profile.time_nanos,
                &self.options.time_zone,
                "%Y-%m-%d %H:%M:%S %Z",
            );
            lines.push(format!("Time: {time}"));
        }
        if profile.duration_nanos != 0 {
            lines.push(self.duration_line());
        }
        lines
    }

    /// Without a ratio the line ends in a space, as pprof's does.
    fn duration_line(&self) -> String {
        let nanos = self.profile.duration_nanos;
        let sampled = scale(self.total, &self.unit, "nanoseconds");
        let ratio = if sampled.unit == "ns" && sampled.value != 0.0 {
            format!("({})", percentage(to_integer(sampled.value), nanos))
        } else {
            String::new()
        };
        let duration = scaled_label(nanos, "nanoseconds", "auto");
        format!(
            "Duration: {duration}, Total samples = {} {ratio}",
            self.format(self.total)
        )
    }

    /// The lines above a table or graph; `is_full` is for graphs, which have room for all.
    pub(crate) fn header(&self, trimmed: &Trimmed, is_full: bool) -> Vec<String> {
        let mut lines = Vec::new();
        if is_full || !self.options.compact_labels {
            lines = self.profile_lines();
        }
        let filters = self.options.active_filters();
        if !filters.is_empty() {
            lines.push("Active filters:".to_owned());
            lines.extend(filters.iter().map(|filter| format!("   {}", cut(filter))));
        }
        let shown = trimmed.graph.shown_total();
        lines.push(format!(
            "Showing nodes accounting for {}, {} of {} total",
            self.format(shown),
            percentage(shown, self.total).trim_ascii(),
            self.format(self.total)
        ));
        if self.total != 0 {
            lines.extend(self.dropped_lines(trimmed, is_full));
        }
        if is_full {
            lines.push("\nSee https://git.io/JfYMW for how to read the graph".to_owned());
        }
        lines
    }

    fn dropped_lines(&self, trimmed: &Trimmed, is_full: bool) -> Vec<String> {
        let line = |dropped: usize, what: &str, value: &str, fraction: f64| {
            let plural = if dropped > 1 { "s" } else { "" };
            let cutoff = to_integer(self.total as f64 * fraction).wrapping_abs();
            let cutoff = self.format(cutoff);
            let text = format!("Dropped {dropped} {what}{plural} ({value} <= {cutoff})");
            (dropped > 0).then_some(text)
        };
        let nodes = line(
            trimmed.dropped_nodes,
            "node",
            "cum",
            self.options.node_fraction,
        );
        let edges = if is_full { trimmed.dropped_edges } else { 0 };
        let edges = line(edges, "edge", "freq", self.options.edge_fraction);
        let (shown, before) = (trimmed.graph.listed.len(), trimmed.nodes_before_limit);
        let limit = format!("Showing top {shown} nodes out of {before}");
        let limit = (shown > 0 && shown < before).then_some(limit);
        [nodes, edges, limit].into_iter().flatten().collect()
    }
}

fn mapping_lines(profile: &Profile) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(program) = profile.mappings.first() {
        let (file, build_id) = (profile.text(program.file), profile.text(program.build_id));
        if !file.is_empty() {
            lines.push(format!("File: {}", path::base(file)));
        }
        if !build_id.is_empty() {
            lines.push(format!("Build ID: {build_id}"));
        }
    }
    lines
}

/// A point in time as text in a zone; the number itself when no calendar holds it.
pub(crate) fn local_time(nanos: i64, zone: &TimeZone, format: &str) -> String {
    match Timestamp::from_nanosecond(i128::from(nanos)) {
        Ok(time) => time
            .to_zoned_datetime(zone.clone())
            .strftime(format)
            .to_string(),
        Err(_) => nanos.to_string(),
    }
}

/// A filter cut to the room it has, at a character.
fn cut(filter: &str) -> String {
    if filter.len() <= FILTER_BYTES {
        return filter.to_owned();
    }
    let ends = (0..=FILTER_BYTES)
        .rev()
        .find(|end| filter.is_char_boundary(*end));
    let end = ends.unwrap_or(0);
    format!("{}…", &filter[..end])
}
