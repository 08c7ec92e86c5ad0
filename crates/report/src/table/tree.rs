//! The table of nodes with the callers and callees of each.

use super::value::Value;
use super::{Table, columns, percent};
use crate::error::Error;
use crate::graph::{EdgeId, Graph, NodeId};
use crate::prepare::Report;

impl Report {
    pub(super) fn tree_table(&mut self, only: Option<&str>) -> Result<Table<'_>, Error> {
        let (trimmed, shown) = self.tree_nodes(only)?;
        let header = self.header(&trimmed, false);
        let branches = Branches {
            report: self,
            graph: &trimmed.graph,
        };
        Ok(Table {
            facts: vec![("header", Value::list(header))],
            rows: shown.iter().map(|id| branches.row(*id)).collect(),
            columns: columns([
                "node",
                "relation",
                "name",
                "flat",
                "flat_percent",
                "cum",
                "cum_percent",
                "inline",
            ]),
            lines: shown.iter().flat_map(|id| branches.lines(*id)).collect(),
        })
    }
}

struct Branches<'a, 'g> {
    report: &'a Report,
    graph: &'g Graph,
}

impl<'a> Branches<'a, '_> {
    fn name(&self, id: NodeId) -> Value<'a> {
        self.graph
            .node(id)
            .info
            .printable(&self.report.profile.strings)
            .into()
    }

    fn row(&self, id: NodeId) -> Value<'a> {
        let node = self.graph.node(id);
        let (flat, cum) = (node.flat.value(), node.cum.value());
        let total = self.report.total;
        Value::object([
            ("name", self.name(id)),
            ("flat", flat.into()),
            ("flat_percent", percent(flat, total).into()),
            ("cum", cum.into()),
            ("cum_percent", percent(cum, total).into()),
            (
                "callers",
                self.edges(&node.inward, cum, |graph, edge| graph.edge(edge).source),
            ),
            (
                "callees",
                self.edges(&node.outward, cum, |graph, edge| graph.edge(edge).target),
            ),
        ])
    }

    fn edges(&self, edges: &[EdgeId], cum: i64, end: fn(&Graph, EdgeId) -> NodeId) -> Value<'a> {
        let sorted = self.graph.sorted_edges(edges, &self.report.profile.strings);
        let edge = |id: EdgeId| {
            let edge = self.graph.edge(id);
            Value::object([
                ("name", self.name(end(self.graph, id))),
                ("value", edge.weight.sum.into()),
                ("percent", percent(edge.weight.sum, cum).into()),
                ("inline", edge.is_inline.into()),
            ])
        };
        Value::List(sorted.into_iter().map(edge).collect())
    }

    /// A line for the node and one for each caller and callee; the shares of those are of the node.
    fn lines(&self, id: NodeId) -> Vec<Vec<Value<'a>>> {
        let node = self.graph.node(id);
        let (flat, cum) = (node.flat.value(), node.cum.value());
        let total = self.report.total;
        let strings = &self.report.profile.strings;
        let line = |edge: EdgeId, relation: &'static str, end: NodeId| {
            let edge = self.graph.edge(edge);
            vec![
                self.name(id),
                relation.into(),
                self.name(end),
                Value::Nothing,
                Value::Nothing,
                edge.weight.sum.into(),
                percent(edge.weight.sum, cum).into(),
                edge.is_inline.into(),
            ]
        };
        let callers = self.graph.sorted_edges(&node.inward, strings).into_iter();
        let callers = callers.map(|edge| line(edge, "caller", self.graph.edge(edge).source));
        let callees = self.graph.sorted_edges(&node.outward, strings).into_iter();
        let callees = callees.map(|edge| line(edge, "callee", self.graph.edge(edge).target));
        let own = vec![
            self.name(id),
            "node".into(),
            self.name(id),
            flat.into(),
            percent(flat, total).into(),
            cum.into(),
            percent(cum, total).into(),
            Value::Nothing,
        ];
        callers.chain([own]).chain(callees).collect()
    }
}
