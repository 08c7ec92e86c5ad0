//! Which node each frame of the profile belongs to.

use std::hash::BuildHasher;

use dtail_profile::{Line, LocationId, Profile, RowIndex, StringId};
use foldhash::HashMap;
use foldhash::fast::RandomState;

use super::{NodeId, NodeInfo};
use crate::path::{self, PathTrim};

/// The nodes of a profile, and for every location the nodes of its lines, innermost first.
///
/// Most locations have one line, so that their node takes the place of where it would be found: a
/// walk over all stacks looks at four bytes a location.
#[derive(Debug, Default)]
pub(crate) struct NodeTable {
    pub(crate) infos: Vec<NodeInfo>,
    /// The node of each location; of several, [`MANY`] and where they begin in `runs`.
    of_locations: Vec<u32>,
    /// Nodes of locations with several lines, each run behind its length.
    runs: Vec<NodeId>,
}

/// Marks places in [`NodeTable::runs`]; nodes and places are smaller.
const MANY: u32 = 1 << 31;
/// Stands for nodes that were taken out of the table.
pub(crate) const DROPPED: NodeId = MANY - 1;

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
        let mut nodes = Nodes::default();
        let mut table = NodeTable::default();
        let mut run: Vec<NodeId> = Vec::new();
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
            run.clear();
            run.extend(nameless.into_iter().chain(named).map(|info| nodes.id(info)));
            table.push(&run);
        }
        table.infos = nodes.infos;
        table
    }

    /// Adds a location with these nodes, at least one.
    fn push(&mut self, nodes: &[NodeId]) {
        if let [node] = nodes {
            self.of_locations.push(*node);
            return;
        }
        let start = u32::try_from(self.runs.len())
            .ok()
            .filter(|start| *start < MANY);
        let start = start.expect("a profile has fewer than 2^31 lines");
        self.of_locations.push(MANY | start);
        self.runs.push(nodes.len() as NodeId);
        self.runs.extend_from_slice(nodes);
    }

    /// The nodes of a location, innermost inlined call first; never none.
    #[inline]
    pub(crate) fn of(&self, location: LocationId) -> &[NodeId] {
        let place = &self.of_locations[location.index()];
        if *place & MANY == 0 {
            return std::slice::from_ref(place);
        }
        let start = (*place ^ MANY) as usize;
        let end = start + 1 + self.runs[start] as usize;
        &self.runs[start + 1..end]
    }

    /// Takes all nodes but `kept` out of the table; where they were is [`DROPPED`].
    pub(crate) fn retain(&mut self, kept: &[NodeId]) {
        let mut renamed = vec![DROPPED; self.infos.len()];
        kept.iter().for_each(|id| renamed[*id as usize] = 0);
        let mut infos = Vec::with_capacity(kept.len());
        for (info, name) in self.infos.iter().zip(&mut renamed) {
            if *name != DROPPED {
                *name = infos.len() as NodeId;
                infos.push(*info);
            }
        }
        self.infos = infos;
        let rename = |node: &mut NodeId| {
            if *node < DROPPED {
                *node = renamed[*node as usize];
            }
        };
        self.of_locations.iter_mut().for_each(rename);
        let mut start = 0;
        while let Some(length) = self.runs.get(start) {
            let end = start + 1 + *length as usize;
            self.runs[start + 1..end].iter_mut().for_each(rename);
            start = end;
        }
    }

    /// Which nodes are inlined into another somewhere.
    pub(crate) fn inlined(&self) -> Vec<bool> {
        let mut inlined = vec![false; self.infos.len()];
        let mut runs = self.runs.iter();
        while let Some(length) = runs.next() {
            let callees = *length as usize - 1;
            for node in runs.by_ref().take(callees).filter(|node| **node != DROPPED) {
                inlined[*node as usize] = true;
            }
            runs.next();
        }
        inlined
    }
}

/// The nodes as they are found; equal ones are one.
#[derive(Default)]
struct Nodes {
    infos: Vec<NodeInfo>,
    index: RowIndex,
    hasher: RandomState,
}

impl Nodes {
    fn id(&mut self, info: NodeInfo) -> NodeId {
        let hash = self.hasher.hash_one(info);
        let known = self.index.find(hash, |node| self.infos[node] == info);
        let id = known.unwrap_or_else(|| {
            self.infos.push(info);
            self.infos.len() - 1
        });
        let id = NodeId::try_from(id).ok().filter(|id| *id < DROPPED);
        id.expect("a profile has fewer than 2^31 lines")
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
