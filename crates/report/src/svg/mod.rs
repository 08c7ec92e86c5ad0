//! The call graph as a picture that any browser shows: `svg`.
//!
//! Nodes, edges, texts and numbers are those of `dot`; the coordinates come from the `layout` crate,
//! names are shortened for people. The document has no scripts and refers to nothing outside.

mod boxes;
mod element;
mod text;

use std::io::{self, Write};

use layout::{Layout, Point, Size, Spacing};

use self::boxes::{Arrow, Node};
use self::element::Number;
use crate::markup::Escaped;
use crate::prepare::Report;

const SPACING: Spacing = Spacing {
    node: 16.0,
    rank: 48.0,
};
/// Around everything.
const MARGIN: f64 = 12.0;
const LEGEND_FONT: f64 = 13.0;
/// Between the legend's border and its text, and below the legend.
const LEGEND_PADDING: f64 = 8.0;
const LEGEND_GAP: f64 = 18.0;
const EDGE_FONT: f64 = 11.0;
/// The length of an arrow's head, and half its width, beside the width of its line.
const HEAD_LENGTH: f64 = 8.0;
const HEAD_WIDTH: f64 = 3.0;

impl Report {
    /// Writes the picture.
    pub(crate) fn write_svg(mut self, out: &mut dyn Write) -> io::Result<()> {
        let picture = self.picture();
        let (nodes, arrows) = self.boxes(&picture);
        let sizes: Vec<Size> = nodes.iter().map(|node| node.size).collect();
        let edges: Vec<layout::Edge> = arrows.iter().map(|arrow| arrow.edge).collect();
        let graph = layout::layout(&sizes, &edges, SPACING);
        let drawing = Drawing {
            title: &picture.title,
            legend: &picture.legend,
            nodes: &nodes,
            arrows: &arrows,
            graph: &graph,
        };
        drawing.write(out)
    }
}

struct Drawing<'a> {
    title: &'a str,
    legend: &'a [String],
    nodes: &'a [Node],
    arrows: &'a [Arrow],
    graph: &'a Layout,
}

impl Drawing<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let legend = text::size(self.legend, LEGEND_FONT);
        let legend = Size {
            width: legend.width + 2.0 * LEGEND_PADDING,
            height: legend.height + 2.0 * LEGEND_PADDING,
        };
        let top = MARGIN + legend.height + LEGEND_GAP;
        let width = self.graph.size.width.max(legend.width) + 2.0 * MARGIN;
        let height = top + self.graph.size.height + MARGIN;
        let (width, height) = (Number(width.ceil()), Number(height.ceil()));
        writeln!(
            out,
            concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" ",
                "viewBox=\"0 0 {} {}\" role=\"img\" font-family=\"{}\">"
            ),
            width,
            height,
            width,
            height,
            text::FONT_FAMILY
        )?;
        let title = if self.title.is_empty() {
            "call graph"
        } else {
            self.title
        };
        writeln!(out, "<title>{}</title>", Escaped(title))?;
        writeln!(
            out,
            "<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>"
        )?;
        self.write_legend(legend, out)?;
        writeln!(
            out,
            "<g transform=\"translate({} {})\">",
            Number(MARGIN),
            Number(top)
        )?;
        for (arrow, route) in self.arrows.iter().zip(&self.graph.edges) {
            write_arrow(arrow, route, out)?;
        }
        for (node, centre) in self.nodes.iter().zip(&self.graph.nodes) {
            write_node(node, *centre, out)?;
        }
        writeln!(out, "</g>\n</svg>")
    }

    fn write_legend(&self, size: Size, out: &mut dyn Write) -> io::Result<()> {
        let margin = Number(MARGIN);
        writeln!(
            out,
            "<g id=\"legend\"><rect x=\"{margin}\" y=\"{margin}\" width=\"{}\" height=\"{}\" \
             fill=\"#f8f8f8\" stroke=\"#000000\"/>",
            Number(size.width),
            Number(size.height)
        )?;
        let start = Point {
            x: MARGIN + LEGEND_PADDING,
            y: MARGIN + LEGEND_PADDING,
        };
        text::write_left(self.legend, LEGEND_FONT, start, out)?;
        writeln!(out, "</g>")
    }
}

fn write_node(node: &Node, centre: Point, out: &mut dyn Write) -> io::Result<()> {
    let Size { width, height } = node.size;
    let corner = if node.is_tag { " rx=\"6\"" } else { "" };
    writeln!(
        out,
        "<g id=\"{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{corner} \
         fill=\"{}\" stroke=\"{}\"/>",
        node.id,
        Escaped(&node.tooltip),
        Number(centre.x - width / 2.0),
        Number(centre.y - height / 2.0),
        Number(width),
        Number(height),
        node.fill,
        node.stroke
    )?;
    text::write_centred(&node.lines, node.font, centre, out)?;
    writeln!(out, "</g>")
}

fn write_arrow(arrow: &Arrow, route: &layout::Route, out: &mut dyn Write) -> io::Result<()> {
    let dots = if arrow.is_dotted {
        " stroke-dasharray=\"2 3\""
    } else {
        ""
    };
    let (curve, head) = with_head(&route.curve, arrow.width);
    writeln!(
        out,
        "<g><title>{}</title><path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dots}/>\
         <path d=\"{}\" fill=\"{}\"/>",
        Escaped(&arrow.tooltip),
        element::curve(&curve),
        arrow.stroke,
        Number(arrow.width),
        element::polygon(&head),
        arrow.stroke
    )?;
    if let Some(centre) = route.label {
        text::write_centred(&arrow.lines, EDGE_FONT, centre, out)?;
    }
    writeln!(out, "</g>")
}

/// The curve up to where its arrow's head begins, and the head.
fn with_head(curve: &[Point], width: f64) -> (Vec<Point>, [Point; 3]) {
    let mut curve = curve.to_vec();
    let [.., before, tip] = curve[..] else {
        return (curve, [Point::default(); 3]);
    };
    let (dx, dy) = (tip.x - before.x, tip.y - before.y);
    let length = dx.hypot(dy).max(f64::MIN_POSITIVE);
    let (dx, dy) = (dx / length, dy / length);
    let reach = HEAD_LENGTH + width;
    let base = Point {
        x: tip.x - dx * reach,
        y: tip.y - dy * reach,
    };
    let half = HEAD_WIDTH + width;
    let corner = |side: f64| Point {
        x: base.x - dy * half * side,
        y: base.y + dx * half * side,
    };
    let end = curve.len() - 1;
    // The control point moves along, so that the curve still ends in the direction of the head.
    curve[end - 1] = Point {
        x: before.x - dx * reach,
        y: before.y - dy * reach,
    };
    curve[end] = base;
    (curve, [tip, corner(1.0), corner(-1.0)])
}
