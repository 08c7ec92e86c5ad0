//! One line a stack, for flame graph tools: `folded`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::graph::NodeTable;
use crate::prepare::Report;

impl Report {
    /// Writes for every stack its frames, root first and separated by semicolons, and its value in
    /// the unit of the profile. Equal stacks are one line, stacks that add up to nothing none.
    ///
    /// Semicolons and line breaks within names become colons and blanks.
    pub(crate) fn write_folded(mut self, out: &mut dyn Write) -> io::Result<()> {
        let table = self.node_table();
        let name = |info: &crate::graph::NodeInfo| {
            let name = info.printable(&self.profile.strings);
            name.replace(';', ":").replace(['\n', '\r'], " ")
        };
        let names: Vec<String> = table.infos.iter().map(name).collect();
        let mut stacks: BTreeMap<String, i64> = BTreeMap::new();
        for sample in self.profile.samples.iter() {
            let frames = frames(&table, sample.stack).map(|node| names[node as usize].as_str());
            let stack = frames.collect::<Vec<&str>>().join(";");
            let (value, _) = self.weights.of(sample.values);
            let sum = stacks.entry(stack).or_default();
            *sum = sum.wrapping_add(self.divided(value));
        }
        for (stack, value) in stacks.iter().filter(|(_, value)| **value != 0) {
            writeln!(out, "{stack} {value}")?;
        }
        Ok(())
    }
}

/// The nodes of a stack from its root to its leaf, inlined calls included.
pub(crate) fn frames<'a>(
    table: &'a NodeTable,
    stack: &'a [dtail_profile::LocationId],
) -> impl Iterator<Item = u32> + 'a {
    stack
        .iter()
        .rev()
        .flat_map(|location| table.of(*location).iter().rev().copied())
}
