//! Which node each frame of the profile belongs to.

use dtail_profile::{Line, LocationId, Profile, StringId};
use foldhash::HashMap;

use super::{NodeId, NodeInfo};
use crate::path::{self, PathTrim};

/// The nodes of a profile, and for every location the nodes of its lines, innermost first.
#[derive(Debug, Default)]
pub(crate) struct NodeTable {
    pub(crate) infos: Vec<NodeInfo>,
    of_lines: Vec<NodeId>,
    /// Where the lines of each location end in `of_lines`.
    ends: Vec<usize>,
}

/// How frames become nodes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NodeRules<'a> {
    /// Functions of different binaries are different nodes.
    pub(crate) keeps_objects: bool,
    /// What is taken off source paths; nothing at all when missing.
    pub(crate) trim: Option<PathTrim<'a>>,
}

impl NodeTable {
    /// The nodes of all locations, used or not.
    pub(crate) fn new(profile: &mut Profile, rules: NodeRules<'_>) -> NodeTable {
        let files = cleaned_files(profile, rules);
        let mut table = NodeTable::default();
        let mut ids: HashMap<NodeInfo, NodeId> = HashMap::default();
        for (location, row) in profile.locations.iter() {
            let object = row
                .mapping
                .map_or(StringId::EMPTY, |id| profile.mapping(id).file);
            let lines = profile.locations.lines(location);
            let nameless = NodeInfo {
                address: row.address,
                object,
                ..NodeInfo::default()
            };
            let nameless = lines.is_empty().then_some(nameless);
            let named = lines.iter().map(|line| {
                let info = line_info(profile, line, &files, row.address);
                if rules.keeps_objects || info.name.is_empty() {
                    let start_line = profile.function(line.function).start_line;
                    return NodeInfo {
                        object,
                        start_line,
                        ..info
                    };
                }
                info
            });
            for info in nameless.into_iter().chain(named) {
                let id = *ids.entry(info).or_insert_with(|| {
                    table.infos.push(info);
                    table.infos.len() as NodeId - 1
                });
                table.of_lines.push(id);
            }
            table.ends.push(table.of_lines.len());
        }
        table
    }

    /// The nodes of a location, innermost inlined call first; never none.
    pub(crate) fn of(&self, location: LocationId) -> &[NodeId] {
        let index = location.index();
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.of_lines[start..self.ends[index]]
    }
}

fn line_info(profile: &Profile, line: &Line, files: &[StringId], address: u64) -> NodeInfo {
    NodeInfo {
        name: profile.function(line.function).name,
        file: files[line.function.index()],
        address,
        line: line.line,
        column: line.column,
        ..NodeInfo::default()
    }
}

/// The file of each function, trimmed and cleaned.
fn cleaned_files(profile: &mut Profile, rules: NodeRules<'_>) -> Vec<StringId> {
    let mut cleaned: HashMap<StringId, StringId> = HashMap::default();
    let mut files = Vec::with_capacity(profile.functions.len());
    for function in &profile.functions {
        let strings = &mut profile.strings;
        files.push(*cleaned.entry(function.filename).or_insert_with(|| {
            let file = strings.get(function.filename);
            let trimmed = rules.trim.map_or(file, |trim| trim.apply(file));
            if trimmed.is_empty() {
                return StringId::EMPTY;
            }
            let clean = path::clean(trimmed);
            strings.intern(&clean)
        }));
    }
    files
}
