//! The stacks in the format of the Firefox Profiler: `firefox`.
//!
//! This is its processed format, version 55. A sample type is a process there, a value of the label
//! `thread` a thread. Profiles say how much, not when, so samples are lined up one behind the other:
//! the time axis tells nothing, the call tree and the flame graph do.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};

use dtail_profile::Sample;
use foldhash::HashMap;

use crate::folded::frames;
use crate::graph::{NodeId, NodeTable};
use crate::json::{Listed, Quoted};
use crate::labels;
use crate::measurement::scale;
use crate::path;
use crate::prepare::Report;

/// The label whose values become threads.
const THREAD: &str = "thread";

/// What the format calls the weights of samples.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WeightType {
    Milliseconds,
    Bytes,
    Samples,
}

impl WeightType {
    fn of(unit: &str) -> WeightType {
        match scale(1, unit, "auto").unit {
            "ns" | "us" | "ms" | "s" | "hrs" => WeightType::Milliseconds,
            "B" | "kB" | "MB" | "GB" | "TB" | "PB" => WeightType::Bytes,
            _ => WeightType::Samples,
        }
    }

    fn name(self) -> &'static str {
        match self {
            WeightType::Milliseconds => "tracing-ms",
            WeightType::Bytes => "bytes",
            WeightType::Samples => "samples",
        }
    }

    fn weight(self, value: i64, unit: &str) -> f64 {
        match self {
            WeightType::Milliseconds => scale(value, unit, "ms").value,
            WeightType::Bytes => scale(value, unit, "B").value,
            WeightType::Samples => value as f64,
        }
    }
}

/// The samples of one thread with the stacks they have in common.
#[derive(Default)]
struct Thread {
    /// The frame of each stack, and the stack of its caller.
    frames: Vec<u32>,
    prefixes: Vec<Option<u32>>,
    stacks: HashMap<(Option<u32>, NodeId), u32>,
    /// The nodes of the frames; a frame has the number of its node here.
    nodes: Vec<NodeId>,
    numbers: HashMap<NodeId, u32>,
    /// The stack of each sample, none for an empty one, and its weight.
    samples: Vec<(Option<u32>, f64)>,
}

impl Thread {
    fn add(&mut self, stack: impl Iterator<Item = NodeId>, weight: f64) {
        let mut top = None;
        for node in stack {
            let next = self.stacks.len() as u32;
            let stack = *self.stacks.entry((top, node)).or_insert(next);
            if stack == next {
                let frame = self.frame(node);
                self.frames.push(frame);
                self.prefixes.push(top);
            }
            top = Some(stack);
        }
        self.samples.push((top, weight));
    }

    fn frame(&mut self, node: NodeId) -> u32 {
        let next = self.nodes.len() as u32;
        let number = *self.numbers.entry(node).or_insert(next);
        if number == next {
            self.nodes.push(node);
        }
        number
    }
}

impl Report {
    /// Writes one process for each sample type, that of the report first.
    pub(crate) fn write_firefox(mut self, out: &mut dyn Write) -> io::Result<()> {
        let table = self.node_table();
        let program = self
            .profile
            .mappings
            .first()
            .map(|program| self.profile.text(program.file));
        let program = program
            .filter(|file| !file.is_empty())
            .map_or("profile", path::base);
        self.write_meta(program, out)?;
        let first = self.weights.value;
        let others = (0..self.profile.sample_types.len()).filter(|value| *value != first);
        let mut comma = "";
        for value in [first].into_iter().chain(others) {
            for (name, thread) in self.threads(&table, value) {
                write!(out, "{comma}")?;
                let name = if name.is_empty() { program } else { name };
                self.write_thread(&table, value, name, &thread, out)?;
                comma = ",";
            }
        }
        writeln!(out, "]}}")
    }

    fn write_meta(&self, program: &str, out: &mut dyn Write) -> io::Result<()> {
        let start_ms = self.profile.time_nanos as f64 / 1e6;
        write!(
            out,
            "{{\"meta\":{{\"preprocessedProfileVersion\":55,\"version\":24,\"product\":{},\
             \"startTime\":{start_ms},\"interval\":1,\"processType\":0,\"stackwalk\":1,\
             \"debug\":false,\"symbolicated\":true,\"usesOnlyOneStackType\":true,\
             \"sourceCodeIsNotOnSearchfox\":true,\"markerSchema\":[],\"pausedRanges\":[],\
             \"sampleUnits\":{{\"time\":\"ms\",\"eventDelay\":\"ms\",\"threadCPUDelta\":\"µs\"}},\
             \"extensions\":{{\"length\":0,\"baseURL\":[],\"id\":[],\"name\":[]}},\
             \"categories\":[{{\"name\":\"Other\",\"color\":\"grey\",\"subcategories\":[\"Other\"]}}]}},\
             \"libs\":[],\"pages\":[],\"profilerOverhead\":[],\"counters\":[],\"threads\":[",
            Quoted(program)
        )
    }

    /// The samples by thread. Those without a value are left out.
    fn threads<'a>(&'a self, table: &NodeTable, value: usize) -> BTreeMap<&'a str, Thread> {
        let unit = self.profile.text(self.profile.sample_types[value].unit);
        let weight_type = WeightType::of(unit);
        let mut threads: BTreeMap<&str, Thread> = BTreeMap::new();
        for sample in self
            .profile
            .samples
            .iter()
            .filter(|sample| sample.values[value] != 0)
        {
            let weight = weight_type.weight(sample.values[value], unit);
            let thread = threads.entry(self.thread_name(sample)).or_default();
            thread.add(frames(table, sample.stack), weight);
        }
        threads
    }

    fn thread_name(&self, sample: Sample<'_>) -> &str {
        let texts = labels::texts(&self.profile, sample.labels);
        texts
            .get(THREAD)
            .and_then(|names| names.first().copied())
            .unwrap_or_default()
    }

    fn write_thread(
        &self,
        table: &NodeTable,
        value: usize,
        name: &str,
        thread: &Thread,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let sample_type = self.profile.sample_types[value];
        let process = Quoted(self.profile.text(sample_type.kind));
        write!(
            out,
            "{{\"name\":{},\"processName\":{process},\"processType\":\"default\",\"pid\":\"{value}\",\
             \"tid\":{},\"isMainThread\":true,\"registerTime\":0,\"unregisterTime\":null,\
             \"processStartupTime\":0,\"processShutdownTime\":null,\"pausedRanges\":[],\
             \"showMarkersInTimeline\":false,",
            Quoted(name),
            Quoted(&format!("{name}/{value}"))
        )?;
        write!(
            out,
            "\"markers\":{{\"length\":0,\"category\":[],\"data\":[],\"endTime\":[],\"name\":[],\
             \"phase\":[],\"startTime\":[]}},\
             \"nativeSymbols\":{{\"length\":0,\"address\":[],\"functionSize\":[],\"libIndex\":[],\
             \"name\":[]}},\
             \"resourceTable\":{{\"length\":0,\"lib\":[],\"name\":[],\"host\":[],\"type\":[]}},"
        )?;
        let unit = self.profile.text(sample_type.unit);
        write_samples(thread, WeightType::of(unit), out)?;
        self.write_tables(table, thread, out)
    }

    /// The tables of stacks, frames, functions and texts. Every frame has a function of its own,
    /// and every function two texts: its name and its file.
    fn write_tables(
        &self,
        table: &NodeTable,
        thread: &Thread,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let strings = &self.profile.strings;
        let infos = || thread.nodes.iter().map(|node| &table.infos[*node as usize]);
        let count = thread.nodes.len();
        let all = |text: &'static str| Listed(std::iter::repeat_n(text, count));
        let lines = infos().map(|info| OrNull((info.line > 0).then_some(info.line)));
        let prefixes = thread.prefixes.iter().map(|prefix| OrNull(*prefix));
        write!(
            out,
            "\"stackTable\":{{\"length\":{},\"prefix\":[{}],\"frame\":[{}]}},",
            thread.frames.len(),
            Listed(prefixes),
            Listed(thread.frames.iter())
        )?;
        write!(
            out,
            "\"frameTable\":{{\"length\":{count},\"address\":[{}],\"inlineDepth\":[{}],\
             \"category\":[{}],\"subcategory\":[{}],\"func\":[{}],\"nativeSymbol\":[{}],\
             \"innerWindowID\":[{}],\"line\":[{}],\"column\":[{}]}},",
            all("-1"),
            all("0"),
            all("0"),
            all("0"),
            Listed(0..count),
            all("null"),
            all("0"),
            Listed(lines),
            all("null")
        )?;
        let files = infos().enumerate();
        let files = files.map(|(at, info)| OrNull((!info.file.is_empty()).then_some(2 * at + 1)));
        write!(
            out,
            "\"funcTable\":{{\"length\":{count},\"name\":[{}],\"isJS\":[{}],\
             \"relevantForJS\":[{}],\"resource\":[{}],\"fileName\":[{}],\"lineNumber\":[{}],\
             \"columnNumber\":[{}]}},\"stringArray\":[",
            Listed((0..count).map(|at| 2 * at)),
            all("false"),
            all("false"),
            all("-1"),
            Listed(files),
            all("null"),
            all("null")
        )?;
        let mut comma = "";
        for info in infos() {
            let name = match strings.get(info.name) {
                "" => info.printable(strings),
                name => name.into(),
            };
            let file = Quoted(strings.get(info.file));
            write!(out, "{comma}{},{file}", Quoted(&name))?;
            comma = ",";
        }
        write!(out, "]}}")
    }
}

/// The samples, each as long after the one before as that one weighs; a millisecond where weights
/// are no times.
fn write_samples(thread: &Thread, weight_type: WeightType, out: &mut dyn Write) -> io::Result<()> {
    let length = |(_, weight): &(Option<u32>, f64)| match weight_type {
        WeightType::Milliseconds => weight.abs(),
        _ => 1.0,
    };
    let deltas = [0.0].into_iter().chain(thread.samples.iter().map(length));
    let stacks = thread.samples.iter().map(|(stack, _)| OrNull(*stack));
    let weights = thread.samples.iter().map(|(_, weight)| weight);
    write!(
        out,
        "\"samples\":{{\"length\":{},\"weightType\":\"{}\",\"stack\":[{}],\"weight\":[{}],\
         \"timeDeltas\":[{}]}},",
        thread.samples.len(),
        weight_type.name(),
        Listed(stacks),
        Listed(weights),
        Listed(deltas.take(thread.samples.len()))
    )
}

/// A value or `null`.
struct OrNull<T>(Option<T>);

impl<T: Display> Display for OrNull<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("null"),
        }
    }
}
