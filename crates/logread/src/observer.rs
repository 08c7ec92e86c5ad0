//! Who wants to know how reading goes on.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memchr_iter;

/// Told of the progress of reading, at most once a block, possibly from several threads.
///
/// Every method does nothing by default.
pub trait Observer: Sync {
    /// A file, or standard input as `-`, was opened.
    fn file_opened(&self, _path: &Path) {}

    /// The calling thread works on this file from now on.
    fn file_entered(&self, _path: &Path) {}

    /// The calling thread is in this stage of its work from now on: `read`, or `decompress` for reading a
    /// compressed file, or what its caller calls the work on what was read.
    fn stage_entered(&self, _stage: &'static str) {}

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

/// Takes the facts that were counted.
type Report = Box<dyn Fn(&[(&'static str, u64)]) + Send + Sync>;

/// Follows a thread to its files and stages.
#[derive(Clone, Copy, Debug)]
pub struct Follow {
    /// Told of a file; see [`Observer::file_entered`].
    pub file: fn(&Path),
    /// Told of a stage; see [`Observer::stage_entered`].
    pub stage: fn(&'static str),
}

/// Lines are counted one by one as far as this many bytes.
const COUNTED_BYTES: u64 = 64 << 20;

/// Beyond, the lines of one block in this many are counted and stand for those of all: counting every
/// line takes a twentieth of the time that a search does.
const BLOCKS_A_COUNT: u64 = 16;

/// After how many bytes the facts are passed on again.
const REPORT_BYTES: u64 = 16 << 20;

/// Counts files and bytes, and lines when asked to: exactly for the first 64 MiB, and by one block in 16
/// from there on.
#[derive(Default)]
pub struct Counters {
    report: Option<Report>,
    follow: Option<Follow>,
    counts_lines: bool,
    files: AtomicU64,
    bytes: AtomicU64,
    lines: AtomicU64,
    blocks: AtomicU64,
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

    /// Passes the facts on to `report` every 16 MiB, for those who must know them at any time.
    #[must_use]
    pub fn reporting(
        mut self,
        report: impl Fn(&[(&'static str, u64)]) + Send + Sync + 'static,
    ) -> Self {
        self.report = Some(Box::new(report));
        self
    }

    /// Passes on which file and stage a thread is in, if anybody wants to know.
    #[must_use]
    pub fn following(mut self, follow: Option<Follow>) -> Self {
        self.follow = follow;
        self
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

impl fmt::Debug for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Counters").field(&self.facts()).finish()
    }
}

impl Observer for Counters {
    fn file_opened(&self, _path: &Path) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    fn file_entered(&self, path: &Path) {
        if let Some(follow) = &self.follow {
            (follow.file)(path);
        }
    }

    fn stage_entered(&self, stage: &'static str) {
        if let Some(follow) = &self.follow {
            (follow.stage)(stage);
        }
    }

    fn bytes_read(&self, bytes: u64) {
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let is_due = before / REPORT_BYTES < (before + bytes) / REPORT_BYTES;
        if let Some(report) = self.report.as_ref().filter(|_| is_due) {
            report(&self.facts());
        }
    }

    fn lines_read(&self, lines: u64) {
        let weight = if self.counts_every_line() {
            1
        } else {
            BLOCKS_A_COUNT
        };
        self.lines.fetch_add(lines * weight, Ordering::Relaxed);
    }

    fn counts_lines(&self) -> bool {
        let block = || self.blocks.fetch_add(1, Ordering::Relaxed);
        self.counts_lines && (self.counts_every_line() || block() % BLOCKS_A_COUNT == 0)
    }
}

impl Counters {
    fn counts_every_line(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) <= COUNTED_BYTES
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn lines_are_counted_exactly_and_then_estimated() {
        let counters = Counters::new(true);
        let block = b"line\n".repeat(1 << 18);
        let check = |blocks: u64, error_max: u64| {
            while counters.facts()[1].1 < blocks * block.len() as u64 {
                observe(&counters, &block);
            }
            let (lines, expected) = (counters.facts()[2].1, blocks << 18);
            assert!(
                lines.abs_diff(expected) <= error_max,
                "{lines} of {expected}"
            );
        };
        check(40, 0);
        check(400, BLOCKS_A_COUNT << 18);
    }

    #[test]
    fn facts_are_passed_on_now_and_then() {
        let reports = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&reports);
        let counters = Counters::new(true)
            .reporting(move |facts| told.lock().expect("no panic").push(facts[1].1));
        for _ in 0..5 {
            counters.bytes_read(REPORT_BYTES / 2);
        }
        assert_eq!(
            *reports.lock().expect("no panic"),
            [REPORT_BYTES, 2 * REPORT_BYTES]
        );
    }
}
