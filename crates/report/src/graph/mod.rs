//! The call graph of a profile: nodes with their values, and the calls between them.

mod build;
mod entropy;
mod name;
mod nodes;
mod order;
mod redundant;
mod tags;
mod tree;
mod trim;
mod values;

pub(crate) use build::{Edges, Parts};
pub(crate) use name::NodeInfo;
pub(crate) use nodes::NodeTable;
pub(crate) use order::magnitude;
pub(crate) use tags::{NodeTags, Tag, TagRules, TagText, TagTexts};
pub(crate) use trim::Trimmed;

/// Number of a node in [`Graph::nodes`].
pub(crate) type NodeId = u32;
/// Number of an edge in [`Graph::edges`].
pub(crate) type EdgeId = u32;

/// Nodes and edges. Only the listed nodes are shown; edges may lead to others.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
    /// The nodes that are shown, in order.
    pub(crate) listed: Vec<NodeId>,
    /// The labels of each node; none unless the graph is for a picture.
    pub(crate) tags: Vec<NodeTags>,
    pub(crate) tag_texts: TagTexts,
}

/// A value, and for means the sum it is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) sum: i64,
    pub(crate) divisor: i64,
}

impl Weight {
    pub(crate) fn add(&mut self, value: i64, divisor: i64) {
        self.sum = self.sum.wrapping_add(value);
        self.divisor = self.divisor.wrapping_add(divisor);
    }

    /// The value, or the mean where there is a divisor.
    pub(crate) fn value(self) -> i64 {
        if self.divisor == 0 {
            self.sum
        } else {
            self.sum.wrapping_div(self.divisor)
        }
    }
}

/// A place in the program and what was spent there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) info: NodeInfo,
    /// In a tree, the node that calls this one.
    pub(crate) caller: Option<NodeId>,
    /// Spent in the node itself.
    pub(crate) flat: Weight,
    /// Spent in the node and all it calls.
    pub(crate) cum: Weight,
    /// Edges from callers.
    pub(crate) inward: Vec<EdgeId>,
    /// Edges to callees.
    pub(crate) outward: Vec<EdgeId>,
}

/// Calls from one node to another.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) source: NodeId,
    pub(crate) target: NodeId,
    pub(crate) weight: Weight,
    /// Frames between the two were left out.
    pub(crate) is_residual: bool,
    /// Every call was inlined.
    pub(crate) is_inline: bool,
}

impl Graph {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn edge(&self, id: EdgeId) -> &Edge {
        &self.edges[id as usize]
    }

    /// Takes the marked edges from both their ends.
    pub(crate) fn remove_edges(&mut self, removed: &[bool]) {
        for node in &mut self.nodes {
            for edges in [&mut node.inward, &mut node.outward] {
                edges.retain(|edge| !removed[*edge as usize]);
            }
        }
    }

    /// The nodes that are shown, in order.
    pub(crate) fn shown(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.listed.iter().map(|id| self.node(*id))
    }

    /// The sum of what the shown nodes spent themselves.
    pub(crate) fn shown_total(&self) -> i64 {
        self.shown()
            .fold(0, |sum: i64, node| sum.wrapping_add(node.flat.value()))
    }
}
