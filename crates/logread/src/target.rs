//! From the names a user gives to sources.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::glob;
use crate::source::Source;

/// The sources that `names` stand for, in the order of the names: paths, patterns (sorted by name
/// in each directory), and `-` for standard input. A name that stands for nothing is an error in
/// its place.
///
/// A file whose name reads as a pattern is found under its name.
pub fn sources(
    names: impl IntoIterator<Item = OsString>,
) -> impl Iterator<Item = Result<Source, Error>> {
    names.into_iter().flat_map(|name| match resolve(&name) {
        Ok(sources) => sources.into_iter().map(Ok).collect::<Vec<_>>(),
        Err(error) => vec![Err(error)],
    })
}

fn resolve(name: &OsStr) -> Result<Vec<Source>, Error> {
    if name == "-" {
        return Ok(vec![Source::standard_input()]);
    }
    let path = Path::new(name);
    if !glob::is_pattern(name) || path.symlink_metadata().is_ok() {
        return Ok(vec![Source::file(path, last_component(path))]);
    }
    let failed = |kind| Error::new(path, kind);
    let found = glob::expand(path).map_err(|failure| match failure {
        glob::Failure::BadPattern => failed(ErrorKind::BadPattern),
        glob::Failure::Unread(directory, error) => Error::io(directory, error),
    })?;
    if found.is_empty() {
        return Err(failed(ErrorKind::NotFound));
    }
    Ok(found
        .into_iter()
        .map(|found| source_of_match(path, found))
        .collect())
}

/// The source that stands under `path`, if one of `names` stands for it: the same that [`sources`] gives
/// once something is there.
#[must_use]
pub fn source_at(names: &[OsString], path: &Path) -> Option<Source> {
    names.iter().find_map(|name| {
        let name = Path::new(name);
        if glob::components(name).eq(glob::components(path)) {
            return Some(Source::file(name, last_component(name)));
        }
        glob::found_at(name, path).map(|found| source_of_match(name, found))
    })
}

fn source_of_match(pattern: &Path, found: PathBuf) -> Source {
    let id = starred_components(pattern, &found).unwrap_or_else(|| last_component(&found));
    Source::file(found, id)
}

/// The components of `found` at the places where `pattern` has a `*`, joined by `/`.
fn starred_components(pattern: &Path, found: &Path) -> Option<Vec<u8>> {
    let pairs = pattern.components().zip(found.components());
    let starred = pairs.filter(|(part, _)| part.as_os_str().as_bytes().contains(&b'*'));
    let names: Vec<_> = starred
        .map(|(_, name)| name.as_os_str().as_bytes())
        .collect();
    (!names.is_empty()).then(|| names.join(&b'/'))
}

fn last_component(path: &Path) -> Vec<u8> {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .as_bytes()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// `expected` has one `path id` or `error` for each source; `D` is the directory.
    fn check(names: &[&str], expected: &[&str]) {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let root = directory.path();
        for path in [
            "a/x.log",
            "a/y.log",
            "b/x.log",
            "b/[1].log",
            "b/.hidden.log",
        ] {
            let file = root.join(path);
            fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
            fs::write(file, "").expect("a file");
        }
        let place = root.to_str().expect("a name of text");
        let names = names
            .iter()
            .map(|name| OsString::from(name.replace('D', place)));
        let got: Vec<String> = sources(names).map(|source| shown(source, place)).collect();
        assert_eq!(got, expected);
    }

    fn shown(source: Result<Source, Error>, place: &str) -> String {
        let text = match source {
            Ok(source) => {
                format!(
                    "{} {}",
                    source.path().display(),
                    String::from_utf8_lossy(source.id())
                )
            }
            Err(error) => error.to_string(),
        };
        text.replace(place, "D")
    }

    #[test]
    fn a_path_is_known_by_its_last_component() {
        check(&["D/a/x.log", "-"], &["D/a/x.log x.log", "- -"]);
    }

    #[test]
    fn matches_are_known_by_the_components_with_a_star() {
        check(&["D/*/x.log"], &["D/a/x.log a", "D/b/x.log b"]);
        check(&["D/a/*.log"], &["D/a/x.log x.log", "D/a/y.log y.log"]);
        check(&["D/[a]*/?.log"], &["D/a/x.log a", "D/a/y.log a"]);
        check(&["D/[ab]/x.log"], &["D/a/x.log x.log", "D/b/x.log x.log"]);
    }

    #[test]
    fn a_name_that_reads_as_a_pattern_is_found() {
        check(&["D/b/[1].log"], &["D/b/[1].log [1].log"]);
        check(&["D/b/.*"], &["D/b/.hidden.log .hidden.log"]);
    }

    #[test]
    fn what_stands_under_a_path_is_the_source_that_is_found_there() {
        let check = |names: &[&str], path: &str, expected: Option<(&str, &str)>| {
            let names: Vec<OsString> = names.iter().map(OsString::from).collect();
            let source = source_at(&names, Path::new(path));
            let text = |source: &Source| {
                let id = String::from_utf8_lossy(source.id()).into_owned();
                (source.path().as_os_str().to_owned(), id)
            };
            let expected = expected.map(|(path, id)| (path.into(), id.to_owned()));
            assert_eq!(source.as_ref().map(text), expected, "{path} of {names:?}");
        };
        check(&["a.log"], "a.log", Some(("a.log", "a.log")));
        check(&["./a.log"], "a.log", Some(("./a.log", "a.log")));
        check(&["a.log"], "./a.log", Some(("a.log", "a.log")));
        check(&["a.log"], "a.log.1", None);
        check(&["a.log", "a.*"], "a.log.1", Some(("a.log.1", "a.log.1")));
        check(&["./a.*"], "a.log", Some(("./a.log", "a.log")));
        check(&["/l/*/x.[0-9]"], "/l/a/x.7", Some(("/l/a/x.7", "a")));
        check(&["/l/*/x"], "/l/a/b/x", None);
        check(&["/l/*/x"], "/l/x", None);
        check(&["l/*"], "/l/x", None);
        check(&["[a.log"], "[a.log", Some(("[a.log", "[a.log")));
        check(&["[a.*"], "[a.log", None);
        check(&["-"], "a", None);
    }

    #[test]
    fn a_directory_that_cannot_be_read_is_named_unless_others_match() {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let place = directory.path();
        let link = place.join("circle");
        std::os::unix::fs::symlink(&link, &link).expect("a link to itself");
        let all = |pattern: &str| {
            let name = OsString::from(format!("{}/{pattern}", place.display()));
            let shown = |source| shown(source, &place.to_string_lossy());
            sources([name]).map(shown).collect::<Vec<_>>().join(", ")
        };
        let told = all("*/[x]");
        assert!(told.starts_with("D/circle: "), "{told}");
        fs::create_dir(place.join("a")).expect("a directory");
        fs::write(place.join("a/x"), "").expect("a file");
        assert_eq!(all("*/[x]"), "D/a/x a");
        fs::write(place.join("plain"), "").expect("a file");
        assert_eq!(all("plain/*"), "D/plain/*: no such file");
    }

    #[test]
    fn what_stands_for_nothing_is_an_error_in_its_place() {
        let expected = [
            "D/z*.log: no such file",
            "D/a/x.log x.log",
            "D/[: malformed pattern",
        ];
        check(&["D/z*.log", "D/a/x.log", "D/["], &expected);
    }
}
