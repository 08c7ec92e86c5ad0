//! Every sample with its labels and its stack: `traces`.

use std::io::{self, Write};

use dtail_profile::Sample;

use crate::graph::NodeTable;
use crate::labels;
use crate::measurement::scaled_label;
use crate::prepare::Report;

const SEPARATOR: &str = "-----------+-------------------------------------------------------";

impl Report {
    /// Writes every sample that has a stack, leaf first.
    pub(crate) fn write_traces(mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.profile_lines().join("\n"))?;
        let table = NodeTable::new(&mut self.profile, Default::default());
        for sample in self
            .profile
            .samples
            .iter()
            .filter(|sample| !sample.stack.is_empty())
        {
            writeln!(out, "{SEPARATOR}")?;
            self.label_lines(sample)
                .iter()
                .try_for_each(|line| out.write_all(line.as_bytes()))?;
            self.write_stack(&table, sample, out)?;
        }
        writeln!(out, "{SEPARATOR}")
    }

    /// The labels of a sample, one key a line: texts first, then numbers.
    fn label_lines(&self, sample: Sample<'_>) -> Vec<String> {
        let line =
            |(key, values): (&str, Vec<String>)| format!("{key:>10}:  {}\n", values.join(" "));
        let texts = labels::texts(&self.profile, sample.labels).into_iter();
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        let mut lines: Vec<String> = texts
            .map(|(key, texts)| line((key, owned(texts))))
            .collect();
        lines.sort_unstable();
        let numbers = labels::numbers(&self.profile, sample.labels).into_iter();
        let mut number_lines: Vec<String> = numbers
            .map(|(key, group)| {
                let unit = self.label_units.get(group.key);
                let label = |number: &i64| scaled_label(*number, unit, "auto");
                line((key, group.numbers.iter().map(label).collect()))
            })
            .collect();
        number_lines.sort_unstable();
        lines.append(&mut number_lines);
        lines
    }

    fn write_stack(
        &self,
        table: &NodeTable,
        sample: Sample<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (value, divisor) = self.weights.of(sample.values);
        let value = if divisor == 0 {
            value
        } else {
            value.wrapping_div(divisor)
        };
        let mut column = self.format(value);
        for location in sample.stack {
            let nodes = table.of(*location);
            for (index, node) in nodes.iter().enumerate() {
                let name = table.infos[*node as usize].printable(&self.profile.strings);
                let inline = if index + 1 == nodes.len() {
                    ""
                } else {
                    " (inline)"
                };
                writeln!(out, "{column:>10}   {name}{inline}")?;
                column.clear();
            }
        }
        Ok(())
    }
}
