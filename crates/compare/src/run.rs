//! One profile as a comparison sees it: stacks of numbered names, and one value each.
//!
//! Addresses, files and labels are gone; names are those that mean the same in every build. All runs
//! of one comparison share one table of names.

use std::fmt;

use dtail_profile::{LocationId, Profile};
use foldhash::{HashMap, HashSet};
use report::{Demangle, LoadOptions};

use crate::evidence::Evidence;
use crate::facts::Facts;
use crate::name::NameRules;

/// What stands for a sample without any frame.
const NO_FRAMES: &str = "[no frames]";

/// Number of a name in [`Names`].
pub type NameId = u32;

/// The names of all runs of a comparison.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<String>,
    ids: HashMap<String, NameId>,
}

impl Names {
    /// The name of this number.
    pub fn text(&self, id: NameId) -> &str {
        &self.texts[id as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    fn intern(&mut self, text: String) -> NameId {
        let next = self.texts.len() as NameId;
        *self.ids.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        })
    }
}

/// What one row of a comparison is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// A function.
    #[default]
    Functions,
    /// A function in a file.
    FileFunctions,
    /// A file.
    Files,
    /// A line of a function.
    Lines,
}

/// Which values are compared, and under which names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Number or name of the sample type; empty for the one that the profile shows first.
    pub sample_type: String,
    /// What one row is.
    pub granularity: Granularity,
    /// How names are made comparable.
    pub names: NameRules,
}

/// What is measured, and in which unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// `cpu`, `inuse_space`.
    pub kind: String,
    /// `nanoseconds`, `bytes`.
    pub unit: String,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.unit)
    }
}

/// One profile, reduced to what is compared.
#[derive(Debug)]
pub struct Run {
    /// What the values are.
    pub measured: Measured,
    /// What the profile says about the run.
    pub facts: Facts,
    /// What the figures rest on.
    pub evidence: Evidence,
    /// The sum of all values.
    pub total: i64,
    /// The sum of all values without their signs: what shares refer to.
    pub gross: i64,
    /// Frames of all stacks, root first, one stack after the other.
    frames: Vec<NameId>,
    /// For each stack, where its frames end and its value.
    stacks: Vec<(usize, i64)>,
}

impl Run {
    /// Reduces `profile` to the selection.
    ///
    /// # Errors
    ///
    /// When it has no such sample type.
    pub fn new(
        profile: Profile,
        selection: &Selection,
        names: &mut Names,
    ) -> Result<Run, report::Error> {
        let facts = Facts::of(&profile);
        let index = report::choose_sample_type(&profile, &selection.sample_type)?;
        let options = LoadOptions {
            demangle: Some(Demangle::Simple),
            ..LoadOptions::default()
        };
        let (profile, _) = report::load(vec![profile], Vec::new(), &options)?;
        let kind = profile.sample_types[index];
        let values = || profile.samples.iter().map(|sample| sample.values[index]);
        let gross = values().fold(0, |sum: i64, v| sum.saturating_add(v.saturating_abs()));
        let mut run = Run {
            measured: Measured {
                kind: profile.text(kind.kind).to_owned(),
                unit: profile.text(kind.unit).to_owned(),
            },
            evidence: Evidence::of(&profile, &facts, index, gross),
            facts,
            total: values().fold(0, i64::saturating_add),
            gross,
            frames: Vec::new(),
            stacks: Vec::with_capacity(profile.samples.len()),
        };
        let named = Named::new(&profile, selection, names);
        for sample in profile.samples.iter().filter(|s| s.values[index] != 0) {
            named.push_stack(sample.stack, &mut run.frames);
            run.stacks.push((run.frames.len(), sample.values[index]));
        }
        Ok(run)
    }

    /// The stacks, root first and never empty, with their values.
    pub fn stacks(&self) -> impl Iterator<Item = (&[NameId], i64)> {
        let starts = std::iter::once(0).chain(self.stacks.iter().map(|(end, _)| *end));
        let stacks = starts.zip(&self.stacks);
        stacks.map(|(start, (end, value))| (&self.frames[start..*end], *value))
    }

    /// Converts all values to `unit`, if they can be.
    pub(crate) fn convert(&mut self, unit: &str) {
        if self.measured.unit == unit || !report::convertible(&self.measured.unit, unit) {
            return;
        }
        let ratio = report::scale(1, &self.measured.unit, unit).value;
        let scaled = |value: i64| (value as f64 * ratio).round() as i64;
        for (_, value) in &mut self.stacks {
            *value = scaled(*value);
        }
        self.total = self.stacks.iter().map(|(_, value)| value).sum();
        self.gross = self.stacks.iter().map(|(_, value)| value.abs()).sum();
        unit.clone_into(&mut self.measured.unit);
    }

    /// What each name spent itself and with all it calls; each sample counts once.
    pub(crate) fn costs(&self) -> HashMap<NameId, Cost> {
        let mut costs: HashMap<NameId, Cost> = HashMap::default();
        let mut seen: HashSet<NameId> = HashSet::default();
        for (stack, value) in self.stacks() {
            seen.clear();
            for name in stack {
                if seen.insert(*name) {
                    costs.entry(*name).or_default().cum += value;
                }
            }
            if let Some(leaf) = stack.last() {
                costs.entry(*leaf).or_default().flat += value;
            }
        }
        costs
    }

    /// What flowed along each call; each sample counts once for a caller and its callee.
    pub(crate) fn calls(&self) -> HashMap<(NameId, NameId), i64> {
        let mut calls: HashMap<(NameId, NameId), i64> = HashMap::default();
        let mut seen: HashSet<(NameId, NameId)> = HashSet::default();
        for (stack, value) in self.stacks() {
            seen.clear();
            for pair in stack.windows(2).filter(|pair| pair[0] != pair[1]) {
                if seen.insert((pair[0], pair[1])) {
                    *calls.entry((pair[0], pair[1])).or_default() += value;
                }
            }
        }
        calls
    }

    /// Samples that stand behind `value`.
    pub(crate) fn hits(&self, value: i64) -> Option<f64> {
        let gross = self.gross as f64;
        let samples = self.evidence.samples?;
        Some(if gross > 0.0 {
            value as f64 / gross * samples
        } else {
            0.0
        })
    }
}

/// What a name costs in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Spent in it.
    pub(crate) flat: i64,
    /// Spent in it and all it calls.
    pub(crate) cum: i64,
}

/// The names of the locations of a profile.
struct Named {
    /// For each location its names, outermost first.
    of_location: Vec<Vec<NameId>>,
    no_frames: NameId,
}

impl Named {
    fn new(profile: &Profile, selection: &Selection, names: &mut Names) -> Named {
        let namer = Namer { profile, selection };
        let of_location = profile.locations.ids().map(|id| {
            let texts = namer.of_location(id).into_iter();
            texts.map(|text| names.intern(text)).collect()
        });
        Named {
            of_location: of_location.collect(),
            no_frames: names.intern(NO_FRAMES.to_owned()),
        }
    }

    fn push_stack(&self, stack: &[LocationId], frames: &mut Vec<NameId>) {
        if stack.is_empty() {
            frames.push(self.no_frames);
        }
        for location in stack.iter().rev() {
            frames.extend(&self.of_location[location.index()]);
        }
    }
}

struct Namer<'a> {
    profile: &'a Profile,
    selection: &'a Selection,
}

impl Namer<'_> {
    /// The names of a location, outermost first; never none.
    fn of_location(&self, id: LocationId) -> Vec<String> {
        let lines = self.profile.locations.lines(id);
        if lines.is_empty() {
            return vec![self.of_object(id)];
        }
        let named = lines.iter().rev().map(|line| {
            let function = self.profile.function(line.function);
            let name = self.selection.names.apply(self.profile.text(function.name));
            let file = self.profile.text(function.filename);
            match self.selection.granularity {
                Granularity::Functions if name.is_empty() => self.of_object(id),
                Granularity::Functions => name,
                Granularity::FileFunctions => format!("{name} {file}"),
                Granularity::Files if file.is_empty() => self.of_object(id),
                Granularity::Files => file.to_owned(),
                Granularity::Lines => format!("{name} {file}:{}", line.line),
            }
        });
        named.collect()
    }

    /// What stands for a missing name: the binary, if it is known.
    fn of_object(&self, id: LocationId) -> String {
        let mapping = self.profile.locations.get(id).mapping;
        let file = mapping.map_or("", |id| self.profile.text(self.profile.mapping(id).file));
        match file.rsplit('/').next() {
            None | Some("") => "<unknown>".to_owned(),
            Some(object) => format!("[{object}]"),
        }
    }
}
