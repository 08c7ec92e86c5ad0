//! Reports that are profiles: `proto`, the filtered profile, and `topproto`, the table.

use dtail_profile::{Function, FunctionId, Line, LocationId, Profile, Samples, ValueType};

use crate::graph::{Graph, NodeInfo};
use crate::measurement::scale;
use crate::number::to_integer;
use crate::prepare::Report;

impl Report {
    /// The profile after filters, and after `divide_by`.
    pub fn into_profile(mut self) -> Profile {
        if self.ratio().is_some() {
            for index in 0..self.profile.samples.len() {
                let divided: Vec<i64> = {
                    let values = self.profile.samples.values(index);
                    values.iter().map(|value| self.divided(*value)).collect()
                };
                self.profile
                    .samples
                    .values_mut(index)
                    .copy_from_slice(&divided);
            }
        }
        self.profile
    }

    /// The table of nodes as a profile: one sample a row, with its cum and its flat value.
    pub fn into_top_profile(mut self) -> Profile {
        let trimmed = self.trimmed_graph();
        self.choose_unit(&trimmed.graph);
        let unit = self.profile.strings.intern(&self.output_unit);
        let kinds = ["cum", "flat"].map(|kind| self.profile.strings.intern(kind));
        let mut top = Profile {
            sample_types: kinds.map(|kind| ValueType { kind, unit }).to_vec(),
            samples: Samples::with_width(kinds.len()),
            time_nanos: self.profile.time_nanos,
            duration_nanos: self.profile.duration_nanos,
            period_type: self.profile.period_type,
            period: self.profile.period,
            strings: self.profile.strings.clone(),
            ..Profile::default()
        };
        self.add_rows(&trimmed.graph, &mut top);
        top
    }

    fn add_rows(&self, graph: &Graph, top: &mut Profile) {
        let scaled = |value| to_integer(scale(value, &self.unit, &self.output_unit).value);
        for node in graph.shown() {
            let location = add_location(top, &node.info);
            let values = [scaled(node.cum.value()), scaled(node.flat.value())];
            top.samples.push(&[location], &values, &[]);
        }
    }
}

fn add_location(top: &mut Profile, info: &NodeInfo) -> LocationId {
    let key = |function: &Function| (function.name, function.filename, function.start_line);
    let wanted = (info.name, info.file, info.start_line);
    let known = top
        .functions
        .iter()
        .position(|function| key(function) == wanted);
    let function = known.unwrap_or_else(|| {
        let id = top.functions.len() as u64 + 1;
        let (name, filename, start_line) = wanted;
        top.functions.push(Function {
            id,
            name,
            filename,
            start_line,
            ..Function::default()
        });
        top.functions.len() - 1
    });
    let line = Line {
        function: FunctionId::new(function),
        line: info.line,
        column: info.column,
    };
    top.locations
        .push(top.locations.len() as u64 + 1, None, info.address, [line])
}
