//! Adds the samples up into a graph.

use dtail_profile::{Profile, RowIndex, Sample};
use foldhash::HashMap;
use foldhash::fast::RandomState;
use std::hash::BuildHasher;

use super::nodes::DROPPED;
use super::tags::TagCollector;
use super::values::Values;
use super::{Edge, EdgeId, Graph, Node, NodeId, NodeTable, TagRules, Weight};
use crate::prepare::Weights;

/// What a graph is made of, beside the values of its nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) weights: Weights,
    pub(crate) drops_negative: bool,
    pub(crate) edges: Edges,
    /// Whether a node is a path rather than a place; such a graph keeps all nodes.
    pub(crate) is_tree: bool,
    /// Whether nodes have tags, and how they read.
    pub(crate) tags: Option<TagRules<'a>>,
}

/// Which calls become edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edges {
    /// None.
    None,
    /// Those of functions that were inlined somewhere: enough to say whether all calls of one were.
    OfInlined,
    /// All.
    All,
}

impl Graph {
    /// The graph of all samples of `profile`; frames of dropped nodes are passed over.
    pub(crate) fn new(profile: &Profile, table: &NodeTable, parts: Parts<'_>) -> Graph {
        let mut builder = Builder::new(profile, table, parts);
        for sample in profile.samples.iter() {
            builder.add(sample);
        }
        builder.finish()
    }
}

struct Builder<'a> {
    table: &'a NodeTable,
    parts: Parts<'a>,
    graph: Graph,
    values: Values,
    /// Which nodes edges may lead to; none stands for all.
    targets: Option<Vec<bool>>,
    edges: RowIndex,
    hasher: RandomState,
    /// The number of the sample that saw the edge last.
    edge_seen: Vec<u32>,
    sample: u32,
    tags: Option<TagCollector<'a>>,
    /// In a tree, the node of each place below each caller.
    paths: HashMap<(Option<NodeId>, NodeId), NodeId>,
}

/// A call on the way down a stack.
struct Call {
    source: NodeId,
    target: NodeId,
    is_residual: bool,
    is_inline: bool,
}

impl<'a> Builder<'a> {
    fn new(profile: &'a Profile, table: &'a NodeTable, parts: Parts<'a>) -> Builder<'a> {
        let places = if parts.is_tree {
            &[]
        } else {
            table.infos.as_slice()
        };
        let node = |info: &_| Node {
            info: *info,
            ..Node::default()
        };
        let nodes: Vec<Node> = places.iter().map(node).collect();
        let mut values = Values::default();
        values.grow(nodes.len());
        Builder {
            table,
            parts,
            values,
            targets: match parts.edges {
                Edges::None => Some(vec![false; nodes.len()]),
                Edges::OfInlined => Some(table.inlined()),
                Edges::All => None,
            },
            edges: RowIndex::default(),
            hasher: RandomState::default(),
            edge_seen: Vec::new(),
            sample: 0,
            tags: parts.tags.map(|rules| TagCollector::new(profile, rules)),
            paths: HashMap::default(),
            graph: Graph {
                nodes,
                ..Graph::default()
            },
        }
    }

    /// Walks a stack from its root to its leaf.
    fn add(&mut self, sample: Sample<'_>) {
        let (value, divisor) = self.parts.weights.of(sample.values);
        if value == 0 && divisor == 0 {
            return;
        }
        self.sample = self.values.start_sample();
        if let Some(tags) = &mut self.tags {
            tags.start(sample);
        }
        let mut caller: Option<NodeId> = None;
        let mut is_residual = false;
        let table = self.table;
        for location in sample.stack.iter().rev() {
            let nodes = table.of(*location);
            for (index, place) in nodes.iter().enumerate().rev() {
                if *place == DROPPED {
                    is_residual = true;
                    continue;
                }
                let node = self.enter(caller, *place);
                self.visit(node, value, divisor);
                if let Some(source) = caller.filter(|caller| *caller != node) {
                    let is_inline = index + 1 != nodes.len();
                    let call = Call {
                        source,
                        target: node,
                        is_residual,
                        is_inline,
                    };
                    self.call(&call, value, divisor);
                }
                caller = Some(node);
                is_residual = false;
            }
        }
        if let Some(leaf) = caller.filter(|_| !is_residual) {
            self.values.add_flat(leaf, value, divisor);
            self.tag(leaf, true, value, divisor);
        }
    }

    /// The node of a place: the place itself, or in a tree the path to it.
    fn enter(&mut self, caller: Option<NodeId>, place: NodeId) -> NodeId {
        if !self.parts.is_tree {
            return place;
        }
        *self.paths.entry((caller, place)).or_insert_with(|| {
            let info = self.table.infos[place as usize];
            self.graph.nodes.push(Node {
                info,
                caller,
                ..Node::default()
            });
            self.values.grow(1);
            self.graph.nodes.len() as NodeId - 1
        })
    }

    fn visit(&mut self, node: NodeId, value: i64, divisor: i64) {
        if self.values.visit(node, value, divisor) {
            self.tag(node, false, value, divisor);
        }
    }

    fn tag(&mut self, node: NodeId, is_flat: bool, value: i64, divisor: i64) {
        if let Some(tags) = &mut self.tags {
            tags.add(node, is_flat, value, divisor);
        }
    }

    /// Counts a sample for an edge, once however often the stack passes along it.
    fn call(&mut self, call: &Call, value: i64, divisor: i64) {
        let targets = self.targets.as_ref();
        if targets.is_some_and(|targets| !targets[call.target as usize]) {
            return;
        }
        let edges = &mut self.graph.edges;
        let ends = (call.source, call.target);
        let hash = self.hasher.hash_one(ends);
        let known = self.edges.find(hash, |edge| {
            (edges[edge].source, edges[edge].target) == ends
        });
        let index = known.unwrap_or_else(|| {
            edges.push(Edge::between(call.source, call.target));
            self.edge_seen.push(0);
            edges.len() - 1
        });
        if self.edge_seen[index] == self.sample {
            return;
        }
        self.edge_seen[index] = self.sample;
        let edge = &mut edges[index];
        edge.weight.add(value, divisor);
        edge.is_residual |= call.is_residual;
        edge.is_inline &= call.is_inline;
    }

    /// Ties edges to their ends and lists the nodes that have a value.
    fn finish(self) -> Graph {
        let mut graph = self.graph;
        if let Some(tags) = self.tags {
            (graph.tags, graph.tag_texts) = tags.finish(graph.nodes.len());
        }
        for (id, node) in (0..).zip(&mut graph.nodes) {
            node.flat = self.values.flat(id);
            node.cum = self.values.cum(id);
        }
        graph.listed = self.values.listed(self.parts.drops_negative);
        for (id, edge) in (0 as EdgeId..).zip(&graph.edges) {
            graph.nodes[edge.source as usize].outward.push(id);
            graph.nodes[edge.target as usize].inward.push(id);
        }
        graph
    }
}

impl Edge {
    /// An edge without weight.
    fn between(source: NodeId, target: NodeId) -> Edge {
        Edge {
            source,
            target,
            weight: Weight::default(),
            is_residual: false,
            is_inline: true,
        }
    }
}
