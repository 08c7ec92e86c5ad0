//! The call graph in the language of Graphviz: `dot`.

mod tag_boxes;

use std::collections::HashMap;
use std::io::{self, Write};

use crate::color::{Ground, of_share};
use crate::graph::{Edge, Graph, Node, NodeId, NodeInfo, magnitude};
use crate::measurement::percentage;
use crate::path;
use crate::prepare::Report;
use crate::short_name::shorten;

/// Font sizes of nodes: of one without a value, and how much the largest has more.
const FONT_SIZE: u32 = 8;
const FONT_GROWTH: f64 = 16.0;

impl Report {
    /// Writes the graph. Nodes are numbered from 1 in the order of the list.
    pub(crate) fn write_dot(mut self, out: &mut dyn Write) -> io::Result<()> {
        let trimmed = self.trimmed_graph();
        self.choose_unit(&trimmed.graph);
        let program = self
            .profile
            .mappings
            .first()
            .map(|program| self.profile.text(program.file));
        let title = program
            .filter(|file| !file.is_empty())
            .map_or("", path::base);
        write_start(title, &self.header(&trimmed, true), out)?;
        let graph = &trimmed.graph;
        let flat = graph.shown().map(|node| magnitude(node.flat.value()));
        let picture = Picture {
            report: &self,
            graph,
            most_flat: flat.max().unwrap_or(0),
            numbers: graph.listed.iter().copied().zip(1..).collect(),
        };
        picture.write(out)?;
        writeln!(out, "}}")
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

/// A graph being drawn.
struct Picture<'a> {
    report: &'a Report,
    graph: &'a Graph,
    /// The largest value that a node spent itself.
    most_flat: i64,
    /// The number of each listed node.
    numbers: HashMap<NodeId, usize>,
}

impl Picture<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut has_tags: HashMap<NodeId, bool> = HashMap::new();
        for id in &self.graph.listed {
            let number = self.numbers[id];
            writeln!(
                out,
                "N{number} [{}]",
                self.node_attributes(self.graph.node(*id), number)
            )?;
            let tags = self.tags(*id, number);
            out.write_all(tags.as_bytes())?;
            has_tags.insert(*id, !tags.is_empty());
        }
        let edges = self
            .graph
            .shown()
            .flat_map(|node| node.outward.iter().copied());
        let edges: Vec<u32> = edges.collect();
        for id in self
            .graph
            .sorted_edges(&edges, &self.report.profile.strings)
        {
            let edge = self.graph.edge(id);
            let number = |node| self.numbers.get(&node).copied().unwrap_or(0);
            let spread = if has_tags[&edge.source] {
                " minlen=2"
            } else {
                ""
            };
            let (from, to) = (number(edge.source), number(edge.target));
            writeln!(
                out,
                "N{from} -> N{to} [{}{spread}]",
                self.edge_attributes(edge)
            )?;
        }
        Ok(())
    }

    fn node_attributes(&self, node: &Node, number: usize) -> String {
        let (flat, cum) = (node.flat.value(), node.cum.value());
        let cum_text = self.report.format(cum);
        let share = cum as f64 / magnitude(self.report.total) as f64;
        format!(
            concat!(
                "label=\"{}{}\" id=\"node{}\" fontsize={} shape=box tooltip=\"{} ({})\" ",
                "color=\"{}\" fillcolor=\"{}\""
            ),
            self.multiline_name(&node.info),
            self.value_label(flat, cum),
            number,
            self.font_size(flat),
            escape(&node.info.printable(&self.report.profile.strings)),
            cum_text,
            of_share(share, Ground::Fore),
            of_share(share, Ground::Back)
        )
    }

    /// What the node spent itself, and with all it calls where that is more.
    fn value_label(&self, flat: i64, cum: i64) -> String {
        let part = |value| {
            let share = percentage(value, self.report.total);
            format!("{} ({})", self.report.format(value), share.trim_ascii())
        };
        match (flat, cum) {
            (0, 0) => "0".to_owned(),
            (0, cum) => format!("0 of {}", part(cum)),
            (flat, cum) if flat == cum => part(flat),
            (flat, cum) => format!("{}\\nof {}", part(flat), part(cum)),
        }
    }

    /// Grows with the square root of the value, so that small ones can be told apart.
    fn font_size(&self, flat: i64) -> u32 {
        let (flat, most) = (magnitude(flat) as f64, self.most_flat as f64);
        if most == 0.0 || flat == 0.0 || flat > most {
            return FONT_SIZE;
        }
        FONT_SIZE + (FONT_GROWTH * (flat / most).sqrt()).ceil() as u32
    }

    /// The name with a line for each of its parts.
    fn multiline_name(&self, info: &NodeInfo) -> String {
        let strings = &self.report.profile.strings;
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

    fn edge_attributes(&self, edge: &Edge) -> String {
        let total = self.report.total;
        let weight = edge.weight.value();
        let text = self.report.format(weight);
        let inline = if edge.is_inline { "\\n (inline)" } else { "" };
        let mut attributes = format!("label=\" {text}{inline}\"");
        if total != 0 {
            let steps = |count: i64| {
                1 + magnitude(weight.wrapping_mul(count).wrapping_div(total)).min(count)
            };
            for (name, step) in [("weight", steps(100)), ("penwidth", steps(5))] {
                if step > 1 {
                    attributes += &format!(" {name}={step}");
                }
            }
            let share = weight as f64 / magnitude(total) as f64;
            attributes += &format!(" color=\"{}\"", of_share(share, Ground::Fore));
        }
        let name = |node| {
            escape(
                &self
                    .graph
                    .node(node)
                    .info
                    .printable(&self.report.profile.strings),
            )
        };
        let arrow = if edge.is_residual { "..." } else { "->" };
        let tooltip = format!(
            "\"{} {arrow} {} ({text})\"",
            name(edge.source),
            name(edge.target)
        );
        attributes += &format!(" tooltip={tooltip} labeltooltip={tooltip}");
        if edge.is_residual {
            attributes += " style=\"dotted\"";
        }
        attributes
    }
}

/// `text` for a quoted string of Graphviz; lines end flush left.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\l")
}
