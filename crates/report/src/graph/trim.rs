//! Reduces a graph to what is worth showing.

use super::nodes::NodeRules;
use super::order::magnitude;
use super::values::Values;
use super::{EdgeId, Edges, Graph, NodeId, NodeTable, NodeTags, Parts, TagRules};
use crate::kind::Kind;
use crate::number::to_integer;
use crate::path::PathTrim;
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
            trim: Some(PathTrim {
                trim_path: &self.options.trim_path,
                source_path: &self.options.source_path,
            }),
        };
        NodeTable::new(&mut self.profile, rules)
    }

    fn graph(&self, table: &NodeTable, edges: Edges) -> Graph {
        let rules = TagRules {
            units: &self.label_units,
            output_unit: &self.output_unit,
        };
        let mut graph = Graph::new(
            &self.profile,
            table,
            Parts {
                weights: self.weights,
                drops_negative: self.options.drop_negative,
                edges,
                is_tree: self.is_tree(),
                tags: self.kind.is_picture().then_some(rules),
            },
        );
        self.sort(&mut graph);
        graph
    }

    /// The edges that a trimmed graph of this kind is asked for.
    fn edges(&self) -> Edges {
        match self.kind {
            Kind::Top => Edges::OfInlined,
            Kind::TopProto => Edges::None,
            _ => Edges::All,
        }
    }

    /// Whether paths are kept apart; tables cannot show them.
    fn is_tree(&self) -> bool {
        self.options.call_tree && (self.kind.is_picture() || self.kind == Kind::Callgrind)
    }

    fn sort(&self, graph: &mut Graph) {
        if self.kind.is_picture() {
            graph.sort_by_score(&self.profile.strings);
        } else {
            graph.sort(self.options.sort, &self.profile.strings);
        }
    }

    /// The graph without small nodes and edges, limited to the number of nodes asked for, sorted.
    ///
    /// Each step builds the graph again from the samples: what a dropped node held between its
    /// caller and its callees is known only there.
    pub(crate) fn trimmed_graph(&mut self) -> Trimmed {
        let mut table = self.node_table();
        let limit = usize::try_from(self.options.node_count)
            .ok()
            .filter(|limit| *limit > 0);
        if self.is_tree() {
            let tree = self.graph(&table, Edges::All);
            let cutoffs = self.cutoffs(tree.shown().map(|node| node.flat.sum));
            return tree.trim_tree(cutoffs, limit, |tree| self.sort(tree));
        }
        let (cutoffs, dropped_nodes) = self.drop_small_nodes(&mut table);
        let mut graph = self.graph(&table, self.edges());
        let nodes_before_limit = graph.listed.len();
        if let Some(limit) = limit {
            graph.drop_small(cutoffs);
            let top = graph.first_nodes(limit);
            if top.len() < graph.listed.len() {
                table.retain(top);
                graph = self.graph(&table, self.edges());
            }
        }
        let dropped_edges = graph.drop_small(cutoffs);
        if self.kind.is_picture() {
            graph.drop_redundant_edges(&self.profile.strings);
        }
        Trimmed {
            graph,
            nodes_before_limit,
            dropped_nodes,
            dropped_edges,
        }
    }

    /// All nodes, trimmed of nothing, without edges.
    pub(crate) fn whole_graph(&mut self) -> Graph {
        let table = self.node_table();
        self.graph(&table, Edges::None)
    }

    /// Takes the nodes out of the table that are too small; what is too small, and how many were.
    fn drop_small_nodes(&self, table: &mut NodeTable) -> (Cutoffs, usize) {
        let values = Values::of(&self.profile, table, self.weights);
        let listed = values.listed(self.options.drop_negative);
        let cutoffs = self.cutoffs(listed.iter().map(|id| values.flat(*id).sum));
        if cutoffs.node <= 0 {
            return (cutoffs, 0);
        }
        let is_large = |id: &&NodeId| magnitude(values.cum(**id).sum) >= cutoffs.node;
        let large: Vec<NodeId> = listed.iter().filter(is_large).copied().collect();
        let dropped = listed.len() - large.len();
        if dropped > 0 {
            table.retain(&large);
        }
        (cutoffs, dropped)
    }

    /// What is too small beside the sum of these flat values.
    fn cutoffs(&self, flat: impl Iterator<Item = i64>) -> Cutoffs {
        let total = flat.fold(0, i64::wrapping_add) as f64;
        let cutoff = |fraction: f64| magnitude(to_integer(total * fraction));
        Cutoffs {
            node: cutoff(self.options.node_fraction),
            edge: cutoff(self.options.edge_fraction),
        }
    }

    /// Chooses one unit for all numbers of the report, where the unit is left to it.
    ///
    /// It is the natural unit of the smallest value shown, unless that is tiny beside the total:
    /// then a value a hundred times as large decides, which leaves the smallest two decimals where
    /// the report can have decimals.
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
        let is_tiny = least.wrapping_mul(100) < most && !self.kind.has_integers();
        if unit != natural(most) && is_tiny {
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

/// Values below which nodes, their tags, and edges are too small to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cutoffs {
    pub(super) node: i64,
    edge: i64,
}

/// Tags of a node that count as nodes when the nodes of a picture are limited.
const TAGS_COUNTED: usize = 4;

impl Graph {
    /// The first nodes of the list; the tags of a picture count as nodes.
    pub(super) fn first_nodes(&self, limit: usize) -> &[NodeId] {
        let mut count = 0;
        let mut taken = self.listed.iter().position(|id| {
            let tags = self.tags.get(*id as usize).map_or(0, NodeTags::count);
            count += 1 + tags.min(TAGS_COUNTED);
            count >= limit
        });
        taken = taken.map(|last| last + 1);
        &self.listed[..taken.unwrap_or(limit).min(self.listed.len())]
    }

    /// Takes tags and edges of listed nodes away that are too small; says how many edges.
    pub(super) fn drop_small(&mut self, cutoffs: Cutoffs) -> usize {
        self.drop_small_tags(cutoffs.node);
        let inward = self.listed.iter().flat_map(|id| &self.node(*id).inward);
        let is_small = |id: &EdgeId| magnitude(self.edge(*id).weight.sum) < cutoffs.edge;
        let mut small = vec![false; self.edges.len()];
        for edge in inward.copied().filter(is_small) {
            small[edge as usize] = true;
        }
        self.remove_edges(&small);
        small.iter().filter(|is_small| **is_small).count()
    }
}
