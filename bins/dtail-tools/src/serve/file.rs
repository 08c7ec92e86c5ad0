//! A file that is either there as a whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

/// Writes `text` to `path`, beside which it stands under another name until it is complete.
pub(crate) fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // What cannot be removed was never made.
        drop(fs::remove_file(&part));
    }
    written
}
