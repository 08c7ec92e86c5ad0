//! Writing a file so that nobody ever sees half of it, and no other file is lost.
//!
//! The bytes go to a temporary file in the same directory, which then gets its name by a hard link: that
//! fails when the name is taken, where a rename would replace it. File systems without hard links get a
//! plain new file. Whatever fails, the temporary file is removed.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::sys::files::{create_private, exceeding_limits_fails};

/// Writes `bytes` to `path`, which must not exist; `temporary` names a file beside it.
pub(super) fn publish(path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    write_all(temporary, bytes)?;
    let linked = fs::hard_link(temporary, path);
    let removed = fs::remove_file(temporary);
    match linked {
        Ok(()) => removed,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => write_all(path, bytes),
    }
}

/// Creates `path` with these bytes, or leaves nothing.
fn write_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_private(path)?;
    let written = exceeding_limits_fails(|| file.write_all(bytes));
    drop(file);
    written.inspect_err(|_| drop(fs::remove_file(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn names(directory: &Path) -> Vec<PathBuf> {
        fs::read_dir(directory)
            .unwrap()
            .flatten()
            .map(|e| e.file_name().into())
            .collect()
    }

    #[test]
    fn publishes_once_and_never_replaces() {
        let directory = tempfile::tempdir().unwrap();
        let (path, temporary) = (directory.path().join("a.prof"), directory.path().join(".a"));
        publish(&path, &temporary, b"first").unwrap();
        let again = publish(&path, &temporary, b"second").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(directory.path()), [PathBuf::from("a.prof")]);
    }
}
