//! Which names copies of a log file have.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Between the name of a file and what is added for a copy of it.
const SEPARATORS: &[u8] = b".-_";

/// Whether a file called `copy` may be a copy of the one called `original`, as those that rotate logs
/// call it, in whatever directory: `app.log.1`, `app.log-20261123` and `app-20261123.log` of `app.log`.
pub(crate) fn may_be_copy(copy: &Path, original: &Path) -> bool {
    let (Some(copy), Some(name)) = (copy.file_name(), original.file_name()) else {
        return false;
    };
    let copy = copy.as_bytes();
    let added = copy.strip_prefix(name.as_bytes());
    if added.is_some_and(|added| added.first().is_some_and(|byte| SEPARATORS.contains(byte))) {
        return true;
    }
    let part = |part: Option<&OsStr>| part.unwrap_or_default().as_bytes().to_vec();
    let (stem, extension) = (part(original.file_stem()), part(original.extension()));
    let added = copy.strip_prefix(stem.as_slice());
    let added = added.and_then(|added| added.strip_suffix(extension.as_slice()));
    match added {
        Some([separator, digit, ..]) => SEPARATORS.contains(separator) && digit.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_copies() {
        let check = |copy: &str, original: &str, expected| {
            let is_copy = may_be_copy(Path::new(copy), Path::new(original));
            assert_eq!(is_copy, expected, "{copy} of {original}");
        };
        check("app.log.1", "app.log", true);
        check("old/app.log-20261123", "app.log", true);
        check("app-20261123.log", "app.log", true);
        check("app.1.log", "logs/app.log", true);
        check("syslog.1", "syslog", true);
        check("app.log", "app.log", false);
        check("app.log", "app.log.1", false);
        check("app2.log", "app.log", false);
        check("app-error.log", "app.log", false);
        check("app.log1", "app.log", false);
        check("b.log.1", "a.log", false);
        check("/", "a.log", false);
    }
}
