//! The call graph in the format of callgrind, for KCachegrind: `callgrind`.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::graph::{Graph, Node, NodeId, NodeInfo};
use crate::measurement::scale;
use crate::number::to_integer;
use crate::prepare::Report;

impl Report {
    /// Writes a block for each node: where it is, what it spent, whom it calls.
    pub(crate) fn write_callgrind(mut self, out: &mut dyn Write) -> io::Result<()> {
        let graph = self.trimmed_graph().graph;
        self.choose_unit(&graph);
        writeln!(
            out,
            "positions: instr line\nevents: {}({})",
            self.type_name, self.output_unit
        )?;
        let mut writer = Blocks {
            names: unique_names(&self, &graph),
            report: &self,
            graph: &graph,
            objects: Compressed::default(),
            files: Compressed::default(),
            functions: Compressed::default(),
            previous: None,
        };
        graph
            .listed
            .iter()
            .try_for_each(|id| writer.write(*id, out))
    }
}

/// Blocks of nodes, in which each refers to what came before it.
struct Blocks<'a> {
    report: &'a Report,
    graph: &'a Graph,
    names: HashMap<NodeId, String>,
    objects: Compressed,
    files: Compressed,
    functions: Compressed,
    previous: Option<NodeInfo>,
}

impl Blocks<'_> {
    fn write(&mut self, id: NodeId, out: &mut dyn Write) -> io::Result<()> {
        let (report, graph) = (self.report, self.graph);
        let strings = &report.profile.strings;
        let node = graph.node(id);
        let info = &node.info;
        let place = |info: &NodeInfo| (info.object, info.file, info.name);
        if self
            .previous
            .is_none_or(|previous| place(&previous) != place(info))
        {
            writeln!(
                out,
                "\nob={}\nfl={}\nfn={}",
                self.objects.name(strings.get(info.object)),
                self.files.name(strings.get(info.file)),
                self.functions.name(strings.get(info.name))
            )?;
        }
        let scaled = |v| to_integer(scale(v, &report.unit, &report.output_unit).value);
        let address = self.address(info.address);
        writeln!(out, "{address} {} {}", info.line, scaled(node.flat.value()))?;
        for id in graph.sorted_edges(&node.outward, strings) {
            let edge = graph.edge(id);
            let callee = &graph.node(edge.target).info;
            let name = self.names.get(&edge.target).map_or("", String::as_str);
            writeln!(
                out,
                "cfl={}\ncfn={}",
                self.files.name(strings.get(callee.file)),
                self.functions.name(name)
            )?;
            writeln!(
                out,
                "calls=0 {} {}",
                self.address(callee.address),
                callee.line
            )?;
            writeln!(out, "* * {}", scaled(edge.weight.sum))?;
        }
        self.previous = Some(*info);
        Ok(())
    }

    /// The address, relative to that of the previous block where that is shorter.
    fn address(&self, address: u64) -> String {
        let absolute = format!("{address:#x}");
        let Some(previous) = self.previous else {
            return absolute;
        };
        if previous.address == address {
            return "*".to_owned();
        }
        let relative = format!("{:+}", address.wrapping_sub(previous.address).cast_signed());
        if relative.len() < absolute.len() {
            relative
        } else {
            absolute
        }
    }
}

/// Names that are written once and then referred to by number.
#[derive(Default)]
struct Compressed(HashMap<String, usize>);

impl Compressed {
    fn name(&mut self, name: &str) -> String {
        if name.is_empty() {
            return String::new();
        }
        if let Some(number) = self.0.get(name) {
            return format!("({number})");
        }
        let number = self.0.len() + 1;
        self.0.insert(name.to_owned(), number);
        format!("({number}) {name}")
    }
}

/// Names under which callees are referred to. Callgrind takes functions of one name and one file
/// for one, so different ones (of other binaries, say) are numbered: `name [1/2]`.
fn unique_names(report: &Report, graph: &Graph) -> HashMap<NodeId, String> {
    // A node without address and line is its own function, column or not.
    let column = |info: &NodeInfo| match (info.address, info.line) {
        (0, 0) => info.column,
        _ => 0,
    };
    let function = |node: &Node| {
        let info = &node.info;
        (node.caller, info.object, info.start_line, column(info))
    };
    let mut functions: HashMap<_, Vec<_>> = HashMap::new();
    for node in graph.shown() {
        let same_name = functions
            .entry((node.info.file, node.info.name))
            .or_default();
        let function = function(node);
        if !same_name.contains(&function) {
            same_name.push(function);
        }
    }
    let name = |id: &NodeId| {
        let info = &graph.node(*id).info;
        let same_name = &functions[&(info.file, info.name)];
        let name = report.profile.text(info.name);
        let position = same_name
            .iter()
            .position(|other| *other == function(graph.node(*id)))
            .unwrap_or(0);
        let number = match same_name.len() {
            1 => String::new(),
            count => format!(" [{}/{count}]", position + 1),
        };
        (*id, format!("{name}{number}"))
    };
    graph.listed.iter().map(name).collect()
}
