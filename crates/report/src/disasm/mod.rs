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

/// A function of a binary with its machine code.
pub(crate) struct CodeRoutine {
    /// The path of the binary.
    pub(crate) binary: String,
    /// Every name of the function.
    pub(crate) names: Vec<String>,
    pub(crate) flat: i64,
    pub(crate) cum: i64,
    pub(crate) instructions: Vec<SampledInstruction>,
}

/// An instruction and what was spent in it.
#[derive(Clone)]
pub(crate) struct SampledInstruction {
    /// Its address as the binary states it.
    pub(crate) address: u64,
    pub(crate) text: String,
    pub(crate) flat: i64,
    pub(crate) cum: i64,
    /// Function, file and line, where a sample says them.
    pub(crate) place: String,
}

impl Report {
    /// Writes the code of each wanted function that has samples, with what each instruction spent.
    pub(crate) fn write_disasm(
        mut self,
        wanted: &str,
        files: &dyn Files,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let routines = self.code_routines(wanted, files)?;
        writeln!(out, "Total: {}", self.format(self.total))?;
        for routine in routines {
            self.write_code(&routine, out)?;
        }
        Ok(())
    }

    /// The wanted functions that have samples, binary by binary.
    pub(crate) fn code_routines(
        &mut self,
        wanted_text: &str,
        files: &dyn Files,
    ) -> Result<Vec<CodeRoutine>, Error> {
        let wanted = Wanted::parse(wanted_text)?;
        let graph = self.whole_graph();
        let mut routines = Vec::new();
        let mut problem = None;
        for (file, samples) in self.samples_by_binary(&graph, &wanted) {
            let path = self.profile.text(file);
            let read = files.read(path).map_err(|error| reason(&error));
            match read.and_then(|bytes| self.routines_of(&bytes, file, &samples, &wanted)) {
                Ok(mut found) => routines.append(&mut found),
                Err(reason) => problem = Some(Error::Binary(path.to_owned(), reason)),
            }
        }
        if routines.is_empty() {
            return Err(problem.unwrap_or_else(|| Error::NoMatch(wanted_text.to_owned())));
        }
        Ok(routines)
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

    fn routines_of(
        &self,
        bytes: &[u8],
        file: StringId,
        nodes: &[&Node],
        wanted: &Wanted,
    ) -> Result<Vec<CodeRoutine>, String> {
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
        let routine = |symbol: Symbol| {
            let start = samples.partition_point(|(address, _)| *address < symbol.start);
            let end = samples.partition_point(|(address, _)| *address < symbol.end);
            let code = binary.code(&symbol).filter(|_| start < end)?;
            let code = decode(code, symbol.start, bits, self.options.intel_syntax);
            let routine = self.code_routine(symbol, code, &samples[start..end]);
            Some(CodeRoutine {
                binary: self.profile.text(file).to_owned(),
                ..routine
            })
        };
        Ok(symbols.into_iter().filter_map(routine).collect())
    }

    fn code_routine(
        &self,
        symbol: Symbol,
        code: Vec<Instruction>,
        samples: &[(u64, &Node)],
    ) -> CodeRoutine {
        let (flat, cum) = sums(samples.iter().map(|(_, node)| *node));
        let sampled = |instruction: Instruction| {
            // A sample may stand within an instruction.
            let covers = |address: u64| instruction.address <= address && address < instruction.end;
            let here = samples.iter().filter(|(address, _)| covers(*address));
            let here: Vec<&Node> = here.map(|(_, node)| *node).collect();
            let (flat, cum) = sums(here.iter().copied());
            SampledInstruction {
                address: instruction.address,
                text: instruction.text,
                flat,
                cum,
                place: here.first().map_or(String::new(), |node| self.place(node)),
            }
        };
        CodeRoutine {
            binary: String::new(),
            names: symbol.names,
            flat,
            cum,
            instructions: code.into_iter().map(sampled).collect(),
        }
    }

    fn write_code(&self, routine: &CodeRoutine, out: &mut dyn Write) -> io::Result<()> {
        for (index, name) in routine.names.iter().enumerate() {
            let title = if index == 0 { "ROUTINE" } else { "    AKA" };
            writeln!(out, "{title} ======================== {name}")?;
        }
        let (flat, cum) = (self.format(routine.flat), self.format(routine.cum));
        let share = percentage(routine.cum, self.total);
        writeln!(out, "{flat:>10} {cum:>10} (flat, cum) {share} of Total")?;
        let mut place = "";
        for instruction in &routine.instructions {
            let is_said = instruction.place == place;
            place = &instruction.place;
            self.write_instruction(instruction, is_said, out)?;
        }
        Ok(())
    }

    /// One instruction, with its source line where that is another than before.
    fn write_instruction(
        &self,
        instruction: &SampledInstruction,
        is_said: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let SampledInstruction {
            address,
            text,
            place,
            ..
        } = instruction;
        let flat = self.format_or_dot(instruction.flat);
        let cum = self.format_or_dot(instruction.cum);
        if place.is_empty() || is_said {
            writeln!(out, "{flat:>10} {cum:>10} {address:>10x}: {text}")
        } else if text.len() < TEXT_WIDTH {
            writeln!(
                out,
                "{flat:>10} {cum:>10} {address:>10x}: {text:<TEXT_WIDTH$};{place}"
            )
        } else {
            writeln!(out, "{:74};{place}", "")?;
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
