//! Who wants to know how reading goes on.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Told of the progress of reading, at most once a block, possibly from several threads.
///
/// Every method does nothing by default.
pub trait Observer: Sync {
    /// A file, or standard input as `-`, was opened.
    fn file_opened(&self, _path: &Path) {}

    /// A block was handed out: its size in bytes, after decompression.
    fn bytes_read(&self, _bytes: u64) {}

    /// A block was handed out: its number of lines. Called only when [`Observer::counts_lines`]
    /// says so, because counting is work.
    fn lines_read(&self, _lines: u64) {}

    /// Whether lines are to be counted.
    fn counts_lines(&self) -> bool {
        false
    }
}

/// Wants to know nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// Counts files, bytes and lines.
#[derive(Debug, Default)]
pub struct Counters {
    files: AtomicU64,
    bytes: AtomicU64,
    lines: AtomicU64,
}

impl Counters {
    /// Files opened so far.
    pub fn files(&self) -> u64 {
        self.files.load(Ordering::Relaxed)
    }

    /// Bytes handed out so far, after decompression.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Lines handed out so far.
    pub fn lines(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }
}

impl Observer for Counters {
    fn file_opened(&self, _path: &Path) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    fn bytes_read(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn lines_read(&self, lines: u64) {
        self.lines.fetch_add(lines, Ordering::Relaxed);
    }

    fn counts_lines(&self) -> bool {
        true
    }
}
