//! Folded stacks with the values of both sides, for differential flame graphs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Diff;

impl Diff {
    /// Writes for every stack its frames, root first and separated by semicolons, and the means of
    /// both sides, rounded to the unit of the profile. Stacks without value are left out.
    ///
    /// Semicolons and line breaks within names become colons and blanks.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written.
    pub fn write_folded(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut lines: BTreeMap<String, [i128; 2]> = BTreeMap::new();
        for (stack, values) in &self.stacks {
            let names = stack.iter().map(|name| {
                let name = self.names.text(*name);
                name.replace(';', ":").replace(['\n', '\r'], " ")
            });
            let line = lines
                .entry(names.collect::<Vec<_>>().join(";"))
                .or_default();
            line[0] += values[0];
            line[1] += values[1];
        }
        for (stack, [old, new]) in lines {
            let (old, new) = (self.old.mean(old).round(), self.new.mean(new).round());
            if (old, new) != (0.0, 0.0) {
                writeln!(out, "{stack} {old:.0} {new:.0}")?;
            }
        }
        Ok(())
    }
}
