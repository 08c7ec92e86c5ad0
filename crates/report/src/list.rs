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

/// A function in one file, with its source code.
pub(crate) struct Routine {
    pub(crate) function: String,
    /// Empty when the profile does not say in which file the function is.
    pub(crate) file: String,
    pub(crate) flat: i64,
    pub(crate) cum: i64,
    pub(crate) lines: Vec<SourceLine>,
    /// Why there is no source code.
    pub(crate) problem: Option<String>,
}

/// A line of source code and what was spent in it.
pub(crate) struct SourceLine {
    pub(crate) number: i64,
    pub(crate) flat: i64,
    pub(crate) cum: i64,
    pub(crate) text: Vec<u8>,
}

impl Report {
    /// Writes the source code of each matching function with what each line spent.
    pub(crate) fn write_list(
        mut self,
        pattern: &str,
        files: &dyn Files,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let routines = self.routines(pattern, files)?;
        writeln!(out, "Total: {}", self.format(self.total))?;
        for routine in routines {
            self.write_routine(&routine, out)?;
        }
        Ok(())
    }

    /// The matching functions, by name and file.
    pub(crate) fn routines(
        &mut self,
        pattern: &str,
        files: &dyn Files,
    ) -> Result<Vec<Routine>, Error> {
        let only = Pattern::new(pattern).map_err(|error| Error::BadPattern("argument", error))?;
        let graph = self.whole_graph();
        let functions = self.functions(&graph, &only);
        if functions.is_empty() {
            return Err(Error::NoMatch(pattern.to_owned()));
        }
        let options = &self.options;
        let mut reader = SourceReader::new(files, &options.source_path, &options.trim_path)?;
        let mut routines = Vec::new();
        for (name, by_file) in functions {
            let is_nowhere = by_file.keys().all(|file| file.is_empty());
            for (file, nodes) in by_file {
                if is_nowhere || !file.is_empty() {
                    routines.push(routine(name, file, &nodes, &mut reader));
                }
            }
        }
        Ok(routines)
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

    fn write_routine(&self, routine: &Routine, out: &mut dyn Write) -> io::Result<()> {
        let Routine { function, file, .. } = routine;
        if file.is_empty() {
            return writeln!(out, "No source information for {function}");
        }
        let (flat, cum) = (self.format(routine.flat), self.format(routine.cum));
        let share = percentage(routine.cum, self.total);
        writeln!(out, "ROUTINE ======================== {function} in {file}")?;
        writeln!(out, "{flat:>10} {cum:>10} (flat, cum) {share} of Total")?;
        if let Some(problem) = &routine.problem {
            writeln!(out, " Error: {problem}")?;
        }
        for line in &routine.lines {
            let (flat, cum) = (self.format_or_dot(line.flat), self.format_or_dot(line.cum));
            write!(out, "{flat:>10} {cum:>10} {:>6}:", line.number)?;
            out.write_all(&line.text)?;
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

/// The source code of a function in one file, with what its nodes spent.
fn routine(function: &str, file: &str, nodes: &[&Node], reader: &mut SourceReader<'_>) -> Routine {
    let (flat, cum) = sums(nodes.iter().copied());
    let mut routine = Routine {
        function: function.to_owned(),
        file: file.to_owned(),
        flat,
        cum,
        lines: Vec::new(),
        problem: None,
    };
    if file.is_empty() {
        return routine;
    }
    let lines = line_range(nodes);
    // A range without lines needs no file; a file known to be missing is still said.
    let source = if lines.is_empty() {
        reader.known(file)
    } else {
        Some(reader.open(file))
    };
    match source.as_deref() {
        Some(Ok(source)) => routine.lines = source_lines(source, lines, nodes),
        Some(Err(reason)) => routine.problem = Some(reason.clone()),
        None => {}
    }
    routine
}

fn source_lines(source: &Source, lines: RangeInclusive<i64>, nodes: &[&Node]) -> Vec<SourceLine> {
    let line = |number| {
        let text = source.line(number)?.to_vec();
        let here = nodes.iter().filter(|node| node.info.line == number);
        let (flat, cum) = sums(here.copied());
        Some(SourceLine {
            number,
            flat,
            cum,
            text,
        })
    };
    lines.map_while(line).collect()
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
