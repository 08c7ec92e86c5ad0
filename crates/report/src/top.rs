//! The table of nodes: `top`.

use std::fmt;
use std::io::Write;

use dtail_profile::Profile;

use crate::error::Error;
use crate::graph::{Graph, Node};
use crate::kind::Kind;
use crate::measurement::percentage;
use crate::options::Options;
use crate::prepare::Report;

/// Whether the calls to a node were inlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InlineMark {
    /// None that is shown.
    None,
    /// All.
    Inline,
    /// Some.
    Partial,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopRow {
    /// Name in full; with file and line or address where the granularity has them.
    pub name: String,
    /// Whether the calls to it were inlined.
    pub inline: InlineMark,
    /// Spent in the node itself, in the unit of the profile.
    pub flat: i64,
    /// Spent in the node and all it calls, in the unit of the profile.
    pub cum: i64,
    /// `flat` in the unit of the report.
    pub flat_text: String,
    /// `cum` in the unit of the report.
    pub cum_text: String,
}

/// The table of nodes with the lines above it. `Display` is pprof's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopReport {
    /// The lines above the table.
    pub header: Vec<String>,
    /// The rows in the order of the options.
    pub rows: Vec<TopRow>,
    /// What percentages refer to, in the unit of the profile.
    pub total: i64,
    /// `total` in the unit of the report.
    pub total_text: String,
    /// The sample type: `cpu`.
    pub type_name: String,
    /// The unit of the profile: `nanoseconds`.
    pub unit: String,
}

/// The table of nodes of `profile`.
///
/// # Errors
///
/// When an option does not fit the profile or an expression cannot be read.
pub fn top(profile: &Profile, options: &Options) -> Result<TopReport, Error> {
    Ok(Report::new(profile.clone(), Kind::Top, options)?.top())
}

impl Report {
    /// The table of nodes.
    pub fn top(mut self) -> TopReport {
        let trimmed = self.trimmed_graph();
        self.choose_unit(&trimmed.graph);
        let header = self.header(&trimmed, false);
        let graph = &trimmed.graph;
        TopReport {
            header,
            rows: graph.shown().map(|node| self.row(graph, node)).collect(),
            total: self.total,
            total_text: self.format(self.total),
            type_name: self.type_name,
            unit: self.unit,
        }
    }

    fn row(&self, graph: &Graph, node: &Node) -> TopRow {
        let (flat, cum) = (node.flat.value(), node.cum.value());
        TopRow {
            name: node.info.printable(&self.profile.strings).into_owned(),
            inline: inline_mark(graph, node),
            flat,
            cum,
            flat_text: self.format(flat),
            cum_text: self.format(cum),
        }
    }
}

/// Judges the edges into the node that are left.
fn inline_mark(graph: &Graph, node: &Node) -> InlineMark {
    let inlined = node
        .inward
        .iter()
        .filter(|id| graph.edge(**id).is_inline)
        .count();
    match inlined {
        0 => InlineMark::None,
        _ if inlined == node.inward.len() => InlineMark::Inline,
        _ => InlineMark::Partial,
    }
}

impl fmt::Display for InlineMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InlineMark::None => "",
            InlineMark::Inline => " (inline)",
            InlineMark::Partial => " (partial-inline)",
        })
    }
}

impl fmt::Display for TopReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.header.join("\n"))?;
        writeln!(f, "      flat  flat%   sum%        cum   cum%")?;
        let mut sum = 0i64;
        for row in &self.rows {
            sum = sum.wrapping_add(row.flat);
            writeln!(
                f,
                "{:>10} {} {} {:>10} {}  {}{}",
                row.flat_text,
                percentage(row.flat, self.total),
                percentage(sum, self.total),
                row.cum_text,
                percentage(row.cum, self.total),
                row.name,
                row.inline
            )?;
        }
        Ok(())
    }
}

impl TopReport {
    /// Writes pprof's text of the table.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        write!(out, "{self}")
    }
}
