//! Many profiles into one, a few in memory at a time.
//!
//! The result depends neither on the order of the sources nor on how they are grouped: what has no
//! natural sum (comments, mappings, types) is joined by rules that do not care either, and the rows
//! of the result have one order. So merging the same files gives the same bytes.

mod comments;
mod mappings;
mod types;

use dtail_profile::{Label, Profile, Samples};
use report::LoadOptions;

use crate::error::Error;
use crate::facts::Facts;
use comments::Comments;
use mappings::Mappings;
use types::Types;

/// Profiles that are held before they are added up.
const GROUP: usize = 64;

/// By which fact of its run each source is labelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelBy {
    /// The machine.
    Host,
    /// The command line.
    Command,
    /// Revision of the sources, or else version, and build profile.
    Build,
}

/// What becomes of each source before it is added.
#[derive(Clone, Debug, Default)]
pub struct MergeOptions {
    /// Labels for every sample: key and text.
    pub labels: Vec<(String, String)>,
    /// A label for every sample that says which source it is from. A sample that has one already, of an
    /// earlier merge, keeps it.
    pub by: Option<LabelBy>,
    /// What every value is multiplied by; 1 when `None`.
    pub weight: Option<f64>,
}

/// Profiles being added up.
#[derive(Debug)]
pub struct Merging {
    options: MergeOptions,
    sources: usize,
    pending: Vec<Profile>,
    comments: Comments,
    mappings: Mappings,
    types: Types,
    /// The earliest start; 0 when none is known.
    time_nanos: i64,
}

/// The sum of all sources.
#[derive(Debug)]
pub struct Merged {
    /// The profile.
    pub profile: Profile,
    /// What was left out, one line each.
    pub notes: Vec<String>,
}

impl Merging {
    /// Nothing yet.
    pub fn new(options: MergeOptions) -> Merging {
        Merging {
            options,
            sources: 0,
            pending: Vec::new(),
            comments: Comments::default(),
            mappings: Mappings::default(),
            types: Types::default(),
            time_nanos: 0,
        }
    }

    /// Adds a profile.
    ///
    /// # Errors
    ///
    /// When it shares no sample type with those before, or their units do not convert.
    pub fn add(&mut self, mut profile: Profile) -> Result<(), Error> {
        self.types.take(&profile)?;
        self.sources += 1;
        let facts = Facts::of(&profile);
        self.label(&mut profile, &facts);
        self.weigh(&mut profile);
        self.comments
            .take(&mut profile, self.options.weight.unwrap_or(1.0));
        self.mappings.take(&profile);
        if profile.time_nanos != 0 {
            let earliest = self.time_nanos == 0 || profile.time_nanos < self.time_nanos;
            self.time_nanos = if earliest {
                profile.time_nanos
            } else {
                self.time_nanos
            };
        }
        self.pending.push(profile);
        if self.pending.len() >= GROUP {
            self.add_up()?;
        }
        Ok(())
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// As [`Merging::add`], or when there was no source.
    pub fn finish(mut self) -> Result<Merged, Error> {
        self.add_up()?;
        let mut profile = self.pending.pop().ok_or(Error::Nothing)?;
        // A single source was not added to anything: its rows may still occur twice.
        profile = dtail_profile::merge([&profile]).map_err(report::Error::Merge)?;
        profile.time_nanos = self.time_nanos;
        self.types.arrange(&mut profile);
        self.mappings.restore(&mut profile);
        let mut notes = self.types.left_out(&profile);
        notes.extend(self.comments.put_back(&mut profile, self.sources));
        Ok(Merged {
            profile: profile.canonical(),
            notes,
        })
    }

    /// Adds up what is held.
    fn add_up(&mut self) -> Result<(), Error> {
        if self.pending.len() > 1 {
            let group = std::mem::take(&mut self.pending);
            self.pending
                .push(report::combine(group, &LoadOptions::default())?);
        }
        Ok(())
    }

    fn label(&self, profile: &mut Profile, facts: &Facts) {
        if self.options.labels.is_empty() && self.options.by.is_none() {
            return;
        }
        let strings = &mut profile.strings;
        let mut label = |(key, text): (&str, &str)| Label {
            key: strings.intern(key),
            text: strings.intern(text),
            ..Label::default()
        };
        let pairs = self.options.labels.iter();
        let set: Vec<Label> = pairs.map(|(key, text)| label((key, text))).collect();
        let by = self.options.by.map(|by| label((by.key(), &by.text(facts))));
        let mut samples = Samples::with_width(profile.samples.width());
        for sample in profile.samples.iter() {
            let has = |labels: &[Label], key| labels.iter().any(|label| label.key == key);
            let others = sample.labels.iter().filter(|other| !has(&set, other.key));
            let mut row: Vec<Label> = others.chain(&set).copied().collect();
            row.extend(by.filter(|by| !has(&row, by.key)));
            samples.push(sample.stack, sample.values, &row);
        }
        profile.samples = samples;
    }

    fn weigh(&self, profile: &mut Profile) {
        let Some(weight) = self.options.weight else {
            return;
        };
        for index in 0..profile.samples.len() {
            for value in profile.samples.values_mut(index) {
                *value = (*value as f64 * weight).round() as i64;
            }
        }
    }
}

impl LabelBy {
    /// The key of the label.
    fn key(self) -> &'static str {
        match self {
            LabelBy::Host => "host",
            LabelBy::Command => "command",
            LabelBy::Build => "build",
        }
    }

    /// The text of the label for a run with these facts.
    fn text(self, facts: &Facts) -> String {
        let text = match self {
            LabelBy::Host => facts.get("host").map(str::to_owned),
            LabelBy::Command => facts.get("command").map(str::to_owned),
            LabelBy::Build => build(facts),
        };
        text.unwrap_or_else(|| "unknown".to_owned())
    }
}

/// Revision or version, and the build profile.
fn build(facts: &Facts) -> Option<String> {
    let which = facts.get("git").or_else(|| facts.get("version"))?;
    let how = facts.get("build_profile");
    Some(how.map_or(which.to_owned(), |how| format!("{which} {how}")))
}
