//! The log file of the programs.
//!
//! It is opened by its name for each piece that is written, so that it may be moved away at any time,
//! and a new one begins with the day.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::ZonedDateTime;

use crate::environment::full_host_name;
use crate::reason::reason;

/// Where log lines, and copies of the output, are added.
#[derive(Clone, Debug)]
pub(crate) struct LogFile {
    directory: PathBuf,
    /// `None` for a file a day, named after it.
    name: Option<String>,
    host: String,
}

impl LogFile {
    /// A file in `directory`, which is made when it is missing.
    ///
    /// # Errors
    /// The file cannot be written; the text names it.
    pub(crate) fn open(directory: PathBuf, name: Option<String>) -> Result<Self, String> {
        let log = LogFile {
            directory,
            name,
            host: full_host_name(),
        };
        let path = log.path();
        let opened = fs::create_dir_all(&log.directory).and_then(|()| log.file());
        opened.map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
        Ok(log)
    }

    /// Adds a line about what happened.
    pub(crate) fn line(&self, level: &str, text: &str) -> io::Result<()> {
        let time = ZonedDateTime::now().strftime("%m%d-%H%M%S").to_string();
        let line = format!("CLIENT|{}|{level}|{time}|{text}\n", self.host);
        self.file()?.write_all(line.as_bytes())
    }

    /// Adds a copy of the output.
    pub(crate) fn payload(&self, bytes: &[u8]) -> io::Result<()> {
        self.file()?.write_all(bytes)
    }

    fn path(&self) -> PathBuf {
        let day = || ZonedDateTime::now().strftime("%Y%m%d").to_string();
        let name = self.name.clone().unwrap_or_else(day);
        self.directory.join(format!("{name}.log"))
    }

    fn file(&self) -> io::Result<File> {
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path())
    }
}
