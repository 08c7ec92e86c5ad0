//! Adds the samples up into a graph.

use dtail_profile::{Profile, Sample};
use foldhash::HashMap;

use super::tags::TagCollector;
use super::{Edge, EdgeId, Graph, Node, NodeId, NodeTable, TagRules, Weight};
use crate::prepare::Weights;

/// What a graph is made of, beside the values of its nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) weights: Weights,
    pub(crate) drops_negative: bool,
    /// The nodes that may occur; frames of others are passed over.
    pub(crate) kept: Option<&'a [bool]>,
    /// Whether there are edges.
    pub(crate) has_edges: bool,
    /// Whether a node is a path rather than a place; such a graph keeps all nodes.
    pub(crate) is_tree: bool,
    /// Whether nodes have tags, and how they read.
    pub(crate) tags: Option<TagRules<'a>>,
}

impl Graph {
    /// The graph of all samples of `profile`.
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
    edges: HashMap<(NodeId, NodeId), EdgeId>,
    /// The number of the sample that saw the node, the edge, last.
    node_seen: Vec<u32>,
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
        Builder {
            table,
            parts,
            edges: HashMap::default(),
            node_seen: vec![0; nodes.len()],
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
        self.sample += 1;
        if let Some(tags) = &mut self.tags {
            tags.start(sample);
        }
        let mut caller: Option<NodeId> = None;
        let mut is_residual = false;
        let table = self.table;
        for location in sample.stack.iter().rev() {
            let nodes = table.of(*location);
            for (index, place) in nodes.iter().enumerate().rev() {
                if self.parts.kept.is_some_and(|kept| !kept[*place as usize]) {
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
            self.graph.nodes[leaf as usize].flat.add(value, divisor);
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
            self.node_seen.push(0);
            self.graph.nodes.len() as NodeId - 1
        })
    }

    /// Counts a sample for a node, once however often the stack passes through it.
    fn visit(&mut self, node: NodeId, value: i64, divisor: i64) {
        let index = node as usize;
        if self.node_seen[index] != self.sample {
            self.node_seen[index] = self.sample;
            self.graph.nodes[index].cum.add(value, divisor);
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
        if !self.parts.has_edges {
            return;
        }
        let id = *self
            .edges
            .entry((call.source, call.target))
            .or_insert_with(|| {
                self.edge_seen.push(0);
                connect(&mut self.graph, call)
            });
        let index = id as usize;
        if self.edge_seen[index] == self.sample {
            return;
        }
        self.edge_seen[index] = self.sample;
        let edge = &mut self.graph.edges[index];
        edge.weight.add(value, divisor);
        edge.is_residual |= call.is_residual;
        edge.is_inline &= call.is_inline;
    }

    /// Lists the nodes that have a value.
    fn finish(self) -> Graph {
        let mut graph = self.graph;
        if let Some(tags) = self.tags {
            (graph.tags, graph.tag_texts) = tags.finish(graph.nodes.len());
        }
        let drops_negative = self.parts.drops_negative;
        let is_listed = |node: &Node| {
            let (flat, cum) = (node.flat.sum, node.cum.sum);
            let is_negative = flat < 0 || (flat == 0 && cum < 0);
            (flat != 0 || cum != 0) && !(drops_negative && is_negative)
        };
        let ids = 0..graph.nodes.len() as NodeId;
        graph.listed = ids
            .filter(|id| is_listed(&graph.nodes[*id as usize]))
            .collect();
        graph
    }
}

/// Adds an edge without weight.
fn connect(graph: &mut Graph, call: &Call) -> EdgeId {
    let id = graph.edges.len() as EdgeId;
    graph.edges.push(Edge {
        source: call.source,
        target: call.target,
        weight: Weight::default(),
        is_residual: false,
        is_inline: true,
    });
    graph.nodes[call.source as usize].outward.push(id);
    graph.nodes[call.target as usize].inward.push(id);
    id
}
