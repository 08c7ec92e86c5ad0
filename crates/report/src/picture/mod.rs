//! The call graph as it is drawn: boxes and arrows with their texts, colours and sizes.
//!
//! Graphviz and our own drawing show the same picture; they differ in their language alone.

mod tag_boxes;

use std::collections::HashMap;

use crate::graph::{Edge, EdgeId, Graph, Node, NodeId, NodeInfo, magnitude};
use crate::measurement::percentage;
use crate::path;
use crate::prepare::Report;

pub(crate) use tag_boxes::TagBox;

/// How much larger the font of the heaviest node is than that of one without a value.
const FONT_GROWTH: f64 = 16.0;

/// A call graph as it is drawn.
#[derive(Debug)]
pub(crate) struct Picture {
    /// The name of the program, or nothing.
    pub(crate) title: String,
    /// What the profile is, and what is shown of it.
    pub(crate) legend: Vec<String>,
    /// The nodes in the order of their interest; they are numbered from 1.
    pub(crate) nodes: Vec<PictureNode>,
    /// The edges, heaviest first.
    pub(crate) edges: Vec<PictureEdge>,
}

/// A node as it is drawn.
#[derive(Debug)]
pub(crate) struct PictureNode {
    pub(crate) info: NodeInfo,
    /// The name in full.
    pub(crate) name: String,
    /// What the node spent itself, and with all it calls where that is more; a line each.
    pub(crate) values: Vec<String>,
    pub(crate) cum: String,
    /// The share of the total, with all the node calls.
    pub(crate) share: f64,
    /// How much larger the font is than that of a node without a value.
    pub(crate) font_growth: u32,
    pub(crate) tags: Vec<TagBox>,
}

/// An edge as it is drawn.
#[derive(Debug)]
pub(crate) struct PictureEdge {
    /// The positions of its ends; none for a node that is not shown.
    pub(crate) source: Option<usize>,
    pub(crate) target: Option<usize>,
    pub(crate) value: String,
    /// Its ends' names in full, and the value.
    pub(crate) tooltip: String,
    pub(crate) is_inline: bool,
    /// Nodes between its ends are left out.
    pub(crate) is_residual: bool,
    /// The share of the total, where there is a total; from 1 to 101, and from 1 to 6.
    pub(crate) strength: Option<Strength>,
}

/// How heavy an edge is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strength {
    pub(crate) share: f64,
    /// How much it matters that the edge is short and straight, from 1 to 101.
    pub(crate) weight: i64,
    /// The width of its line, from 1 to 6.
    pub(crate) width: i64,
}

impl Report {
    /// The call graph, trimmed, as it is drawn.
    pub(crate) fn picture(&mut self) -> Picture {
        let trimmed = self.trimmed_graph();
        self.choose_unit(&trimmed.graph);
        let program = self.profile.mappings.first();
        let program = program.map_or("", |program| self.profile.text(program.file));
        let title = if program.is_empty() {
            String::new()
        } else {
            path::base(program).to_owned()
        };
        let graph = &trimmed.graph;
        let flat = graph.shown().map(|node| magnitude(node.flat.value()));
        let sketch = Sketch {
            report: self,
            graph,
            most_flat: flat.max().unwrap_or(0),
            positions: graph.listed.iter().copied().zip(0..).collect(),
        };
        Picture {
            title,
            legend: self.header(&trimmed, true),
            nodes: sketch.nodes(),
            edges: sketch.edges(),
        }
    }
}

/// What is drawn.
struct Sketch<'a> {
    report: &'a Report,
    graph: &'a Graph,
    /// The largest value that a node spent itself.
    most_flat: i64,
    /// The position of each listed node.
    positions: HashMap<NodeId, usize>,
}

impl Sketch<'_> {
    fn nodes(&self) -> Vec<PictureNode> {
        let tagged = tag_boxes::Tagged {
            report: self.report,
            graph: self.graph,
        };
        let node = |(index, id): (usize, &NodeId)| PictureNode {
            tags: tagged.boxes(*id, index + 1),
            ..self.node(self.graph.node(*id))
        };
        self.graph.listed.iter().enumerate().map(node).collect()
    }

    fn node(&self, node: &Node) -> PictureNode {
        let (flat, cum) = (node.flat.value(), node.cum.value());
        PictureNode {
            info: node.info,
            name: self.name(node),
            values: self.values(flat, cum),
            cum: self.report.format(cum),
            share: cum as f64 / magnitude(self.report.total) as f64,
            font_growth: self.font_growth(flat),
            tags: Vec::new(),
        }
    }

    fn name(&self, node: &Node) -> String {
        node.info
            .printable(&self.report.profile.strings)
            .into_owned()
    }

    fn values(&self, flat: i64, cum: i64) -> Vec<String> {
        let part = |value| {
            let share = percentage(value, self.report.total);
            format!("{} ({})", self.report.format(value), share.trim_ascii())
        };
        match (flat, cum) {
            (0, 0) => vec!["0".to_owned()],
            (0, cum) => vec![format!("0 of {}", part(cum))],
            (flat, cum) if flat == cum => vec![part(flat)],
            (flat, cum) => vec![part(flat), format!("of {}", part(cum))],
        }
    }

    /// Grows with the square root of the value, so that small ones can be told apart.
    fn font_growth(&self, flat: i64) -> u32 {
        let (flat, most) = (magnitude(flat) as f64, self.most_flat as f64);
        if most == 0.0 || flat == 0.0 || flat > most {
            return 0;
        }
        (FONT_GROWTH * (flat / most).sqrt()).ceil() as u32
    }

    fn edges(&self) -> Vec<PictureEdge> {
        let outward = self
            .graph
            .shown()
            .flat_map(|node| node.outward.iter().copied());
        let outward: Vec<EdgeId> = outward.collect();
        let sorted = self
            .graph
            .sorted_edges(&outward, &self.report.profile.strings);
        sorted
            .into_iter()
            .map(|id| self.edge(self.graph.edge(id)))
            .collect()
    }

    fn edge(&self, edge: &Edge) -> PictureEdge {
        let weight = edge.weight.value();
        let value = self.report.format(weight);
        let name = |node| self.name(self.graph.node(node));
        let arrow = if edge.is_residual { "..." } else { "->" };
        PictureEdge {
            source: self.positions.get(&edge.source).copied(),
            target: self.positions.get(&edge.target).copied(),
            tooltip: format!(
                "{} {arrow} {} ({value})",
                name(edge.source),
                name(edge.target)
            ),
            value,
            is_inline: edge.is_inline,
            is_residual: edge.is_residual,
            strength: self.strength(weight),
        }
    }

    fn strength(&self, weight: i64) -> Option<Strength> {
        let total = self.report.total;
        if total == 0 {
            return None;
        }
        let steps =
            |count: i64| 1 + magnitude(weight.wrapping_mul(count).wrapping_div(total)).min(count);
        Some(Strength {
            share: weight as f64 / magnitude(total) as f64,
            weight: steps(100),
            width: steps(5),
        })
    }
}
