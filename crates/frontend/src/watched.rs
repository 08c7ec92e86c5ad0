//! Who is told how reading goes on: the counters, and somebody at a terminal.

use std::path::Path;

use cli::ReadingProgress;
use logread::{Counters, Observer};

/// Passes on what it is told, to `counters` in full.
#[derive(Debug)]
pub struct Watched<'a> {
    /// For the profiles.
    pub counters: &'a Counters,
    /// For somebody at a terminal, if there is one.
    pub progress: Option<ReadingProgress>,
}

impl Observer for Watched<'_> {
    fn file_opened(&self, path: &Path) {
        self.counters.file_opened(path);
        if let Some(progress) = &self.progress {
            progress.file_opened(path);
        }
    }

    fn file_entered(&self, path: &Path) {
        self.counters.file_entered(path);
    }

    fn stage_entered(&self, stage: &'static str) {
        self.counters.stage_entered(stage);
    }

    fn bytes_read(&self, bytes: u64) {
        self.counters.bytes_read(bytes);
        if let Some(progress) = &self.progress {
            progress.bytes_read(bytes);
        }
    }

    fn lines_read(&self, lines: u64) {
        self.counters.lines_read(lines);
    }

    fn counts_lines(&self) -> bool {
        self.counters.counts_lines()
    }
}
