//! The call graph in the language of Graphviz: `dot`.

use std::io::{self, Write};

use crate::color::{Ground, of_share};
use crate::graph::NodeInfo;
use crate::path;
use crate::picture::{Picture, PictureEdge, PictureNode, TagBox};
use crate::prepare::Report;
use crate::short_name::shorten;

/// The font size of a node without a value.
const FONT_SIZE: u32 = 8;

impl Report {
    /// Writes the graph. Nodes are numbered from 1 in the order of the list.
    pub(crate) fn write_dot(mut self, out: &mut dyn Write) -> io::Result<()> {
        let picture = self.picture();
        write_start(&picture.title, &picture.legend, out)?;
        for (index, node) in picture.nodes.iter().enumerate() {
            let number = index + 1;
            writeln!(out, "N{number} [{}]", self.node_attributes(node, number))?;
            node.tags.iter().try_for_each(|tag| write_tag(tag, out))?;
        }
        for edge in &picture.edges {
            write_edge(edge, &picture, out)?;
        }
        writeln!(out, "}}")
    }

    fn node_attributes(&self, node: &PictureNode, number: usize) -> String {
        format!(
            concat!(
                "label=\"{}{}\" id=\"node{}\" fontsize={} shape=box tooltip=\"{} ({})\" ",
                "color=\"{}\" fillcolor=\"{}\""
            ),
            self.multiline_name(&node.info),
            node.values.join("\\n"),
            number,
            FONT_SIZE + node.font_growth,
            escape(&node.name),
            node.cum,
            of_share(node.share, Ground::Fore),
            of_share(node.share, Ground::Back)
        )
    }

    /// The name with a line for each of its parts.
    fn multiline_name(&self, info: &NodeInfo) -> String {
        let strings = &self.profile.strings;
        // `[...]` stands for Go's type parameters and must not become lines.
        let name = escape(&shorten(strings.get(info.name)))
            .replace("::", "\\n")
            .replace("[...]", "[…]")
            .replace('.', "\\n");
        let file = strings.get(info.file);
        let file = if file.is_empty() {
            ""
        } else {
            path::base(file)
        };
        info.parts(&name, file, strings).join("\\n") + "\\n"
    }
}

/// The title and the legend.
fn write_start(title: &str, legend: &[String], out: &mut dyn Write) -> io::Result<()> {
    let name = if title.is_empty() { "unnamed" } else { title };
    writeln!(
        out,
        "digraph \"{name}\" {{\nnode [style=filled fillcolor=\"#f8f8f8\"]"
    )?;
    let Some(first) = legend.first() else {
        return Ok(());
    };
    let lines: Vec<String> = legend.iter().map(|line| escape(line)).collect();
    let tooltip = if title.is_empty() {
        String::new()
    } else {
        format!(" tooltip=\"{title}\"")
    };
    writeln!(
        out,
        "subgraph cluster_L {{ \"{}\" [shape=box fontsize=16 label=\"{}\\l\"{tooltip}] }}",
        escape(first),
        lines.join("\\l")
    )
}

fn write_tag(tag: &TagBox, out: &mut dyn Write) -> io::Result<()> {
    let TagBox {
        source,
        id,
        text,
        value,
        is_partial,
    } = tag;
    let style = if *is_partial { " style=\"dotted\"" } else { "" };
    writeln!(
        out,
        "{id} [label = \"{text}\" id=\"{id}\" fontsize=8 shape=box3d tooltip=\"{value}\"]"
    )?;
    writeln!(
        out,
        "{source} -> {id} [label=\" {value}\" weight=100 tooltip=\"{value}\" \
         labeltooltip=\"{value}\"{style}]"
    )
}

fn write_edge(edge: &PictureEdge, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    let number = |position: Option<usize>| position.map_or(0, |position| position + 1);
    let has_tags = edge
        .source
        .is_some_and(|source| !picture.nodes[source].tags.is_empty());
    let spread = if has_tags { " minlen=2" } else { "" };
    writeln!(
        out,
        "N{} -> N{} [{}{spread}]",
        number(edge.source),
        number(edge.target),
        edge_attributes(edge)
    )
}

fn edge_attributes(edge: &PictureEdge) -> String {
    let inline = if edge.is_inline { "\\n (inline)" } else { "" };
    let mut attributes = format!("label=\" {}{inline}\"", edge.value);
    if let Some(strength) = edge.strength {
        for (name, step) in [("weight", strength.weight), ("penwidth", strength.width)] {
            if step > 1 {
                attributes += &format!(" {name}={step}");
            }
        }
        attributes += &format!(" color=\"{}\"", of_share(strength.share, Ground::Fore));
    }
    let tooltip = escape(&edge.tooltip);
    attributes += &format!(" tooltip=\"{tooltip}\" labeltooltip=\"{tooltip}\"");
    if edge.is_residual {
        attributes += " style=\"dotted\"";
    }
    attributes
}

/// `text` for a quoted string of Graphviz; lines end flush left.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\l")
}
