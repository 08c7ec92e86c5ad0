//! How far a long read is, and a long row of steps, in the [status line](crate::status_line).

use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::status_line::{self, Pace};

/// Endings of files of which more is read than they hold.
const COMPRESSED: [&str; 3] = ["gz", "gzip", "zst"];

/// How far reading is, for somebody at a terminal.
///
/// Told of each file and of each block, it looks at the clock and does nothing else, ten times a second
/// excepted.
#[derive(Debug)]
pub struct ReadingProgress {
    pace: Pace,
    /// Of all files, in bytes after decompression.
    bytes: AtomicU64,
    file: Mutex<CurrentFile>,
}

#[derive(Debug, Default)]
struct CurrentFile {
    name: String,
    /// Its bytes, where they are known.
    size: Option<u64>,
    /// What was read of others before.
    bytes_before: u64,
    files_before: u64,
    /// Somebody types it: nothing is to be said in between.
    is_typed: bool,
}

impl ReadingProgress {
    /// For a program that prints what it reads: shown when standard output is a file or thrown away. Lines
    /// on the same terminal show how far it is; behind a pipe there may be a pager.
    #[must_use]
    pub fn of_lines() -> Option<Self> {
        let output = io::stdout().as_fd().try_clone_to_owned().map(File::from);
        let kind = output
            .and_then(|output| output.metadata())
            .ok()?
            .file_type();
        let is_elsewhere = kind.is_file() || kind.is_char_device() && !io::stdout().is_terminal();
        is_elsewhere.then(ReadingProgress::shown).flatten()
    }

    /// For a program that shows a result in the end: the same, and when that goes to the terminal.
    #[must_use]
    pub fn of_result() -> Option<Self> {
        match io::stdout().is_terminal() {
            true => ReadingProgress::shown(),
            false => ReadingProgress::of_lines(),
        }
    }

    fn shown() -> Option<Self> {
        status_line::is_possible().then(|| ReadingProgress {
            pace: Pace::new(),
            bytes: AtomicU64::new(0),
            file: Mutex::default(),
        })
    }

    /// A file, or standard input as `-`, is read from now on.
    pub fn file_opened(&self, path: &Path) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = file.name.is_empty();
        *file = CurrentFile {
            name: path.display().to_string(),
            size: size(path),
            bytes_before: self.bytes.load(Ordering::Relaxed),
            files_before: file.files_before + u64::from(!is_first),
            is_typed: path == Path::new("-") && io::stdin().is_terminal(),
        };
    }

    /// So many bytes more were read.
    pub fn bytes_read(&self, bytes: u64) {
        let all = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.pace.show(|elapsed| {
            let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            (!file.is_typed).then(|| file.line(all, elapsed))
        });
    }
}

/// The bytes that will be read of a file.
fn size(path: &Path) -> Option<u64> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_compressed = ending.is_some_and(|ending| COMPRESSED.contains(&ending));
    let metadata = (!is_compressed)
        .then(|| fs::metadata(path).ok())
        .flatten()?;
    Some(metadata.len()).filter(|size| metadata.is_file() && *size > 0)
}

impl CurrentFile {
    /// `2 files, 1.1 GB; app.log: 47% of 105.6 MB, 830.0 MB/s`
    fn line(&self, bytes: u64, elapsed: Duration) -> String {
        let here = bytes.saturating_sub(self.bytes_before);
        let before = match self.files_before {
            0 => String::new(),
            1 => format!("1 file, {}; ", figure(self.bytes_before)),
            files => format!("{files} files, {}; ", figure(self.bytes_before)),
        };
        let part = match self.size {
            Some(size) => format!(
                "{}% of {}",
                (100.0 * here as f64 / size as f64).min(100.0) as u64,
                figure(size)
            ),
            None => figure(here),
        };
        let rate = figure((bytes as f64 / elapsed.as_secs_f64().max(1e-3)) as u64);
        format!("{before}{}: {part}, {rate}/s", self.name)
    }
}

/// Bytes in the unit that gives one to three digits before the point, as disks are sold.
fn figure(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let mut value = bytes as f64;
    let mut name = "B";
    for unit in units {
        // Rounding must not give 1000.0.
        if value < 999.95 {
            break;
        }
        (value, name) = (value / 1000.0, unit);
    }
    match name {
        "B" => format!("{bytes} B"),
        name => format!("{value:.1} {name}"),
    }
}

/// How many steps of a long row are done, for somebody at a terminal.
#[derive(Debug)]
pub struct StepProgress {
    pace: Option<Pace>,
    what: &'static str,
    whole: usize,
    done: AtomicUsize,
}

impl StepProgress {
    /// `whole` steps of `what`, which is shown before the figures: `reading profiles`.
    #[must_use]
    pub fn new(what: &'static str, whole: usize) -> Self {
        StepProgress {
            pace: status_line::is_possible().then(Pace::new),
            what,
            whole,
            done: AtomicUsize::new(0),
        }
    }

    /// One step more is done, on whatever thread.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(pace) = &self.pace {
            pace.show(|_| Some(format!("{}: {done} of {}", self.what, self.whole)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files_before: u64, size: Option<u64>, bytes: u64, expected: &str) {
        let file = CurrentFile {
            name: "app.log".to_owned(),
            size,
            bytes_before: 500_000 * files_before,
            files_before,
            is_typed: false,
        };
        assert_eq!(file.line(bytes, Duration::from_secs(2)), expected);
    }

    #[test]
    fn a_line_says_how_far_and_how_fast() {
        check(
            0,
            Some(4_000_000),
            1_900_000,
            "app.log: 47% of 4.0 MB, 950.0 kB/s",
        );
        check(
            1,
            Some(1_000_000),
            600_000,
            "1 file, 500.0 kB; app.log: 10% of 1.0 MB, 300.0 kB/s",
        );
        check(
            3,
            None,
            1_500_700,
            "3 files, 1.5 MB; app.log: 700 B, 750.4 kB/s",
        );
        // It has grown meanwhile.
        check(0, Some(10), 2000, "app.log: 100% of 10 B, 1.0 kB/s");
    }

    #[test]
    fn figures_have_at_most_three_digits() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_999, "1.0 MB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(figure(bytes), expected);
        }
    }
}
