//! Who wants to know how reading goes on.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memchr_iter;

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

/// Tells `observer` of lines that were handed out.
pub fn observe(observer: &dyn Observer, block: &[u8]) {
    observer.bytes_read(block.len() as u64);
    if observer.counts_lines() {
        let open = !block.is_empty() && !block.ends_with(b"\n");
        observer.lines_read(memchr_iter(b'\n', block).count() as u64 + u64::from(open));
    }
}

/// Wants to know nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// Counts files and bytes, and lines when asked to.
#[derive(Debug, Default)]
pub struct Counters {
    counts_lines: bool,
    files: AtomicU64,
    bytes: AtomicU64,
    lines: AtomicU64,
}

impl Counters {
    /// Counts lines too if `counts_lines` is set.
    #[must_use]
    pub fn new(counts_lines: bool) -> Self {
        Counters {
            counts_lines,
            ..Counters::default()
        }
    }

    /// What was counted so far: `files` opened, `bytes` handed out after decompression, and `lines`
    /// handed out (0 when they are not counted).
    pub fn facts(&self) -> [(&'static str, u64); 3] {
        let now = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            ("files", now(&self.files)),
            ("bytes", now(&self.bytes)),
            ("lines", now(&self.lines)),
        ]
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
        self.counts_lines
    }
}
