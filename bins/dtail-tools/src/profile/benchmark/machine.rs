//! What a benchmark was run on, and what was built: times mean nothing without.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use ::compare::Facts;

/// Facts of a profile that describe machine and build.
const KEYS: &[&str] = &[
    "host",
    "os",
    "kernel",
    "cpus",
    "cpu_model",
    "rustc",
    "build_profile",
    "allocator",
    "version",
];

/// Facts that tell whether times of two runs can be compared at all.
const MACHINE: &[&str] = &["cpu_model", "cpus"];

/// The commit that the current directory is at, with `-dirty` when files differ from it; `None` outside a
/// repository, or without git.
pub(super) fn commit() -> Option<String> {
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    let mark = if changed.is_empty() { "" } else { "-dirty" };
    Some(format!("{commit}{mark}"))
}

fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Machine and build as a profile tells them.
pub(super) fn described(facts: &Facts) -> BTreeMap<String, String> {
    let known = KEYS
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), facts.get(key)?.to_owned())));
    known.collect()
}

/// In what two machines differ, as words; `None` when times of both can be compared.
pub(super) fn difference(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Option<String> {
    let differs = |key: &&&str| match (old.get(**key), new.get(**key)) {
        (Some(old), Some(new)) => old != new,
        _ => false,
    };
    let key = MACHINE.iter().find(differs)?;
    Some(format!("{key} was '{}' and is '{}'", old[*key], new[*key]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_processor_is_another_machine() {
        let facts = |model: &str| {
            described(&Facts::among([
                format!("# dtail.cpu_model={model}").as_str(),
                "# dtail.cpus=2",
                "# dtail.command=x",
            ]))
        };
        assert_eq!(facts("A").len(), 2);
        assert_eq!(difference(&facts("A"), &facts("A")), None);
        let text = difference(&facts("A"), &facts("B"));
        assert_eq!(text.as_deref(), Some("cpu_model was 'A' and is 'B'"));
        assert_eq!(difference(&BTreeMap::new(), &facts("B")), None);
    }
}
