//! Profiles as a series reads them: who wrote them and when, and what each stack cost.

use compare::{Names, Run, Selection};
use dtail_profile::Profile;

use crate::group::Key;
use crate::workload::workload;

/// Digits of a build id that tell builds apart.
const BUILD_DIGITS: usize = 12;

/// What the place of a profile says about it.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The name of the file.
    pub source: String,
    /// The program, by the name of the file; empty when that says nothing.
    pub tool: String,
    /// The kind of profile, by the name of the file: `cpu`, `peak`.
    pub kind: String,
    /// When the profile was taken, in nanoseconds since 1970, for profiles that do not say so themselves.
    pub time_nanos: i64,
}

/// One profile.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) source: String,
    pub(crate) time_nanos: i64,
    /// What the program was built from: a revision, a build id, or a version.
    pub(crate) build: String,
    /// Bytes that the program worked on; `None` when it does not say.
    pub(crate) work: Option<f64>,
    pub(crate) run: Run,
}

impl Reading {
    /// Independent samples that the profile rests on.
    pub(crate) fn samples(&self) -> f64 {
        self.run.evidence.samples.unwrap_or(0.0)
    }
}

/// All profiles that were read. Their names are in one table.
#[derive(Debug, Default)]
pub struct Library {
    pub(crate) names: Names,
    pub(crate) readings: Vec<(Key, Reading)>,
}

impl Library {
    /// No profiles yet.
    pub fn new() -> Library {
        Library::default()
    }

    /// Adds a profile.
    ///
    /// # Errors
    ///
    /// When it has no values that could be read.
    pub fn add(&mut self, profile: Profile, origin: Origin) -> Result<(), report::Error> {
        let time_nanos = match profile.time_nanos {
            0 => origin.time_nanos,
            time => time,
        };
        let build_id = build_id(&profile);
        let run = Run::new(profile, &Selection::default(), &mut self.names)?;
        let facts = &run.facts;
        let fact = |key: &str| facts.get(key).unwrap_or_default().to_owned();
        let key = Key {
            tool: origin.tool,
            kind: origin.kind,
            measured: run.measured.to_string(),
            workload: workload(&fact("command")),
            machine: fact("cpu_model"),
        };
        let version = facts.get("git").map(str::to_owned).or(build_id);
        let reading = Reading {
            source: origin.source,
            time_nanos,
            build: version.unwrap_or_else(|| fact("version")),
            work: facts.number::<f64>("bytes").filter(|bytes| *bytes > 0.0),
            run,
        };
        self.readings.push((key, reading));
        Ok(())
    }
}

/// The build id of the program, shortened.
fn build_id(profile: &Profile) -> Option<String> {
    let id = profile.text(profile.mappings.first()?.build_id);
    let digits: String = id.chars().take(BUILD_DIGITS).collect();
    Some(digits).filter(|digits| !digits.is_empty())
}
