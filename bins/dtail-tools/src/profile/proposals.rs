//! What may stand at the cursor in a command line of `profile`.

use cli::{At, Candidate, Place, Proposal};

use super::decide;
use super::flags::PROGRAMS;
use super::mode::{self, Mode};

/// The endings of files that are profiles.
pub(crate) const ENDINGS: &[&str] = &["prof", "pprof", "pb.gz"];

/// What fits at `place`, where the definitions of the flags do not say it.
pub(crate) fn propose(place: &Place<'_>) -> Option<Proposal> {
    match (place.flag_name(), &place.at) {
        (Some("mode"), _) => Some(words(mode::names())),
        (Some("commands"), _) => Some(words(programs(&place.typed))),
        (None, At::Word) => Some(word(place)),
        _ => None,
    }
}

/// The mode is the first word, unless a flag names it; files follow where the mode takes some.
fn word(place: &Place<'_>) -> Proposal {
    let named = place.flags.iter().rfind(|(name, _)| *name == "mode");
    let mode = named.map(|(_, mode)| mode).or(place.words.first());
    let Some(mode) = mode else {
        return words(mode::names());
    };
    match mode.to_str().map(Mode::named) {
        Some(Ok(mode)) if mode.takes_files() => Proposal::Files(ENDINGS),
        Some(Err(_)) if decide::names().any(|name| mode == name) => Proposal::Files(ENDINGS),
        _ => Proposal::Words(Vec::new()),
    }
}

/// The list that is being typed, with one more program.
fn programs(typed: &str) -> impl Iterator<Item = String> {
    let kept = typed.rfind(',').map_or("", |comma| &typed[..=comma]);
    let is_missing = move |program: &&&str| !kept.split(',').any(|named| named == **program);
    let programs = PROGRAMS.iter().filter(is_missing);
    programs.map(move |program| format!("{kept}{program}"))
}

fn words(names: impl IntoIterator<Item = impl Into<String>>) -> Proposal {
    let candidates = names.into_iter().map(|name| Candidate::new(name, ""));
    Proposal::Words(candidates.collect())
}
