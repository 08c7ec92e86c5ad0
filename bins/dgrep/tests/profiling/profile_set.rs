//! The profiles that runs left in a directory, read and checked.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use dtail_profile::Profile;

const CPU: &[(&str, &str)] = &[("samples", "count"), ("cpu", "nanoseconds")];

/// Sample types of the memory profiles.
const MEMORY: &[(&str, &str)] = &[
    ("alloc_objects", "count"),
    ("alloc_space", "bytes"),
    ("inuse_objects", "count"),
    ("inuse_space", "bytes"),
];

/// What a profile of a kind holds.
struct Kind {
    name: &'static str,
    sample_types: &'static [(&'static str, &'static str)],
    /// The sample type to show first.
    first: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "alloc",
        sample_types: MEMORY,
        first: "alloc_space",
    },
    Kind {
        name: "cpu",
        sample_types: CPU,
        first: "cpu",
    },
    Kind {
        name: "mem",
        sample_types: MEMORY,
        first: "inuse_space",
    },
    Kind {
        name: "peak",
        sample_types: MEMORY,
        first: "inuse_space",
    },
];

/// The profiles of one run by their kind: `cpu`, `mem`, `alloc`, `peak`.
pub(crate) type ProfileSet = BTreeMap<String, Profile>;

/// Every set in `directory`, by the time stamp and suffix in its file names. Any file that is not a
/// complete and readable profile fails the test: so nothing partial is left behind.
#[track_caller]
pub(crate) fn sets(directory: &Path) -> BTreeMap<String, ProfileSet> {
    let mut sets: BTreeMap<String, ProfileSet> = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("the profiles have a directory") {
        let path = entry.expect("the directory is readable").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let Some((kind, run)) = parse_name(name) else {
            panic!("{name} is no name of a profile")
        };
        sets.entry(run.to_owned())
            .or_default()
            .insert(kind.to_owned(), read(&path, kind));
    }
    sets
}

/// The profiles of the only run in `directory`, which must be these and no others.
#[track_caller]
pub(crate) fn only_set(directory: &Path, kinds: &[&str]) -> ProfileSet {
    let mut sets = sets(directory);
    assert_eq!(sets.len(), 1, "{:?}", sets.keys());
    let set = sets.pop_first().expect("there is one").1;
    assert_eq!(set.keys().collect::<Vec<_>>(), kinds);
    set
}

/// The profiles of the only run in `directory`, which must be all four.
#[track_caller]
pub(crate) fn complete_set(directory: &Path) -> ProfileSet {
    only_set(directory, &["alloc", "cpu", "mem", "peak"])
}

/// Kind and run of `dgrep_KIND_YYYYMMDD_HHMMSS[_N].prof`.
fn parse_name(name: &str) -> Option<(&str, &str)> {
    let (kind, run) = name
        .strip_prefix("dgrep_")?
        .strip_suffix(".prof")?
        .split_once('_')?;
    let parts: Vec<&str> = run.split('_').collect();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let lengths = (parts.first()?.len(), parts.get(1)?.len());
    let is_run = parts.len() <= 3 && lengths == (8, 6) && parts.iter().all(is_number);
    (is_run && KINDS.iter().any(|known| known.name == kind)).then_some((kind, run))
}

#[track_caller]
fn read(path: &Path, kind: &str) -> Profile {
    let shown = path.display();
    let metadata = fs::metadata(path).expect("the profile is there");
    assert_eq!(
        metadata.permissions().mode() & 0o777,
        0o600,
        "mode of {shown}"
    );
    let bytes = fs::read(path).expect("the profile is readable");
    assert!(
        bytes.starts_with(&[0x1f, 0x8b]),
        "{shown} is not compressed"
    );
    let profile = Profile::decode(&bytes).unwrap_or_else(|error| panic!("{shown}: {error}"));
    profile
        .check()
        .unwrap_or_else(|error| panic!("{shown}: {error}"));
    check_content(&profile, kind);
    profile
}

/// What every reader of profiles relies on.
#[track_caller]
fn check_content(profile: &Profile, kind: &str) {
    let Kind {
        sample_types,
        first,
        ..
    } = KINDS
        .iter()
        .find(|known| known.name == kind)
        .expect("the name was parsed");
    let text = |id| profile.text(id);
    let types: Vec<_> = profile
        .sample_types
        .iter()
        .map(|t| (text(t.kind), text(t.unit)))
        .collect();
    assert_eq!(types, *sample_types, "{kind}");
    let default = text(profile.default_sample_type);
    assert!(default == *first || default.is_empty() && types.last().map(|t| t.0) == Some(first));
    assert!(
        profile.time_nanos > 0 && profile.duration_nanos > 0,
        "{kind}"
    );
    let program = profile.mappings.first().map(|mapping| text(mapping.file));
    assert!(
        program.is_some_and(|file| file.ends_with("dgrep")),
        "{kind}: {program:?}"
    );
    let comments: Vec<&str> = profile.comments.iter().map(|id| text(*id)).collect();
    let is_described = comments
        .iter()
        .any(|comment| comment.starts_with("# dtail.version="));
    assert!(is_described, "{kind}: {comments:?}");
}
