//! The table of nodes with the callers and callees of each: `tree`, and `peek` for some.

use std::io::{self, Write};

use crate::error::Error;
use crate::graph::{EdgeId, Graph, NodeId, Trimmed};
use crate::measurement::percentage;
use crate::pattern::Pattern;
use crate::prepare::Report;

const SEPARATOR: &str = "----------------------------------------------------------+-------------";
const LEGEND: &str = "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t ";

impl Report {
    /// Writes each node between its callers and its callees; with an expression, matching ones.
    pub(crate) fn write_tree(
        mut self,
        only: Option<&str>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let (trimmed, shown) = self.tree_nodes(only)?;
        let graph = &trimmed.graph;
        writeln!(
            out,
            "{}\n{SEPARATOR}\n{LEGEND}",
            self.header(&trimmed, false).join("\n")
        )?;
        let mut sum = 0i64;
        for id in shown {
            sum = sum.wrapping_add(graph.node(id).flat.value());
            writeln!(out, "{SEPARATOR}")?;
            self.write_block(graph, id, sum, out)?;
        }
        if !graph.listed.is_empty() {
            writeln!(out, "{SEPARATOR}")?;
        }
        Ok(())
    }

    /// The graph, and its nodes that match.
    pub(crate) fn tree_nodes(
        &mut self,
        only: Option<&str>,
    ) -> Result<(Trimmed, Vec<NodeId>), Error> {
        let compile = |source| Pattern::new(source).map_err(|e| Error::BadPattern("argument", e));
        let only = only.map(compile).transpose()?;
        let trimmed = self.trimmed_graph();
        self.choose_unit(&trimmed.graph);
        let graph = &trimmed.graph;
        let is_shown = |id: &&NodeId| {
            let name = graph.node(**id).info.printable(&self.profile.strings);
            only.as_ref().is_none_or(|only| only.is_match(&name))
        };
        let shown: Vec<NodeId> = graph.listed.iter().filter(is_shown).copied().collect();
        if let Some(only) = only.filter(|_| shown.is_empty()) {
            return Err(Error::NoMatch(only.as_str().to_owned()));
        }
        Ok((trimmed, shown))
    }

    /// One node between its callers and its callees.
    fn write_block(
        &self,
        graph: &Graph,
        id: NodeId,
        sum: i64,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let node = graph.node(id);
        let (flat, cum) = (node.flat.value(), node.cum.value());
        self.write_edges(
            graph,
            &node.inward,
            cum,
            |edge| graph.edge(edge).source,
            out,
        )?;
        writeln!(
            out,
            "{:>10} {} {} {:>10} {}                | {}",
            self.format(flat),
            percentage(flat, self.total),
            percentage(sum, self.total),
            self.format(cum),
            percentage(cum, self.total),
            node.info.printable(&self.profile.strings)
        )?;
        self.write_edges(
            graph,
            &node.outward,
            cum,
            |edge| graph.edge(edge).target,
            out,
        )
    }

    fn write_edges(
        &self,
        graph: &Graph,
        edges: &[EdgeId],
        cum: i64,
        other_end: impl Fn(EdgeId) -> NodeId,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let strings = &self.profile.strings;
        for id in graph.sorted_edges(edges, strings) {
            let edge = graph.edge(id);
            let weight = edge.weight.sum;
            let inline = if edge.is_inline { " (inline)" } else { "" };
            let share = percentage(weight, cum);
            let name = graph.node(other_end(id)).info.printable(strings);
            writeln!(
                out,
                "{:>50} {share} |   {name}{inline}",
                self.format(weight)
            )?;
        }
        Ok(())
    }
}
