//! Hands out the lines of all files in pieces, in their order, to any number of threads.
//!
//! One thread at a time has the feed, and asks it what comes next. What can be read by anybody at any
//! time, a chunk of a plain file, is read by whoever searches it; a compressed file is inflated by the
//! one that has the feed, while others search. What has to be read in its turn (a pipe, whose lines
//! are to be shown as they come) is left to whom the turn comes.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use logread::{Bytes, Chunks, Error, ErrorKind, FileIdentity, Input, Source};

use crate::files::Search;

/// A file that is being searched.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) source: Source,
    /// Where its lines are read from, by those who take them.
    pub(crate) chunks: Option<Chunks>,
    finished: AtomicBool,
}

impl Reading {
    fn new(source: Source, chunks: Option<Chunks>) -> Self {
        Reading {
            source,
            chunks,
            finished: AtomicBool::new(false),
        }
    }

    /// Nothing more of it is wanted.
    pub(crate) fn finish(&self) {
        self.finished.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Relaxed)
    }
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Piece {
    /// A file that cannot be opened.
    Unopened(Error),
    /// A part of a file.
    Of(Arc<Reading>, Part),
}

#[derive(Debug)]
pub(crate) enum Part {
    /// A chunk of a plain file.
    Chunk {
        index: u64,
        /// What is left of the file behind it is to be read in its turn.
        is_last: bool,
    },
    /// Lines, which lie here in the buffer.
    Block(Range<usize>),
    /// Everything there is, to be read in its turn.
    Whole(Bytes),
    /// The end of what came in blocks.
    End {
        long_lines: u64,
        error: Option<Error>,
    },
}

/// The pieces of all files.
pub(crate) struct Feed<'a> {
    search: &'a Search<'a>,
    sources: Box<dyn Iterator<Item = Result<Source, Error>> + Send + 'a>,
    open: Option<Open<'a>>,
    /// Pieces so far.
    pieces: u64,
    /// Bytes of plain files that were opened, and of other files that were read.
    bytes: u64,
}

struct Open<'a> {
    reading: Arc<Reading>,
    rest: Rest<'a>,
}

enum Rest<'a> {
    /// The chunks that are left.
    Chunks(Range<u64>),
    Blocks(Option<Box<Input<'a>>>),
    Whole(Option<Bytes>),
}

/// A byte that has to be inflated first is as much work as this many that are only searched.
const INFLATING: u64 = 8;

/// Where few lines may be wanted, this many pieces are searched before others join in.
const PIECES_ALONE: u64 = 4;

impl<'a> Feed<'a> {
    pub(crate) fn new(
        search: &'a Search<'a>,
        sources: impl Iterator<Item = Result<Source, Error>> + Send + 'a,
    ) -> Self {
        Feed {
            search,
            sources: Box::new(sources),
            open: None,
            pieces: 0,
            bytes: 0,
        }
    }

    /// Whether there is so much to do that further threads pay.
    pub(crate) fn pays_threads(&self) -> bool {
        let may_end_soon = self.search.window.max > 0 && self.pieces < PIECES_ALONE;
        self.bytes >= self.search.threads_from_bytes && !may_end_soon
    }

    /// The next piece and its number, from 0; `buffer` takes the lines of a block.
    pub(crate) fn next(&mut self, buffer: &mut Vec<u8>) -> Option<(u64, Piece)> {
        let piece = loop {
            match &mut self.open {
                Some(open) => match open.next_part(buffer) {
                    Some(part) => break Piece::Of(Arc::clone(&open.reading), part),
                    None => self.open = None,
                },
                None => match self.sources.next()?.and_then(|source| self.open(source)) {
                    Ok(open) => self.open = Some(open),
                    Err(error) => break Piece::Unopened(error),
                },
            }
        };
        if let Piece::Of(_, Part::Block(lines)) = &piece {
            self.bytes += INFLATING * lines.len() as u64;
        }
        self.pieces += 1;
        Some((self.pieces - 1, piece))
    }

    fn open(&mut self, source: Source) -> Result<Open<'a>, Error> {
        let search = self.search;
        let bytes = source.open_bytes(search.observer)?;
        let mut chunks = None;
        let rest = match bytes {
            Bytes::File { file, .. } if is_output(&file, search) => {
                return Err(Error::new(source.path(), ErrorKind::Output));
            }
            Bytes::File { file, size } if size > 0 && search.reads_chunks() => {
                self.bytes += size;
                let all = Chunks::new(file, size, &search.options);
                let rest = Rest::Chunks(0..all.count());
                chunks = Some(all);
                rest
            }
            Bytes::Stream(stream) if !source.is_live() => {
                let input = Bytes::Stream(stream).into_input(&search.options, search.observer);
                Rest::Blocks(Some(Box::new(input)))
            }
            in_its_turn => Rest::Whole(Some(in_its_turn)),
        };
        let reading = Arc::new(Reading::new(source, chunks));
        Ok(Open { reading, rest })
    }
}

fn is_output(file: &File, search: &Search<'_>) -> bool {
    search.output.is_some() && FileIdentity::of(file) == search.output
}

impl Open<'_> {
    /// What comes next of the file, if anything is left that is wanted.
    fn next_part(&mut self, buffer: &mut Vec<u8>) -> Option<Part> {
        if self.reading.is_finished() {
            return None;
        }
        match &mut self.rest {
            Rest::Chunks(left) => left.next().map(|index| Part::Chunk {
                index,
                is_last: left.is_empty(),
            }),
            Rest::Blocks(input) => {
                let ended = match input.as_mut()?.take_block(buffer) {
                    Ok(Some(lines)) => return Some(Part::Block(lines)),
                    ended => ended.err(),
                };
                let long_lines = input.take()?.long_lines();
                Some(Part::End {
                    long_lines,
                    error: ended.map(|error| Error::io(self.reading.source.path(), error)),
                })
            }
            Rest::Whole(bytes) => bytes.take().map(Part::Whole),
        }
    }
}
