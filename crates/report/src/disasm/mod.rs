//! Annotated machine code: `disasm`.
//!
//! The layout is that of pprof. The instructions are written as the GNU tools do, or in Intel's
//! syntax; pprof's own text depends on the tools it finds.

mod binary;
mod instructions;

use std::collections::HashMap;
use std::io::{self, Write};

use dtail_profile::{Mapping, StringId};

use self::binary::{Binary, Symbol};
use self::instructions::{Instruction, decode};
use crate::error::Error;
use crate::files::{Files, reason};
use crate::graph::{Graph, Node};
use crate::list::sums;
use crate::measurement::percentage;
use crate::path;
use crate::pattern::Pattern;
use crate::prepare::Report;

/// Shorter instructions have their source line beside them, longer ones above.
const TEXT_WIDTH: usize = 40;

/// The nodes of a binary by the address that the binary states.
type Samples<'a> = Vec<(u64, &'a Node)>;

/// What the user asked for: functions by name, or the one at an address of the process.
struct Wanted {
    pattern: Pattern,
    address: Option<u64>,
}

impl Wanted {
    fn parse(text: &str) -> Result<Wanted, Error> {
        let pattern = Pattern::new(text).map_err(|error| Error::BadPattern("argument", error))?;
        let address = match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        };
        Ok(Wanted { pattern, address })
    }
}

impl Report {
    /// Writes the code of each wanted function that has samples, with what each instruction spent.
    pub(crate) fn write_disasm(
        mut self,
        wanted: &str,
        files: &dyn Files,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let wanted_text = wanted;
        let wanted = Wanted::parse(wanted)?;
        let graph = self.whole_graph();
        let mut text = Vec::new();
        let mut problem = None;
        for (file, samples) in self.samples_by_binary(&graph, &wanted) {
            let path = self.profile.text(file);
            let written = files
                .read(path)
                .map_err(|error| reason(&error))
                .and_then(|bytes| self.write_binary(&bytes, file, &samples, &wanted, &mut text));
            if let Err(reason) = written {
                problem = Some(Error::Binary(path.to_owned(), reason));
            }
        }
        if text.is_empty() {
            return Err(problem.unwrap_or_else(|| Error::NoMatch(wanted_text.to_owned())));
        }
        writeln!(out, "Total: {}", self.format(self.total))?;
        Ok(out.write_all(&text)?)
    }

    /// The nodes of every binary in which something wanted may be.
    fn samples_by_binary<'a>(
        &self,
        graph: &'a Graph,
        wanted: &Wanted,
    ) -> Vec<(StringId, Vec<&'a Node>)> {
        let mut binaries: HashMap<StringId, (bool, Vec<&Node>)> = HashMap::new();
        for node in graph.shown().filter(|node| !node.info.object.is_empty()) {
            let (is_wanted, nodes) = binaries.entry(node.info.object).or_default();
            *is_wanted |= wanted.pattern.is_match(self.profile.text(node.info.name));
            nodes.push(node);
        }
        let holds = |mapping: &Mapping| {
            wanted
                .address
                .is_some_and(|at| mapping.start <= at && at < mapping.limit)
        };
        let is_wanted =
            |file: StringId, by_name: bool| by_name || self.mappings_of(file).any(holds);
        let binaries = binaries
            .into_iter()
            .filter(|(file, (by_name, _))| is_wanted(*file, *by_name));
        let mut binaries: Vec<_> = binaries.map(|(file, (_, nodes))| (file, nodes)).collect();
        binaries.sort_by_key(|(file, _)| self.profile.text(*file).to_owned());
        binaries
    }

    fn mappings_of(&self, file: StringId) -> impl Iterator<Item = &Mapping> {
        self.profile
            .mappings
            .iter()
            .filter(move |mapping| mapping.file == file)
    }

    fn write_binary(
        &self,
        bytes: &[u8],
        file: StringId,
        nodes: &[&Node],
        wanted: &Wanted,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        let binary = Binary::parse(bytes)?;
        let bits = binary.bits()?;
        let stated = |address: u64| {
            let holds = |mapping: &&Mapping| mapping.start <= address && address < mapping.limit;
            let mapping = self.mappings_of(file).find(holds)?;
            binary.stated_address(mapping, address)
        };
        let mut samples: Samples<'_> = nodes
            .iter()
            .filter_map(|node| Some((stated(node.info.address)?, *node)))
            .collect();
        samples.sort_by_key(|(address, _)| *address);
        let at = wanted.address.and_then(stated);
        let mut symbols = binary.symbols();
        symbols.retain(|symbol| {
            at.is_some_and(|at| symbol.start <= at && at < symbol.end)
                || symbol
                    .names
                    .iter()
                    .any(|name| wanted.pattern.is_match(name))
        });
        symbols.sort_by(|left, right| (&left.names, left.start).cmp(&(&right.names, right.start)));
        for symbol in &symbols {
            let start = samples.partition_point(|(address, _)| *address < symbol.start);
            let end = samples.partition_point(|(address, _)| *address < symbol.end);
            if let Some(code) = binary.code(symbol).filter(|_| start < end) {
                let code = decode(code, symbol.start, bits, self.options.intel_syntax);
                self.write_routine(symbol, &code, &samples[start..end], out)
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    fn write_routine(
        &self,
        symbol: &Symbol,
        code: &[Instruction],
        samples: &[(u64, &Node)],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (index, name) in symbol.names.iter().enumerate() {
            let title = if index == 0 { "ROUTINE" } else { "    AKA" };
            writeln!(out, "{title} ======================== {name}")?;
        }
        let (flat, cum) = sums(samples.iter().map(|(_, node)| *node));
        let (flat, cum_text) = (self.format(flat), self.format(cum));
        let share = percentage(cum, self.total);
        writeln!(
            out,
            "{flat:>10} {cum_text:>10} (flat, cum) {share} of Total"
        )?;
        let mut place = String::new();
        for instruction in code {
            // A sample may stand within an instruction.
            let here = |address: u64| instruction.address <= address && address < instruction.end;
            let here: Vec<&Node> = samples
                .iter()
                .filter(|(address, _)| here(*address))
                .map(|(_, node)| *node)
                .collect();
            self.write_instruction(instruction, &here, &mut place, out)?;
        }
        Ok(())
    }

    /// One instruction, with its source line where that is another than before.
    fn write_instruction(
        &self,
        instruction: &Instruction,
        nodes: &[&Node],
        place: &mut String,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (flat, cum) = sums(nodes.iter().copied());
        let (flat, cum) = (self.format_or_dot(flat), self.format_or_dot(cum));
        let here = nodes.first().map_or(String::new(), |node| self.place(node));
        let is_said = here == *place;
        here.clone_into(place);
        let Instruction { address, text, .. } = instruction;
        if here.is_empty() || is_said {
            writeln!(out, "{flat:>10} {cum:>10} {address:>10x}: {text}")
        } else if text.len() < TEXT_WIDTH {
            writeln!(
                out,
                "{flat:>10} {cum:>10} {address:>10x}: {text:<TEXT_WIDTH$};{here}"
            )
        } else {
            writeln!(out, "{:74};{here}", "")?;
            writeln!(out, "{flat:>10} {cum:>10} {address:>10x}: {text}")
        }
    }

    /// Function, file and line of a node.
    fn place(&self, node: &Node) -> String {
        let (name, file) = (
            self.profile.text(node.info.name),
            self.profile.text(node.info.file),
        );
        match (file, node.info.line) {
            ("", _) => name.to_owned(),
            (file, 0) => format!("{name} {}", path::base(file)),
            (file, line) => format!("{name} {}:{line}", path::base(file)),
        }
    }
}
