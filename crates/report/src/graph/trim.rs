//! Reduces a graph to what is worth showing.

use super::nodes::NodeRules;
use super::order::magnitude;
use super::{Graph, NodeId, NodeTable, Parts};
use crate::number::to_integer;
use crate::prepare::Report;

/// A graph as it is shown, and what was left out.
#[derive(Debug)]
pub(crate) struct Trimmed {
    pub(crate) graph: Graph,
    /// Nodes before the limit on their number.
    pub(crate) nodes_before_limit: usize,
    /// Nodes dropped because they are too small.
    pub(crate) dropped_nodes: usize,
    /// Edges dropped because they are too small.
    pub(crate) dropped_edges: usize,
}

impl Report {
    /// The nodes of the profile, by the rules of the kind of report.
    pub(crate) fn node_table(&mut self) -> NodeTable {
        let rules = NodeRules {
            keeps_objects: self.kind.keeps_objects(),
            trim_path: &self.options.trim_path,
            source_path: &self.options.source_path,
        };
        NodeTable::new(&mut self.profile, rules)
    }

    fn parts<'a>(&self, kept: Option<&'a [bool]>, has_edges: bool) -> Parts<'a> {
        let drops_negative = self.options.drop_negative;
        Parts {
            weights: self.weights,
            drops_negative,
            kept,
            has_edges,
        }
    }

    fn graph(&self, table: &NodeTable, kept: Option<&[bool]>) -> Graph {
        Graph::new(&self.profile, table, self.parts(kept, true))
    }

    /// The graph without small nodes and edges, limited to the number of nodes asked for, sorted.
    ///
    /// Each step builds the graph again from the samples: what a dropped node held between its
    /// caller and its callees is known only there.
    pub(crate) fn trimmed_graph(&mut self) -> Trimmed {
        let table = self.node_table();
        let all = Graph::new(&self.profile, &table, self.parts(None, false));
        let total = all
            .listed
            .iter()
            .fold(0i64, |sum, id| sum.wrapping_add(all.node(*id).flat.sum));
        let cutoff = |fraction: f64| magnitude(to_integer(total as f64 * fraction));
        let (node_cutoff, edge_cutoff) = (
            cutoff(self.options.node_fraction),
            cutoff(self.options.edge_fraction),
        );
        let is_large = |id: &&NodeId| magnitude(all.node(**id).cum.sum) >= node_cutoff;
        let large: Vec<NodeId> = all.listed.iter().filter(is_large).copied().collect();
        let dropped_nodes = if node_cutoff > 0 {
            all.listed.len() - large.len()
        } else {
            0
        };
        drop(all);
        let kept = (dropped_nodes > 0).then(|| mask(&table, &large));
        let mut graph = self.graph(&table, kept.as_deref());
        let nodes_before_limit = graph.listed.len();
        graph.sort(self.options.sort, &self.profile.strings);
        let limit = usize::try_from(self.options.node_count).unwrap_or(0);
        if limit > 0 && limit < graph.listed.len() {
            let top = mask(&table, &graph.listed[..limit]);
            graph = self.graph(&table, Some(&top));
            graph.sort(self.options.sort, &self.profile.strings);
        }
        let dropped_edges = graph.drop_small_edges(edge_cutoff);
        Trimmed {
            graph,
            nodes_before_limit,
            dropped_nodes,
            dropped_edges,
        }
    }

    /// Chooses one unit for all numbers of the report, where the unit is left to it.
    ///
    /// It is the natural unit of the smallest value shown, unless that is tiny beside the total:
    /// then a value a hundred times as large decides, which leaves the smallest two decimals.
    pub(crate) fn choose_unit(&mut self, graph: &Graph) {
        if self.output_unit != "minimum" || graph.listed.is_empty() {
            return;
        }
        let smallest = graph.shown().filter_map(|node| {
            let (flat, cum) = (magnitude(node.flat.value()), magnitude(node.cum.value()));
            Some(if flat == 0 { cum } else { flat }).filter(|value| *value > 0)
        });
        let least = self.divided(smallest.min().unwrap_or(self.total));
        let most = self.divided(self.total);
        let natural = |value| crate::measurement::scale(value, &self.unit, "minimum").unit;
        let mut unit = natural(least);
        if unit != natural(most) && least.wrapping_mul(100) < most {
            unit = natural(least.wrapping_mul(100));
        }
        let chosen = if unit.is_empty() {
            self.unit.clone()
        } else {
            unit.to_owned()
        };
        self.output_unit = chosen;
    }
}

/// Which nodes of the table are among `ids`.
fn mask(table: &NodeTable, ids: &[NodeId]) -> Vec<bool> {
    let mut mask = vec![false; table.infos.len()];
    for id in ids {
        mask[*id as usize] = true;
    }
    mask
}

impl Graph {
    /// Takes the edges into listed nodes away that weigh less than `cutoff`; says how many.
    pub(crate) fn drop_small_edges(&mut self, cutoff: i64) -> usize {
        let mut dropped = 0;
        for target in &self.listed {
            let edges = &self.edges;
            let is_small = |id: &u32| magnitude(edges[*id as usize].weight.sum) < cutoff;
            let inward = &mut self.nodes[*target as usize].inward;
            let small: Vec<u32> = inward.iter().copied().filter(|id| is_small(id)).collect();
            inward.retain(|id| !is_small(id));
            for id in &small {
                let source = self.edges[*id as usize].source;
                self.nodes[source as usize]
                    .outward
                    .retain(|other| other != id);
            }
            dropped += small.len();
        }
        dropped
    }
}
