//! What the name of a profile file says: `TOOL_TYPE_YYYYMMDD_HHMMSS.prof`.
//!
//! Both the tool and the label of a snapshot may hold `_`, so names are read
//! from their end. What a file holds is told by its contents, never from here.

const EXTENSION: &str = ".prof";

/// The tool and the type of profile that a file name states.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Stated<'a> {
    /// The program that wrote the profile.
    pub(crate) tool: &'a str,
    /// `cpu`, `mem`, `alloc`, `peak`, `snapshot_LABEL` and so on.
    pub(crate) kind: &'a str,
}

/// Whether files of this name are profiles.
pub(crate) fn is_profile(name: &str) -> bool {
    name.ends_with(EXTENSION) && !name.starts_with('.')
}

/// What `name` states, if it has the form of our file names.
pub(crate) fn stated(name: &str) -> Option<Stated<'_>> {
    let stem = name.strip_suffix(EXTENSION)?;
    let stem = match stem.rsplit_once('_') {
        Some((head, suffix)) if is_digits(suffix) && suffix.len() != 6 => head,
        _ => stem,
    };
    let (head, time) = stem.rsplit_once('_')?;
    let (head, date) = head.rsplit_once('_')?;
    if !(is_digits(time) && time.len() == 6 && is_digits(date) && date.len() == 8) {
        return None;
    }
    let (tool, kind) = match head.split_once("_snapshot_") {
        Some((tool, _)) => (tool, &head[tool.len() + 1..]),
        None => head.rsplit_once('_')?,
    };
    (!tool.is_empty() && !kind.is_empty()).then_some(Stated { tool, kind })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<(&str, &str)>) {
        assert_eq!(
            stated(name).map(|stated| (stated.tool, stated.kind)),
            expected
        );
    }

    #[test]
    fn names_are_read_from_their_end() {
        check("dcat_cpu_20261123_120000.prof", Some(("dcat", "cpu")));
        check("dcat_cpu_20261123_120000_2.prof", Some(("dcat", "cpu")));
        check(
            "my_tool_alloc_20261123_120000.prof",
            Some(("my_tool", "alloc")),
        );
        check(
            "dmap_snapshot_after-parse_20261123_120000_12.prof",
            Some(("dmap", "snapshot_after-parse")),
        );
        check(
            "my_tool_snapshot_cpu_20261123_120000.prof",
            Some(("my_tool", "snapshot_cpu")),
        );
    }

    #[test]
    fn other_names_state_nothing() {
        check("dcat.prof", None);
        check("dcat_cpu.prof", None);
        check("cpu_20261123_120000.prof", None);
        check("_cpu_20261123_120000.prof", None);
        check("dcat_cpu_20261123_1200.prof", None);
        check("dcat_cpu_20261123_120000.txt", None);
        check("_20261123_120000.prof", None);
    }

    #[test]
    fn hidden_and_other_files_are_no_profiles() {
        assert!(is_profile("a.prof"));
        assert!(!is_profile(".a.prof") && !is_profile("a.prof.tmp") && !is_profile("prof"));
    }
}
