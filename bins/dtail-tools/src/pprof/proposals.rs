//! What may stand at the cursor in a command line of `pprof`: files that are profiles, and the sample
//! types, labels and functions of the profiles that are named on the line.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use cli::{Candidate, Place, Proposal};
use dtail_profile::Profile;
use report::{Demangle, LoadOptions};

use crate::profile::ENDINGS;

/// A file beyond this size, in bytes, is not looked into while somebody waits for a key.
const SIZE_MAX: u64 = 32 << 20;

/// Units of the numbers.
pub(super) const UNITS: [&str; 12] = [
    "minimum", "auto", "ns", "us", "ms", "s", "hrs", "B", "kB", "MB", "GB", "count",
];

const SYMBOLIZE: [&str; 4] = [
    "none",
    "demangle=none",
    "demangle=templates",
    "demangle=full",
];

/// What fits at `place`, where the definitions of the flags do not say it.
pub(crate) fn propose(place: &Place<'_>) -> Option<Proposal> {
    let Some(flag) = place.flag_name() else {
        return matches!(place.at, cli::At::Word).then_some(Proposal::Files(ENDINGS));
    };
    Some(match flag {
        "base" | "diff_base" => Proposal::Files(ENDINGS),
        "output" => Proposal::Files(&[]),
        "source_path" => Proposal::Directories,
        "unit" => words(UNITS),
        "symbolize" => words(SYMBOLIZE),
        _ => words(names(flag, &place.typed, &named(&place.words)?)),
    })
}

/// Names in `profile` that the value of `flag` may be.
pub(super) fn names(flag: &str, typed: &str, profile: &Profile) -> Vec<String> {
    match flag {
        "sample_index" => sample_types(profile),
        "tagfocus" | "tagignore" | "tagshow" | "taghide" | "tagroot" | "tagleaf" => labels(profile),
        "focus" | "ignore" | "show" | "hide" | "show_from" | "prune_from" | "peek" | "list"
        | "disasm" => functions(profile, typed),
        _ => Vec::new(),
    }
}

fn words(names: impl IntoIterator<Item = impl Into<String>>) -> Proposal {
    let candidates = names.into_iter().map(|name| Candidate::new(name, ""));
    Proposal::Words(candidates.collect())
}

/// The first of the files that is a profile, with the names that reports show.
fn named(files: &[OsString]) -> Option<Profile> {
    let read = |file: &OsString| {
        let path = at_home(file);
        let size = fs::metadata(&path).ok()?;
        let bytes = (size.is_file() && size.len() <= SIZE_MAX).then(|| fs::read(path).ok())?;
        Profile::decode(&bytes?).ok()
    };
    let profile = files.iter().find_map(read)?;
    let options = LoadOptions {
        demangle: Some(Demangle::default()),
        ..LoadOptions::default()
    };
    let (profile, _) = report::load(vec![profile], Vec::new(), &options).ok()?;
    Some(profile)
}

/// A path as the shell would have it: a tilde at its start is the home directory.
fn at_home(file: &OsString) -> PathBuf {
    let inside = file.to_str().and_then(|path| path.strip_prefix("~/"));
    match (inside, std::env::home_dir()) {
        (Some(inside), Some(home)) => home.join(inside),
        _ => file.into(),
    }
}

/// The names of the sample types.
pub(super) fn sample_types(profile: &Profile) -> Vec<String> {
    let name = |kind: &dtail_profile::ValueType| profile.text(kind.kind).to_owned();
    profile.sample_types.iter().map(name).collect()
}

/// The keys of the labels.
fn labels(profile: &Profile) -> Vec<String> {
    let labels = profile.samples.iter().flat_map(|sample| sample.labels);
    let keys: BTreeSet<&str> = labels.map(|label| profile.text(label.key)).collect();
    keys.into_iter().map(str::to_owned).collect()
}

/// Expressions that begin with `typed`, each of which finds a function: its name, or the end of it
/// from a part on.
pub(super) fn functions(profile: &Profile, typed: &str) -> Vec<String> {
    let names = profile
        .functions
        .iter()
        .map(|function| profile.text(function.name));
    let found: BTreeSet<String> = names.filter_map(|name| expression(name, typed)).collect();
    found.into_iter().collect()
}

/// The name from its start, or from the first of its parts that begins with `typed`, as an expression.
fn expression(name: &str, typed: &str) -> Option<String> {
    let begins_part = |at: usize| name[..at].ends_with([':', '.', '/', '<', ' ', '(', '&']);
    let starts = name.char_indices().map(|(at, _)| at);
    starts
        .filter(|at| *at == 0 || begins_part(*at))
        .map(|at| literally(&name[at..]))
        .find(|part| part.starts_with(typed))
}

/// What means something else in an expression becomes a dot, which finds it too and needs no quotes.
fn literally(name: &str) -> String {
    name.replace(
        [
            '(', ')', '[', ']', '{', '}', '*', '+', '?', '|', '^', '$', '\\',
        ],
        ".",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, typed: &str, expected: Option<&str>) {
        assert_eq!(
            expression(name, typed).as_deref(),
            expected,
            "{name} {typed}"
        );
    }

    #[test]
    fn a_function_is_found_by_its_name_and_by_the_end_of_it() {
        check("main", "", Some("main"));
        check("regex::find", "re", Some("regex::find"));
        check("regex::find", "fi", Some("find"));
        check("<T as Trait>::find", "Tr", Some("Trait>::find"));
        check("main.(*T).find", "main.", Some("main...T..find"));
        check("regex::find", "ind", None);
    }
}
