//! Names for profiles that have only addresses, from the binaries on this machine.
//!
//! A binary is looked for where `pprof` looks: in the directories of a search path, by build id and by
//! name, then under its own path, then where distributions put debug information. One of another
//! build would give wrong names, so build ids must agree where both sides have one.

use std::collections::BTreeMap;

use dtail_profile::{Function, FunctionId, Line, LocationId, Locations, MappingId, Profile};
use dtail_symbolize::{Frame, Module};
use foldhash::HashMap;

use crate::files::Files;
use crate::filter::Warning;
use crate::path;

/// How names are looked up.
#[derive(Clone, Debug, Default)]
pub struct Symbolization {
    /// Also where there are names.
    pub force: bool,
    /// By the symbol table alone, which is fast, but knows no lines and no inlined calls.
    pub only_symbols: bool,
    /// Directories with binaries, separated by colons.
    pub search_path: String,
    /// The path of the program, instead of that in the profile.
    pub program: String,
}

/// Where distributions put the debug information of their programs.
const DEBUG_DIRECTORY: &str = "/usr/lib/debug/.build-id";
/// Files that are none: `[vdso]`, `//anon`.
const NO_FILES: [&str; 2] = ["[", "//"];

/// Gives functions and lines to the locations of `profile` that have none. Binaries that cannot be
/// found are warned of.
pub fn symbolize(
    profile: &mut Profile,
    files: &dyn Files,
    options: &Symbolization,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut frames: HashMap<LocationId, Vec<Frame>> = HashMap::default();
    for (mapping, locations) in nameless(profile, options.force) {
        let names = Names {
            profile,
            mapping,
            options,
        };
        match names.find(files) {
            Ok(bytes) => frames.extend(names.frames(&bytes, &locations)),
            Err(reason) => warnings.push(Warning::new(reason)),
        }
    }
    if !frames.is_empty() {
        name_locations(profile, &frames);
    }
    warnings
}

/// The locations that have no names, by mapping.
fn nameless(profile: &Profile, force: bool) -> BTreeMap<usize, Vec<LocationId>> {
    let mut locations: BTreeMap<usize, Vec<LocationId>> = BTreeMap::new();
    for (id, location) in profile.locations.iter() {
        let is_nameless = force || profile.locations.lines(id).is_empty();
        let Some(mapping) = location
            .mapping
            .filter(|_| is_nameless && location.address != 0)
        else {
            continue;
        };
        let file = profile.text(profile.mapping(mapping).file);
        if !NO_FILES.iter().any(|start| file.starts_with(start)) {
            locations.entry(mapping.index()).or_default().push(id);
        }
    }
    locations
}

/// The names of one mapping.
struct Names<'a> {
    profile: &'a Profile,
    mapping: usize,
    options: &'a Symbolization,
}

impl Names<'_> {
    fn build_id(&self) -> &str {
        self.profile
            .text(self.profile.mappings[self.mapping].build_id)
    }

    fn path(&self) -> &str {
        match (self.mapping, self.options.program.as_str()) {
            (0, program) if !program.is_empty() => program,
            _ => self.profile.text(self.profile.mappings[self.mapping].file),
        }
    }

    /// Where the binary may be, the most likely place first.
    fn candidates(&self) -> Vec<String> {
        let (path, id) = (self.path(), self.build_id());
        let debug_file = |directory: &str| {
            let (start, rest) = id.split_at_checked(2)?;
            (!rest.is_empty()).then(|| format!("{directory}/{start}/{rest}.debug"))
        };
        let mut candidates = Vec::new();
        for directory in path::split_list(&self.options.search_path).filter(|d| !d.is_empty()) {
            if !id.is_empty() {
                candidates.push(format!("{directory}/{id}/{}", path::base(path)));
                candidates.extend(debug_file(directory));
                candidates.extend(debug_file(&format!("{directory}/.build-id")));
            }
            if !path.is_empty() {
                candidates.push(format!("{directory}/{}", path.trim_start_matches('/')));
                candidates.push(format!("{directory}/{}", path::base(path)));
            }
        }
        if !path.is_empty() {
            candidates.push(path.to_owned());
        }
        candidates.extend(debug_file(DEBUG_DIRECTORY));
        candidates
    }

    /// The first binary of this build with debug information, or else the first of this build.
    fn find(&self, files: &dyn Files) -> Result<Vec<u8>, String> {
        let (mut without_lines, mut other_build) = (None, None);
        for path in self.candidates() {
            let Ok(bytes) = files.read(&path) else {
                continue;
            };
            let Ok(module) = Module::parse(&bytes) else {
                continue;
            };
            let found = module.build_id().map(hexadecimal).unwrap_or_default();
            let is_other =
                !found.is_empty() && !self.build_id().is_empty() && found != self.build_id();
            if is_other {
                other_build.get_or_insert(path);
            } else if module.has_debug_info() || self.options.only_symbols {
                return Ok(bytes);
            } else if without_lines.is_none() {
                without_lines = Some(bytes);
            }
        }
        without_lines.ok_or_else(|| self.missing(other_build))
    }

    fn missing(&self, other_build: Option<String>) -> String {
        let (path, id) = (self.path(), self.build_id());
        let name = if path.is_empty() { "the program" } else { path };
        let remedy =
            "give the program in front of the profile, or its directory in PPROF_BINARY_PATH";
        match other_build {
            Some(other) => format!("{other} is another build than the profile's {id}: {remedy}"),
            None => format!("no names for addresses in {name}, which cannot be read: {remedy}"),
        }
    }

    /// The functions at the addresses of `locations`, where the binary knows any.
    fn frames(&self, bytes: &[u8], locations: &[LocationId]) -> Vec<(LocationId, Vec<Frame>)> {
        let Ok(module) = Module::parse(bytes) else {
            return Vec::new();
        };
        let mapping = &self.profile.mappings[self.mapping];
        let stated = |id: &LocationId| {
            let address = self.profile.locations.get(*id).address;
            let offset = address
                .checked_sub(mapping.start)?
                .checked_add(mapping.offset)?;
            Some((*id, module.svma_of_offset(offset)?))
        };
        let (ids, addresses): (Vec<LocationId>, Vec<u64>) =
            locations.iter().filter_map(stated).unzip();
        let frames = if self.options.only_symbols {
            addresses
                .iter()
                .map(|address| module.symbol_frames(*address))
                .collect()
        } else {
            module.frames_of(&addresses)
        };
        let found = ids.into_iter().zip(frames);
        found
            .filter(|(id, frames)| !frames.is_empty() && !self.knows_better(*id, frames))
            .collect()
    }

    /// Whether the profile states a file where the binary gives a name alone: that of Go programs has its
    /// lines in a compressed form, which is not read.
    fn knows_better(&self, id: LocationId, frames: &[Frame]) -> bool {
        let lines = self.profile.locations.lines(id);
        let mut stated = lines
            .iter()
            .map(|line| self.profile.function(line.function));
        !self.options.only_symbols
            && frames.iter().all(|frame| frame.file.is_empty())
            && stated.any(|function| !function.filename.is_empty())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the frames into the profile. Locations keep their place, and so their handles.
fn name_locations(profile: &mut Profile, frames: &HashMap<LocationId, Vec<Frame>>) {
    let last_id = profile.functions.iter().map(|function| function.id).max();
    let mut functions = NewFunctions {
        known: HashMap::default(),
        last_id: last_id.unwrap_or(0),
    };
    let old = std::mem::take(&mut profile.locations);
    let mut locations = Locations::default();
    for (id, location) in old.iter() {
        let lines: Vec<Line> = match frames.get(&id) {
            Some(frames) => frames
                .iter()
                .map(|frame| line(profile, &mut functions, frame))
                .collect(),
            None => old.lines(id).to_vec(),
        };
        let named = locations.push(location.id, location.mapping, location.address, lines);
        locations.get_mut(named).is_folded = location.is_folded;
        if let (Some(mapping), Some(frames)) = (location.mapping, frames.get(&id)) {
            mark(profile, mapping, frames);
        }
    }
    profile.locations = locations;
}

/// The functions that were added, each once.
struct NewFunctions {
    known: HashMap<Function, FunctionId>,
    last_id: u64,
}

impl NewFunctions {
    /// The number of a function without id.
    fn intern(&mut self, profile: &mut Profile, function: Function) -> FunctionId {
        *self.known.entry(function).or_insert_with(|| {
            self.last_id += 1;
            profile.functions.push(Function {
                id: self.last_id,
                ..function
            });
            FunctionId::new(profile.functions.len() - 1)
        })
    }
}

fn line(profile: &mut Profile, functions: &mut NewFunctions, frame: &Frame) -> Line {
    let name = profile.strings.intern(&frame.name);
    // Equal names are what the reader takes for a mangled one, and demangles.
    let system_name = match frame.system_name.as_str() {
        "" => name,
        symbol => profile.strings.intern(symbol),
    };
    let function = Function {
        id: 0,
        name,
        system_name,
        filename: profile.strings.intern(&frame.file),
        start_line: i64::from(frame.start_line),
    };
    Line {
        function: functions.intern(profile, function),
        line: i64::from(frame.line),
        column: i64::from(frame.column),
    }
}

/// Notes what is known of a mapping now.
fn mark(profile: &mut Profile, mapping: MappingId, frames: &[Frame]) {
    let mapping = &mut profile.mappings[mapping.index()];
    mapping.has_functions = true;
    mapping.has_filenames |= frames.iter().any(|frame| !frame.file.is_empty());
    mapping.has_line_numbers |= frames.iter().any(|frame| frame.line > 0);
    mapping.has_inline_frames |= frames.len() > 1;
}
