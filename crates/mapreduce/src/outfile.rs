//! Writes a result to the file of the `outfile` clause.
//!
//! A file is replaced by renaming a complete temporary file over it, so that no reader ever sees a
//! half-written result. Rows to be appended are written in place, and taken back when that fails.
//! Beside the result stands `FILE.query` with the text of the query.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::query::Outfile;
use crate::report::Report;

/// A result that could not be written. Shown without its cause.
#[derive(Debug)]
pub struct OutfileError {
    path: PathBuf,
    cause: io::Error,
}

impl OutfileError {
    /// What hindered it.
    pub fn cause(&self) -> &io::Error {
        &self.cause
    }
}

impl fmt::Display for OutfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write the result to {}", self.path.display())
    }
}

impl std::error::Error for OutfileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl Report<'_> {
    /// Writes the result as CSV to `outfile`, and the query beside it.
    ///
    /// # Errors
    ///
    /// [`OutfileError`] names the file, which is then as it was before.
    pub fn write_outfile(&self, outfile: &Outfile) -> Result<(), OutfileError> {
        let path = &outfile.path;
        let query_path = with_suffix(path, ".query");
        let fail = |path: &Path| {
            let path = path.to_owned();
            move |cause| OutfileError { path, cause }
        };
        if fs::metadata(path).is_ok_and(|existing| !existing.is_file()) {
            return self.write_stream(path).map_err(fail(path));
        }
        let written = match outfile.append {
            true => self.append(path),
            false => replace(path, |out| self.write_csv(out)),
        };
        written.map_err(fail(path))?;
        let query = self.plan.query.text.as_bytes();
        replace(&query_path, |out| out.write_all(query)).map_err(fail(&query_path))
    }

    /// Writes to a pipe or a device, which cannot be replaced.
    fn write_stream(&self, path: &Path) -> io::Result<()> {
        let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
        self.write_csv(&mut out)?;
        out.flush()
    }

    fn append(&self, path: &Path) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        let length = file.seek(SeekFrom::End(0))?;
        let written = self.append_to(&file, length == 0);
        if written.is_err() {
            let restored = if length == 0 {
                fs::remove_file(path)
            } else {
                file.set_len(length)
            };
            restored.and(written)
        } else {
            written
        }
    }

    fn append_to(&self, file: &File, is_empty: bool) -> io::Result<()> {
        let mut out = BufWriter::new(file);
        if is_empty {
            self.write_csv_header(&mut out)?;
        }
        self.write_csv_rows(&mut out)?;
        out.flush()
    }
}

/// Writes a temporary file beside `path` and renames it to `path`; a link stays a link.
fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let temporary = with_suffix(&target, &format!(".{}.tmp", std::process::id()));
    let written =
        write_temporary(&temporary, &target, write).and_then(|()| fs::rename(&temporary, &target));
    if written.is_err() {
        // Nothing half-written stays; that the file cannot be removed is no worse than the error.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_temporary(
    temporary: &Path,
    target: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(temporary)?);
    write(&mut out)?;
    out.flush()?;
    match fs::metadata(target) {
        Ok(existing) => fs::set_permissions(temporary, existing.permissions()),
        Err(_) => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
