//! Annotated source code: `list`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::RangeInclusive;

use crate::error::Error;
use crate::files::Files;
use crate::graph::{Graph, Node};
use crate::measurement::percentage;
use crate::pattern::Pattern;
use crate::prepare::Report;
use crate::source::{Source, SourceReader};

/// Lines shown above the first and below the last line that has samples.
const MARGIN: i64 = 5;

/// The nodes of one function, by file.
type Function<'a> = BTreeMap<&'a str, Vec<&'a Node>>;

impl Report {
    /// Writes the source code of each matching function with what each line spent.
    pub(crate) fn write_list(
        mut self,
        pattern: &str,
        files: &dyn Files,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let only = Pattern::new(pattern).map_err(|error| Error::BadPattern("argument", error))?;
        let graph = self.whole_graph();
        let functions = self.functions(&graph, &only);
        if functions.is_empty() {
            return Err(Error::NoMatch(pattern.to_owned()));
        }
        let options = &self.options;
        let mut reader = SourceReader::new(files, &options.source_path, &options.trim_path)?;
        writeln!(out, "Total: {}", self.format(self.total))?;
        for (name, by_file) in functions {
            if by_file.keys().all(|file| file.is_empty()) {
                writeln!(out, "No source information for {name}")?;
            }
            for (file, nodes) in by_file.iter().filter(|(file, _)| !file.is_empty()) {
                self.write_routine_header(&format!("{name} in {file}"), nodes, out)?;
                let lines = line_range(nodes);
                // A range without lines needs no file; a file known to be missing is still said.
                let source = if lines.is_empty() {
                    reader.known(file)
                } else {
                    Some(reader.open(file))
                };
                match source.as_deref() {
                    Some(Ok(source)) => self.write_lines(source, lines, nodes, out)?,
                    Some(Err(reason)) => writeln!(out, " Error: {reason}")?,
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// The nodes whose function matches, by function and file.
    fn functions<'a>(
        &'a self,
        graph: &'a Graph,
        only: &Pattern,
    ) -> BTreeMap<&'a str, Function<'a>> {
        let mut functions: BTreeMap<&str, Function<'_>> = BTreeMap::new();
        for node in graph.shown() {
            let name = self.profile.text(node.info.name);
            if only.is_match(name) {
                let by_file = functions.entry(name).or_default();
                by_file
                    .entry(self.profile.text(node.info.file))
                    .or_default()
                    .push(node);
            }
        }
        functions
    }

    fn write_routine_header(
        &self,
        name: &str,
        nodes: &[&Node],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (flat, cum) = sums(nodes.iter().copied());
        writeln!(out, "ROUTINE ======================== {name}")?;
        writeln!(
            out,
            "{:>10} {:>10} (flat, cum) {} of Total",
            self.format(flat),
            self.format(cum),
            percentage(cum, self.total)
        )
    }

    fn write_lines(
        &self,
        source: &Source,
        lines: RangeInclusive<i64>,
        nodes: &[&Node],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for number in lines {
            let Some(line) = source.line(number) else {
                break;
            };
            let here = nodes
                .iter()
                .filter(|node| node.info.line == number)
                .copied();
            let (flat, cum) = sums(here);
            let (flat, cum) = (self.format_or_dot(flat), self.format_or_dot(cum));
            write!(out, "{flat:>10} {cum:>10} {number:>6}:")?;
            out.write_all(line)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// A value as text, a dot for none.
    pub(crate) fn format_or_dot(&self, value: i64) -> String {
        if value == 0 {
            ".".to_owned()
        } else {
            self.format(value)
        }
    }
}

/// What some nodes spent themselves, and with all they call.
pub(crate) fn sums<'a>(nodes: impl Iterator<Item = &'a Node>) -> (i64, i64) {
    nodes.fold((0, 0), |(flat, cum), node| {
        (
            flat.wrapping_add(node.flat.sum),
            cum.wrapping_add(node.cum.sum),
        )
    })
}

/// From the first line, that of the function where it is known, to the last.
fn line_range(nodes: &[&Node]) -> RangeInclusive<i64> {
    let start = |node: &&Node| match node.info.start_line {
        0 => node.info.line.saturating_sub(MARGIN),
        start => start,
    };
    let first = nodes.iter().map(start).min().unwrap_or(1).max(1);
    let last = nodes.iter().map(|node| node.info.line).max().unwrap_or(0);
    first..=last.saturating_add(MARGIN)
}
