//! Searching one large file with several threads.
//!
//! Each worker takes every n-th chunk of the file, reads it and finds its matching lines; that is
//! nearly all the work. The caller's thread replays the findings in the order of the file through
//! the one [`Selection`], so windows, limits and numbers mean what they mean without threads. A
//! worker has a few buffers that come back to it when they are done with, which bounds memory.

use std::fs::File;
use std::io;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, Scope};

use logread::{Chunk, Chunks, Observer, Options, observe};

use crate::files::Search;
use crate::matcher::Matcher;
use crate::selection::Selection;
use crate::sink::Sink;

/// Buffers of one worker: one to fill, one to replay, one between.
const BUFFERS: usize = 3;

/// The file to search.
#[derive(Clone, Copy)]
pub(crate) struct Whole<'f> {
    pub(crate) path: &'f Path,
    pub(crate) file: &'f File,
    pub(crate) size: u64,
}

/// What a worker found in one chunk.
struct Findings {
    buffer: Vec<u8>,
    chunk: Chunk,
    /// The matching lines, as ranges of the chunk's lines.
    matches: Vec<Range<usize>>,
}

/// A worker, seen from the caller's thread.
struct Lane {
    findings: Receiver<Findings>,
    free: Sender<Findings>,
}

/// Whether a file of `size` bytes is worth threads. A chunk is as large as a read buffer.
pub(crate) fn is_worthwhile(size: u64, options: &Options) -> bool {
    size >= 4 * options.buffer_size as u64 && options.max_line_length >= options.buffer_size
}

/// Selects from the lines of `file` with this many workers. Breaks when no later line can be
/// selected; else gives the offset from which the rest, if any, is to be read.
pub(crate) fn select(
    search: &Search<'_>,
    whole: Whole<'_>,
    workers: usize,
    selection: &mut Selection<'_>,
    sink: &mut impl Sink,
) -> io::Result<ControlFlow<(), u64>> {
    let chunks = Chunks::new(whole.file, whole.size, &search.options);
    thread::scope(|scope| {
        let lanes: io::Result<Vec<Lane>> = (0..workers as u64)
            .map(|first| start(scope, search, whole.path, &chunks, (first, workers)))
            .collect();
        match lanes {
            Ok(lanes) => replay(&lanes, chunks.count(), search.observer, selection, sink),
            Err(_) => Ok(ControlFlow::Continue(0)),
        }
    })
}

/// Starts the worker for the chunks `first`, `first + step` and so on.
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    search: &'scope Search<'_>,
    path: &'scope Path,
    chunks: &'scope Chunks<'_>,
    (first, step): (u64, usize),
) -> io::Result<Lane> {
    let (done, findings) = mpsc::channel();
    let (free, empty) = mpsc::channel();
    // A clone has its own scratch space; with a shared one the threads would wait for each other.
    let matcher = search.matcher.clone();
    let work = move || {
        search.observer.file_entered(path);
        for index in (first..chunks.count()).step_by(step) {
            let Ok(mut found): Result<Findings, _> = empty.recv() else {
                return;
            };
            search.observer.stage_entered("read");
            found.chunk = chunks.read(index, &mut found.buffer);
            search.observer.stage_entered("search");
            found.search(&matcher);
            if done.send(found).is_err() {
                return;
            }
        }
    };
    thread::Builder::new()
        .name(format!("search-{first}"))
        .spawn_scoped(scope, work)?;
    for _ in 0..BUFFERS {
        let chunk = Chunk {
            lines: 0..0,
            offset: 0,
            complete: false,
        };
        // A worker that is gone already is noticed when its findings are missing.
        let _ = free.send(Findings {
            buffer: Vec::new(),
            chunk,
            matches: Vec::new(),
        });
    }
    Ok(Lane { findings, free })
}

/// Takes the findings in the order of the file.
fn replay(
    lanes: &[Lane],
    chunks: u64,
    observer: &dyn Observer,
    selection: &mut Selection<'_>,
    sink: &mut impl Sink,
) -> io::Result<ControlFlow<(), u64>> {
    let mut position = 0;
    for (_, lane) in (0..chunks).zip(lanes.iter().cycle()) {
        let Ok(found) = lane.findings.recv() else {
            break;
        };
        let lines = found.lines();
        if !lines.is_empty() && found.chunk.offset != position {
            break;
        }
        position += lines.len() as u64;
        observe(observer, lines);
        if selection.replay(lines, &found.matches, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if !found.chunk.complete {
            break;
        }
        // A worker that has no more to do needs no buffer.
        let _ = lane.free.send(found);
    }
    Ok(ControlFlow::Continue(position))
}

impl Findings {
    fn lines(&self) -> &[u8] {
        &self.buffer[self.chunk.lines.clone()]
    }

    fn search(&mut self, matcher: &Matcher) {
        self.matches.clear();
        let lines = &self.buffer[self.chunk.lines.clone()];
        let mut scan = matcher.scan(lines);
        let mut from = 0;
        while let Some(line) = scan.next_line(from) {
            from = line.end;
            self.matches.push(line);
        }
    }
}
