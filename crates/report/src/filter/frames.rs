//! Filters by function, file and binary: focus, ignore, hide, show, show_from.

use dtail_profile::{Line, LocationId, Profile};

use super::{Warning, compile, rebuild_samples, warn_unmatched};
use crate::error::Error;
use crate::options::Options;
use crate::pattern::Pattern;

/// The four filters that are applied together.
pub(super) struct Frames {
    focus: Option<Pattern>,
    ignore: Option<Pattern>,
    hide: Option<Pattern>,
    show: Option<Pattern>,
}

/// What an expression matches, looked up once a function and once a mapping.
struct Matches {
    functions: Vec<bool>,
    mappings: Vec<bool>,
}

impl Matches {
    fn of(profile: &Profile, pattern: &Pattern) -> Matches {
        let matches = |id| pattern.is_match(profile.text(id));
        Matches {
            functions: profile
                .functions
                .iter()
                .map(|f| matches(f.name) || matches(f.filename))
                .collect(),
            mappings: profile.mappings.iter().map(|m| matches(m.file)).collect(),
        }
    }

    fn line(&self, line: &Line) -> bool {
        self.functions[line.function.index()]
    }

    fn mapping(&self, profile: &Profile, id: LocationId) -> bool {
        profile
            .locations
            .get(id)
            .mapping
            .is_some_and(|mapping| self.mappings[mapping.index()])
    }

    fn location(&self, profile: &Profile, id: LocationId) -> bool {
        profile
            .locations
            .lines(id)
            .iter()
            .any(|line| self.line(line))
            || self.mapping(profile, id)
    }
}

/// What a location does to the samples through it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Focused,
    Ignored,
    Neither,
}

impl Frames {
    pub(super) fn compile(options: &Options) -> Result<Frames, Error> {
        Ok(Frames {
            focus: compile("focus", &options.focus)?,
            ignore: compile("ignore", &options.ignore)?,
            hide: compile("hide", &options.hide)?,
            show: compile("show", &options.show)?,
        })
    }

    /// Drops samples and frames. A sample without any frame left is dropped.
    pub(super) fn apply(&self, profile: &mut Profile, warnings: &mut Vec<Warning>) {
        let filters = [&self.focus, &self.ignore, &self.hide, &self.show];
        if filters.iter().all(|filter| filter.is_none()) {
            return;
        }
        let verdicts = self.verdicts(profile);
        warn(
            &self.focus,
            "Focus",
            verdicts.contains(&Verdict::Focused),
            warnings,
        );
        warn(
            &self.ignore,
            "Ignore",
            verdicts.contains(&Verdict::Ignored),
            warnings,
        );
        let mut hidden = vec![false; profile.locations.len()];
        let matched = self
            .hide
            .as_ref()
            .is_some_and(|hide| hide_lines(profile, hide, &mut hidden));
        warn(&self.hide, "Hide", matched, warnings);
        let matched = self
            .show
            .as_ref()
            .is_some_and(|show| show_lines(profile, show, &mut hidden));
        warn(&self.show, "Show", matched, warnings);
        let hides = hidden.contains(&true);
        rebuild_samples(profile, |sample, row| {
            let verdict = |wanted| sample.stack.iter().any(|id| verdicts[id.index()] == wanted);
            if verdict(Verdict::Ignored) || !verdict(Verdict::Focused) {
                return None;
            }
            if !hides {
                return Some((sample.stack, sample.labels));
            }
            row.stack.clear();
            row.stack
                .extend(sample.stack.iter().filter(|id| !hidden[id.index()]));
            (!row.stack.is_empty()).then_some((row.stack.as_slice(), sample.labels))
        });
    }

    fn verdicts(&self, profile: &Profile) -> Vec<Verdict> {
        let matches = |pattern: &Option<Pattern>| pattern.as_ref().map(|p| Matches::of(profile, p));
        let (focus, ignore) = (matches(&self.focus), matches(&self.ignore));
        let verdict = |id| match (&ignore, &focus) {
            (Some(ignore), _) if ignore.location(profile, id) => Verdict::Ignored,
            (_, Some(focus)) if !focus.location(profile, id) => Verdict::Neither,
            _ => Verdict::Focused,
        };
        profile.locations.ids().map(verdict).collect()
    }
}

fn warn(filter: &Option<Pattern>, option: &str, matched: bool, warnings: &mut Vec<Warning>) {
    warn_unmatched(filter.is_none() || matched, option, warnings);
}

/// Takes matching lines away; a location that loses all is hidden. Whether anything matched.
fn hide_lines(profile: &mut Profile, pattern: &Pattern, hidden: &mut [bool]) -> bool {
    let matches = Matches::of(profile, pattern);
    let mut matched = false;
    for id in profile.locations.ids() {
        if !matches.location(profile, id) {
            continue;
        }
        matched = true;
        let whole = matches.mapping(profile, id);
        profile
            .locations
            .retain_lines(id, |line| !whole && !matches.line(line));
        hidden[id.index()] |= profile.locations.lines(id).is_empty();
    }
    matched
}

/// Takes lines away that do not match; a location without any is hidden. Whether any is left.
fn show_lines(profile: &mut Profile, pattern: &Pattern, hidden: &mut [bool]) -> bool {
    let matches = Matches::of(profile, pattern);
    let mut matched = false;
    for id in profile.locations.ids() {
        let whole = matches.mapping(profile, id);
        profile
            .locations
            .retain_lines(id, |line| whole || matches.line(line));
        let empty = profile.locations.lines(id).is_empty();
        hidden[id.index()] |= empty;
        matched |= !empty;
    }
    matched
}

/// Drops what lies above the highest matching frame, and samples without one. Whether any matched.
pub(super) fn show_from(profile: &mut Profile, pattern: &Pattern) -> bool {
    let matches = Matches::of(profile, pattern);
    let mut starts = vec![false; profile.locations.len()];
    for id in profile.locations.ids() {
        if matches.mapping(profile, id) {
            starts[id.index()] = true;
            continue;
        }
        let lines = profile.locations.lines(id);
        if let Some(highest) = lines.iter().rposition(|line| matches.line(line)) {
            profile.locations.truncate_lines(id, 0..highest + 1);
            starts[id.index()] = true;
        }
    }
    rebuild_samples(profile, |sample, _| {
        let highest = sample.stack.iter().rposition(|id| starts[id.index()])?;
        Some((&sample.stack[..=highest], sample.labels))
    });
    starts.contains(&true)
}
