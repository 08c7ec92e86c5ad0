//! The files a report needs beside the profile, asked from the caller.

use std::io;

/// Reads files for reports that show source code or machine code.
pub trait Files {
    /// The content of a file.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it cannot be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The directory that relative paths start from, absolute.
    ///
    /// # Errors
    ///
    /// When there is none any more.
    fn current_directory(&self) -> io::Result<String>;
}

/// No files at all: for reports that need none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok("/".to_owned())
    }
}

/// Why a file could not be read, as C libraries say it: without the number, in lower case.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}
