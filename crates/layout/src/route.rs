//! Draws edges through their bends.
//!
//! Within a layer an edge goes straight down, between two layers it swings to its next place. Nodes
//! stand within layers, so no edge touches a node that it does not lead to.

use crate::layers::{LABEL_GAP, LOOP_WIDTH, Layered};
use crate::place::Places;
use crate::{Edge, Layout, Point, Route, Size};

/// The drawing, moved to the origin.
pub(crate) fn draw(nodes: &[Size], edges: &[Edge], layered: &Layered, places: &Places) -> Layout {
    let centres = places.items[..nodes.len()].to_vec();
    let mut routes = vec![Route::default(); edges.len()];
    for (arc, chain) in layered.arcs.iter().zip(&layered.chains) {
        let mut curve = Way::along(&chain.links, layered, places).curve;
        if arc.is_turned {
            curve.reverse();
        }
        let label = chain.label.map(|id| {
            let (item, line) = (layered.items[id], places.items[id]);
            Point {
                x: line.x + (item.right + LABEL_GAP) / 2.0,
                y: line.y,
            }
        });
        routes[arc.edge] = Route { curve, label };
    }
    for (route, edge) in routes.iter_mut().zip(edges) {
        if edge.source == edge.target {
            *route = loop_around(centres[edge.source], nodes[edge.source].usable(), edge);
        }
    }
    moved_to_origin(nodes, layered, places, centres, routes)
}

/// A curve that is being drawn.
struct Way {
    curve: Vec<Point>,
}

impl Way {
    /// From the bottom of the upper node to the top of the lower one.
    fn along(links: &[usize], layered: &Layered, places: &Places) -> Way {
        let mut way = Way { curve: Vec::new() };
        for link in links {
            let (from, to) = (layered.links[*link].upper, layered.links[*link].lower);
            let (upper_port, lower_port) = places.ports[*link];
            let (upper, lower) = (layered.items[from], layered.items[to]);
            let start = Point {
                x: places.items[from].x + upper_port,
                y: places.items[from].y + upper.height / 2.0,
            };
            let end = Point {
                x: places.items[to].x + lower_port,
                y: places.items[to].y - lower.height / 2.0,
            };
            if way.curve.is_empty() {
                way.curve.push(start);
            }
            way.straight_to(places.layers[upper.layer].1);
            way.swing_to(Point {
                x: end.x,
                y: places.layers[lower.layer].0,
            });
            way.straight_to(end.y);
        }
        way
    }

    fn end(&self) -> Point {
        self.curve.last().copied().unwrap_or_default()
    }

    fn straight_to(&mut self, y: f64) {
        let Point { x, y: from } = self.end();
        if y > from {
            self.swing_to(Point { x, y });
        }
    }

    /// Leaves and arrives vertically.
    fn swing_to(&mut self, end: Point) {
        let start = self.end();
        if start == end {
            return;
        }
        let half = (end.y - start.y) / 2.0;
        self.curve.push(Point {
            x: start.x,
            y: start.y + half,
        });
        self.curve.push(Point {
            x: end.x,
            y: end.y - half,
        });
        self.curve.push(end);
    }
}

/// How far above and below its middle a loop leaves the node, beside the node's height.
const LOOP_SHARE: f64 = 0.25;

/// A loop at the right side of its node.
fn loop_around(centre: Point, size: Size, edge: &Edge) -> Route {
    let side = centre.x + size.width / 2.0;
    let rise = size.height * LOOP_SHARE;
    let point = |out: f64, y: f64| Point { x: side + out, y };
    let label = edge.label.usable();
    let (top, bottom) = (centre.y - rise, centre.y + rise);
    Route {
        curve: vec![
            point(0.0, top),
            point(LOOP_WIDTH, top),
            point(LOOP_WIDTH, bottom),
            point(0.0, bottom),
        ],
        label: (label.width > 0.0).then(|| point(LOOP_WIDTH + label.width / 2.0, centre.y)),
    }
}

fn moved_to_origin(
    nodes: &[Size],
    layered: &Layered,
    places: &Places,
    mut centres: Vec<Point>,
    mut routes: Vec<Route>,
) -> Layout {
    if nodes.is_empty() {
        return Layout::default();
    }
    let items = || layered.items.iter().zip(&places.items);
    let left = items()
        .map(|(item, line)| line.x - item.left)
        .fold(f64::INFINITY, f64::min);
    let right = items()
        .map(|(item, line)| line.x + item.right)
        .fold(f64::NEG_INFINITY, f64::max);
    let points = routes
        .iter_mut()
        .flat_map(|route| route.curve.iter_mut().chain(&mut route.label));
    points.chain(&mut centres).for_each(|point| point.x -= left);
    let height = places.layers.last().map_or(0.0, |layer| layer.1);
    Layout {
        size: Size {
            width: right - left,
            height,
        },
        nodes: centres,
        edges: routes,
    }
}
