//! The call graph: what `dot` draws.

use super::value::Value;
use super::{Table, columns, percent};
use crate::graph::{Edge, EdgeId, NodeId};
use crate::prepare::Report;

impl Report {
    /// Rows are the nodes; edges name theirs by their position among the rows. The lines of CSV are
    /// the edges.
    pub(super) fn graph_table(&mut self) -> Table<'_> {
        let trimmed = self.trimmed_graph();
        let header = self.header(&trimmed, false);
        let (report, graph) = (&*self, &trimmed.graph);
        let name = |id: NodeId| -> Value<'_> {
            graph
                .node(id)
                .info
                .printable(&report.profile.strings)
                .into()
        };
        let position = |id: NodeId| {
            let position = graph.listed.iter().position(|listed| *listed == id);
            position.map_or(Value::Nothing, |position| (position as i64).into())
        };
        let outward = graph.shown().flat_map(|node| node.outward.iter().copied());
        let outward: Vec<EdgeId> = outward.collect();
        let sorted = graph.sorted_edges(&outward, &report.profile.strings);
        let edges: Vec<&Edge> = sorted.into_iter().map(|id| graph.edge(id)).collect();
        let values = |edge: &Edge| {
            let value = edge.weight.value();
            let share = percent(value, report.total);
            [
                value.into(),
                share.into(),
                edge.is_inline.into(),
                edge.is_residual.into(),
            ]
        };
        let edge = |edge: &&Edge| {
            let [value, share, inline, residual] = values(edge);
            Value::object([
                ("source", position(edge.source)),
                ("target", position(edge.target)),
                ("value", value),
                ("percent", share),
                ("inline", inline),
                ("residual", residual),
            ])
        };
        let line = |edge: &&Edge| {
            let ends = [name(edge.source), name(edge.target)];
            ends.into_iter().chain(values(edge)).collect()
        };
        let node = |id: &NodeId| {
            let (flat, cum) = (graph.node(*id).flat.value(), graph.node(*id).cum.value());
            Value::object([
                ("name", name(*id)),
                ("flat", flat.into()),
                ("flat_percent", percent(flat, report.total).into()),
                ("cum", cum.into()),
                ("cum_percent", percent(cum, report.total).into()),
            ])
        };
        Table {
            facts: vec![
                ("header", Value::list(header)),
                ("edges", Value::list(edges.iter().map(edge))),
            ],
            rows: graph.listed.iter().map(node).collect(),
            columns: columns(["caller", "callee", "value", "percent", "inline", "residual"]),
            lines: edges.iter().map(line).collect(),
        }
    }
}
