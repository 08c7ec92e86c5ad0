//! The stacks in the format of speedscope: `speedscope`.
//!
//! Speedscope reads pprof's files too, but takes only the outermost function of a location: what a
//! compiler inlined would be gone. Here every inlined call is a frame of its own.

use std::io::{self, Write};

use crate::folded::frames;
use crate::graph::NodeTable;
use crate::json::{Listed, Quoted};
use crate::prepare::Report;

/// The units that speedscope knows.
const UNITS: [&str; 5] = [
    "nanoseconds",
    "microseconds",
    "milliseconds",
    "seconds",
    "bytes",
];

impl Report {
    /// Writes one list of samples for each sample type, that of the report shown first. Samples
    /// without a positive value are left out: a picture of widths cannot show them.
    pub(crate) fn write_speedscope(mut self, out: &mut dyn Write) -> io::Result<()> {
        let table = self.node_table();
        write!(
            out,
            "{{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\
             \"exporter\":\"dtail-tools\",\"activeProfileIndex\":{},\"shared\":{{\"frames\":[",
            self.weights.value
        )?;
        self.write_frames(&table, out)?;
        write!(out, "]}},\"profiles\":[")?;
        for value in 0..self.profile.sample_types.len() {
            out.write_all(if value == 0 { b"" } else { b"," })?;
            self.write_samples(&table, value, out)?;
        }
        writeln!(out, "]}}")
    }

    fn write_frames(&self, table: &NodeTable, out: &mut dyn Write) -> io::Result<()> {
        let strings = &self.profile.strings;
        for (index, info) in table.infos.iter().enumerate() {
            let name = match strings.get(info.name) {
                "" => info.printable(strings),
                name => name.into(),
            };
            let comma = if index == 0 { "" } else { "," };
            write!(out, "{comma}{{\"name\":{}", Quoted(&name))?;
            if !info.file.is_empty() {
                write!(out, ",\"file\":{}", Quoted(strings.get(info.file)))?;
            }
            if info.line > 0 {
                write!(out, ",\"line\":{}", info.line)?;
            }
            write!(out, "}}")?;
        }
        Ok(())
    }

    fn write_samples(
        &self,
        table: &NodeTable,
        value: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let sample_type = self.profile.sample_types[value];
        let (kind, unit) = (
            self.profile.text(sample_type.kind),
            self.profile.text(sample_type.unit),
        );
        let unit = if UNITS.contains(&unit) { unit } else { "none" };
        let weights = self
            .profile
            .samples
            .iter()
            .map(|sample| sample.values[value]);
        let positive = weights.filter(|weight| *weight > 0);
        let total = positive.clone().fold(0i64, i64::saturating_add);
        write!(
            out,
            "{{\"type\":\"sampled\",\"name\":{},\"unit\":\"{unit}\",\"startValue\":0,\
             \"endValue\":{total},\"weights\":[{}],\"samples\":[",
            Quoted(kind),
            Listed(positive)
        )?;
        let mut comma = "";
        for sample in self
            .profile
            .samples
            .iter()
            .filter(|sample| sample.values[value] > 0)
        {
            let stack: Vec<u32> = frames(table, sample.stack).collect();
            write!(out, "{comma}[{}]", Listed(stack.iter()))?;
            comma = ",";
        }
        write!(out, "]}}")
    }
}
