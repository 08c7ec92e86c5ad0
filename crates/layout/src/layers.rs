//! The graph in layers: long edges are cut into bends, so that every link leads to the next layer.

use crate::cycles::Arc;
use crate::{Edge, Size, Spacing};

/// Number of an [`Item`].
pub(crate) type ItemId = usize;

/// What stands in a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stands {
    /// A node.
    Node(usize),
    /// A bend of the edge of this arc.
    Bend(usize),
}

/// A node, or the place where an edge passes a layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) stands: Stands,
    pub(crate) layer: usize,
    /// Room to the left and to the right of the item's line.
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) height: f64,
}

/// A piece of an edge between two layers, one below the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) upper: ItemId,
    pub(crate) lower: ItemId,
    pub(crate) weight: f64,
}

/// The way of an arc.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    /// The links from the upper end to the lower one.
    pub(crate) links: Vec<usize>,
    /// The bend that holds the label.
    pub(crate) label: Option<ItemId>,
}

/// A graph in layers.
#[derive(Debug)]
pub(crate) struct Layered {
    pub(crate) items: Vec<Item>,
    pub(crate) links: Vec<Link>,
    /// The items of each layer from left to right, the top layer first.
    pub(crate) layers: Vec<Vec<ItemId>>,
    /// For each item its links upwards and downwards.
    pub(crate) upward: Vec<Vec<usize>>,
    pub(crate) downward: Vec<Vec<usize>>,
    pub(crate) arcs: Vec<Arc>,
    pub(crate) chains: Vec<Chain>,
    /// Between two layers.
    pub(crate) gap: f64,
    /// How many of the items are nodes; they come first, each under its own number.
    nodes: usize,
}

/// How much more a link matters for straight edges when one of its ends, or both, are bends.
const BEND_FACTORS: [f64; 3] = [1.0, 2.0, 8.0];
/// Weights beyond this make an edge no straighter.
const WEIGHT_MAX: f64 = 20.0;
/// Room on both sides of an edge.
const EDGE_ROOM: f64 = 3.0;

/// How far a loop reaches beyond its node, without its label.
pub(crate) const LOOP_WIDTH: f64 = 26.0;

/// The distance between an edge and its label.
pub(crate) const LABEL_GAP: f64 = 4.0;

impl Layered {
    /// Cuts the arcs. Where an edge has a label, every second layer is one of labels only.
    pub(crate) fn new(
        nodes: &[Size],
        edges: &[Edge],
        arcs: &[Arc],
        ranks: &[usize],
        spacing: Spacing,
    ) -> Layered {
        let has_labels = arcs.iter().any(|arc| edges[arc.edge].label.width > 0.0);
        let step = if has_labels { 2 } else { 1 };
        let layers = ranks.iter().max().map_or(0, |last| last * step + 1);
        let mut layered = Layered {
            items: Vec::new(),
            links: Vec::new(),
            layers: vec![Vec::new(); layers],
            upward: Vec::new(),
            downward: Vec::new(),
            arcs: arcs.to_vec(),
            chains: Vec::new(),
            gap: spacing.rank / step as f64,
            nodes: nodes.len(),
        };
        for (node, size) in nodes.iter().enumerate() {
            layered.add_node(node, size.usable(), ranks[node] * step);
        }
        for edge in edges.iter().filter(|edge| edge.source == edge.target) {
            layered.items[edge.source].right += LOOP_WIDTH + edge.label.usable().width;
        }
        for arc in 0..arcs.len() {
            layered.add_chain(arc, edges[arcs[arc].edge].label.usable());
        }
        layered
    }

    fn add(&mut self, item: Item) -> ItemId {
        let id = self.items.len();
        self.layers[item.layer].push(id);
        self.items.push(item);
        self.upward.push(Vec::new());
        self.downward.push(Vec::new());
        id
    }

    /// Adds a node. Its item has the node's number.
    fn add_node(&mut self, node: usize, size: Size, layer: usize) {
        let half = size.width / 2.0;
        self.add(Item {
            stands: Stands::Node(node),
            layer,
            left: half,
            right: half,
            height: size.height,
        });
    }

    /// Adds the bends of an arc and the links between them. The label hangs on the bend in the
    /// middle.
    fn add_chain(&mut self, arc: usize, label: Size) {
        let (source, target) = (self.arcs[arc].source, self.arcs[arc].target);
        let (first, last) = (self.items[source].layer, self.items[target].layer);
        // Nodes stand in even layers, where there are labels: those stand in odd ones.
        let middle = first + (((last - first) / 2) | 1);
        let weight = (self.arcs[arc].weight as f64).min(WEIGHT_MAX);
        let mut chain = Chain::default();
        let mut above = source;
        for layer in first + 1..=last {
            let below = if layer == last {
                target
            } else {
                self.add_bend(arc, layer, label, layer == middle, &mut chain)
            };
            let bends = [above, below]
                .iter()
                .filter(|id| **id >= self.nodes)
                .count();
            let weight = weight * BEND_FACTORS[bends];
            chain.links.push(self.connect(Link {
                upper: above,
                lower: below,
                weight,
            }));
            above = below;
        }
        self.chains.push(chain);
    }

    fn add_bend(
        &mut self,
        arc: usize,
        layer: usize,
        label: Size,
        is_middle: bool,
        chain: &mut Chain,
    ) -> ItemId {
        let mut item = Item {
            stands: Stands::Bend(arc),
            layer,
            left: EDGE_ROOM,
            right: EDGE_ROOM,
            height: 0.0,
        };
        let has_label = is_middle && label.width > 0.0;
        if has_label {
            item.right = LABEL_GAP + label.width;
            item.height = label.height;
        }
        let id = self.add(item);
        if has_label {
            chain.label = Some(id);
        }
        id
    }

    fn connect(&mut self, link: Link) -> usize {
        let id = self.links.len();
        self.links.push(link);
        self.downward[link.upper].push(id);
        self.upward[link.lower].push(id);
        id
    }
}
