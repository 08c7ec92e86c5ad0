//! Places a directed graph on a plane so that it can be read: callers above, callees below.
//!
//! The method is Sugiyama's, a step a module:
//!
//! 1. `cycles` turns as little weight around as it can, until no cycle is left;
//! 2. `rank` gives every node a layer, so that edges point down and are short (network simplex);
//! 3. `layers` cuts long edges into bends, one for every layer they pass;
//! 4. `order` arranges every layer so that few edges cross;
//! 5. `place` finds coordinates that keep edges straight;
//! 6. `route` draws the edges through their bends.
//!
//! Sizes and weights in, coordinates out: what nodes and edges stand for, and how they are drawn, is
//! the caller's. The same graph gives the same coordinates on every machine and in every run.
//!
//! ```
//! use layout::{Edge, Size, Spacing};
//!
//! let node = Size { width: 80.0, height: 30.0 };
//! let call = Edge { source: 0, target: 1, ..Edge::default() };
//! let drawing = layout::layout(&[node, node], &[call], Spacing::default());
//! assert!(drawing.nodes[0].y < drawing.nodes[1].y);
//! ```

#![forbid(unsafe_code)]

mod cycles;
mod layers;
mod order;
mod place;
mod rank;
mod route;

/// A point; x grows to the right, y downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Distance from the left border.
    pub x: f64,
    /// Distance from the upper border.
    pub y: f64,
}

/// The size of a box, in the unit of the drawing. What is negative or not finite counts as 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// An edge between two nodes, which are given by their position in the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The node it starts from.
    pub source: usize,
    /// The node it leads to; the same as `source` for a loop.
    pub target: usize,
    /// How much it matters that the edge is short, straight, and points down; at least 1.
    pub weight: u32,
    /// Layers between its ends, at least 1.
    pub min_length: u32,
    /// Room for a text beside the edge; none where the width is 0.
    pub label: Size,
}

impl Default for Edge {
    fn default() -> Edge {
        Edge {
            source: 0,
            target: 0,
            weight: 1,
            min_length: 1,
            label: Size::default(),
        }
    }
}

/// The distances that are kept, in the unit of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spacing {
    /// Between boxes of one layer.
    pub node: f64,
    /// Between layers of nodes.
    pub rank: f64,
}

impl Default for Spacing {
    fn default() -> Spacing {
        Spacing {
            node: 20.0,
            rank: 44.0,
        }
    }
}

/// The way of an edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// From source to target: a point, then for every cubic Bézier curve its two control points and
    /// its end.
    pub curve: Vec<Point>,
    /// The centre of the label's room, where it has one.
    pub label: Option<Point>,
}

/// A graph with its coordinates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Everything lies between the origin and this corner.
    pub size: Size,
    /// The centre of each node.
    pub nodes: Vec<Point>,
    /// The way of each edge.
    pub edges: Vec<Route>,
}

/// Finds coordinates for a graph.
///
/// # Panics
///
/// When an edge names a node that does not exist.
pub fn layout(nodes: &[Size], edges: &[Edge], spacing: Spacing) -> Layout {
    let is_loop = |edge: &Edge| edge.source == edge.target;
    let calls: Vec<usize> = (0..edges.len())
        .filter(|at| !is_loop(&edges[*at]))
        .collect();
    let arcs = cycles::downward(nodes.len(), edges, &calls);
    let ranks = rank::ranks(nodes.len(), &arcs);
    let mut layered = layers::Layered::new(nodes, edges, &arcs, &ranks, spacing);
    order::arrange(&mut layered);
    let places = place::place(&layered, spacing);
    route::draw(nodes, edges, &layered, &places)
}

impl Size {
    /// The size with a width and a height that can be calculated with.
    fn usable(self) -> Size {
        let usable = |length: f64| {
            if length.is_finite() {
                length.max(0.0)
            } else {
                0.0
            }
        };
        Size {
            width: usable(self.width),
            height: usable(self.height),
        }
    }
}
