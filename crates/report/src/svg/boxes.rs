//! What is drawn, with its texts and sizes, before it has a place.

use std::collections::HashMap;

use layout::{Edge, Size};

use super::{EDGE_FONT, text};
use crate::color::{Ground, of_share};
use crate::graph_name::graph_name;
use crate::path;
use crate::picture::{Picture, PictureEdge, PictureNode, TagBox};
use crate::prepare::Report;

/// The font size of a node without a value, and of labels.
const FONT: f64 = 10.0;
/// Between the border of a box and its text, in font sizes.
const PADDING: f64 = 0.6;
/// Lines of a name are cut where they are longer than this many characters and can be cut.
const NAME_WIDTH: usize = 28;
/// Boxes of labels stay near their nodes.
const TAG_WEIGHT: u32 = 100;
/// The width of the thinnest line.
const LINE_WIDTH: f64 = 1.0;
const TAG_FILL: &str = "#f8f8f8";
const TAG_STROKE: &str = "#000000";

/// A box.
pub(super) struct Node {
    pub(super) id: String,
    pub(super) tooltip: String,
    pub(super) lines: Vec<String>,
    pub(super) font: f64,
    pub(super) size: Size,
    pub(super) fill: String,
    pub(super) stroke: String,
    /// Whether it stands for a label rather than a function.
    pub(super) is_tag: bool,
}

/// An arrow between boxes.
pub(super) struct Arrow {
    pub(super) edge: Edge,
    pub(super) tooltip: String,
    pub(super) lines: Vec<String>,
    pub(super) stroke: String,
    pub(super) width: f64,
    pub(super) is_dotted: bool,
}

impl Report {
    /// The boxes and arrows of a picture, the labels' among them.
    pub(super) fn boxes(&self, picture: &Picture) -> (Vec<Node>, Vec<Arrow>) {
        let nodes = picture.nodes.iter().enumerate();
        let mut nodes: Vec<Node> = nodes
            .map(|(index, node)| self.node(node, index + 1))
            .collect();
        let mut arrows: Vec<Arrow> = picture.edges.iter().filter_map(arrow).collect();
        let numbers = 1..=picture.nodes.len();
        let mut positions: HashMap<String, usize> = numbers
            .map(|number| (format!("N{number}"), number - 1))
            .collect();
        for tag in picture.nodes.iter().flat_map(|node| &node.tags) {
            let source = positions.get(&tag.source).copied().unwrap_or(0);
            positions.insert(tag.id.clone(), nodes.len());
            arrows.push(tag_arrow(tag, source, nodes.len()));
            nodes.push(tag_node(tag));
        }
        (nodes, arrows)
    }

    fn node(&self, node: &PictureNode, number: usize) -> Node {
        let font = FONT + f64::from(node.font_growth);
        let mut lines = self.name_lines(node);
        lines.extend(node.values.iter().cloned());
        Node {
            id: format!("node{number}"),
            tooltip: format!("{} ({})", node.name, node.cum),
            size: size(&lines, font),
            lines,
            font,
            fill: of_share(node.share, Ground::Back),
            stroke: of_share(node.share, Ground::Fore),
            is_tag: false,
        }
    }

    /// The parts of the name, each on lines of its own.
    fn name_lines(&self, node: &PictureNode) -> Vec<String> {
        let strings = &self.profile.strings;
        let name = match strings.get(node.info.name) {
            "" => String::new(),
            name => graph_name(name),
        };
        let file = match strings.get(node.info.file) {
            "" => "",
            file => path::base(file),
        };
        let parts = node.info.parts(&name, file, strings);
        parts.iter().flat_map(|part| cut(part)).collect()
    }
}

/// A name in lines that are cut behind `::` and in front of `.`, where they get too long.
fn cut(name: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = name;
    while !rest.is_empty() {
        let piece = piece_end(rest);
        let (piece, behind) = rest.split_at(piece);
        let last = lines.last_mut().expect("there is a line from the start");
        if last.is_empty() || last.chars().count() + piece.chars().count() <= NAME_WIDTH {
            last.push_str(piece);
        } else {
            lines.push(piece.to_owned());
        }
        rest = behind;
    }
    lines
}

/// Where the next piece that is not cut ends.
fn piece_end(name: &str) -> usize {
    let colons = name.find("::").map(|at| at + "::".len());
    let first = name.chars().next().map_or(0, char::len_utf8);
    let dot = name[first..].find('.').map(|at| at + first);
    colons.into_iter().chain(dot).min().unwrap_or(name.len())
}

fn size(lines: &[String], font: f64) -> Size {
    let text = text::size(lines, font);
    let padding = 2.0 * PADDING * font;
    Size {
        width: text.width + padding,
        height: text.height + padding,
    }
}

/// An arrow between nodes that are both shown.
fn arrow(edge: &PictureEdge) -> Option<Arrow> {
    let mut lines = vec![edge.value.clone()];
    if edge.is_inline {
        lines.push("(inline)".to_owned());
    }
    let strength = edge.strength;
    Some(Arrow {
        edge: Edge {
            source: edge.source?,
            target: edge.target?,
            weight: strength.map_or(1, |strength| strength.weight.unsigned_abs() as u32),
            min_length: 1,
            label: text::size(&lines, EDGE_FONT),
        },
        tooltip: edge.tooltip.clone(),
        lines,
        stroke: strength.map_or("#000000".to_owned(), |strength| {
            of_share(strength.share, Ground::Fore)
        }),
        width: strength.map_or(LINE_WIDTH, |strength| strength.width as f64),
        is_dotted: edge.is_residual,
    })
}

fn tag_node(tag: &TagBox) -> Node {
    let lines: Vec<String> = tag.text.split("\\n").map(str::to_owned).collect();
    Node {
        id: tag.id.clone(),
        tooltip: tag.value.clone(),
        size: size(&lines, FONT),
        lines,
        font: FONT,
        fill: TAG_FILL.to_owned(),
        stroke: TAG_STROKE.to_owned(),
        is_tag: true,
    }
}

fn tag_arrow(tag: &TagBox, source: usize, target: usize) -> Arrow {
    let lines = vec![tag.value.clone()];
    Arrow {
        edge: Edge {
            source,
            target,
            weight: TAG_WEIGHT,
            min_length: 1,
            label: text::size(&lines, EDGE_FONT),
        },
        tooltip: tag.value.clone(),
        lines,
        stroke: TAG_STROKE.to_owned(),
        width: LINE_WIDTH,
        is_dotted: tag.is_partial,
    }
}
