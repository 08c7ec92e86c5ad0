//! Replays what was found, in the order of the files, through the selection to the printer.
//!
//! There is one selection for a file, whoever searched it: windows, limits and line numbers mean
//! what they mean without threads. What is not plain is read and searched here, in its turn: what
//! follows an incomplete chunk, and whatever did not come in pieces.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use logread::{BlockReader, Bytes, Error, observe};

use crate::feed::{Part, Piece, Reading};
use crate::files::{Problem, Search, Summary};
use crate::findings::Findings;
use crate::order::Show;
use crate::printer::Printer;
use crate::selection::Selection;
use crate::sink::Sink;

/// Prints the lines selected from the findings.
pub(crate) struct Replay<'s, W, R> {
    search: &'s Search<'s>,
    printer: &'s mut Printer<W>,
    report: R,
    current: Option<Current<'s>>,
    summary: Summary,
}

/// The file whose turn it is.
struct Current<'s> {
    reading: Arc<Reading>,
    selection: Selection<'s>,
    /// How many bytes of it were replayed.
    position: u64,
}

impl<'s, W: Write, R: FnMut(Problem<'_>)> Replay<'s, W, R> {
    pub(crate) fn new(search: &'s Search<'s>, printer: &'s mut Printer<W>, report: R) -> Self {
        Replay {
            search,
            printer,
            report,
            current: None,
            summary: Summary::default(),
        }
    }

    /// What came of it so far.
    pub(crate) fn summary(&self) -> Summary {
        self.summary
    }

    /// The state of the file that `reading` is.
    fn enter(&mut self, reading: &Arc<Reading>) -> Current<'s> {
        let same = |current: &Current<'s>| Arc::ptr_eq(&current.reading, reading);
        if let Some(current) = self.current.take().filter(same) {
            return current;
        }
        let search = self.search;
        self.printer.begin_source(reading.source.id());
        Current {
            reading: Arc::clone(reading),
            selection: Selection::new(&search.matcher, search.invert, search.window),
            position: 0,
        }
    }

    fn part(
        &mut self,
        current: &mut Current<'s>,
        part: Part,
        findings: &Findings,
    ) -> io::Result<()> {
        match part {
            Part::Chunk { is_last, .. } => self.chunk(current, findings, is_last),
            Part::Block(_) => self.lines(current, findings),
            Part::End { long_lines, error } => self.end(current, long_lines, error),
            Part::Whole(bytes) => self.whole(current, bytes),
        }
    }

    fn lines(&mut self, current: &mut Current<'s>, findings: &Findings) -> io::Result<()> {
        let (selection, lines) = (&mut current.selection, findings.lines());
        let ended = selection.replay(lines, &findings.matches, self.printer)?;
        if ended.is_break() {
            current.reading.finish();
        }
        Ok(())
    }

    /// The lines of a chunk, and of all that follows it where that cannot be read in chunks.
    fn chunk(
        &mut self,
        current: &mut Current<'s>,
        findings: &Findings,
        is_last: bool,
    ) -> io::Result<()> {
        let (chunk, lines) = (&findings.chunk, findings.lines());
        let follows = lines.is_empty() || chunk.offset == current.position;
        if follows {
            current.position += lines.len() as u64;
            observe(self.search.observer, lines);
            self.lines(current, findings)?;
        }
        let is_plain = follows && chunk.complete && (!is_last || chunk.at_end);
        if current.reading.is_finished() || is_plain && !is_last {
            return Ok(());
        }
        let reading = Arc::clone(&current.reading);
        let rest = reading
            .chunks
            .as_ref()
            .map(|chunks| chunks.rest(current.position));
        match rest {
            Some(Ok(file)) if !is_plain => {
                let input = BlockReader::new(file, &self.search.options, self.search.observer);
                self.rest(current, input, false)
            }
            Some(Err(error)) => {
                let error = Error::io(reading.source.path(), error);
                self.end(current, 0, Some(error))
            }
            _ => Ok(()),
        }
    }

    fn whole(&mut self, current: &mut Current<'s>, bytes: Bytes) -> io::Result<()> {
        let live = current.reading.source.is_live();
        if let Bytes::File { file, .. } = &bytes {
            self.pass(file)?;
        }
        let input = bytes.into_input(&self.search.options, self.search.observer);
        self.rest(current, input, live)
    }

    /// Passes on what need not be looked at, and leaves the cursor of `file` behind it.
    fn pass(&mut self, mut file: &File) -> io::Result<()> {
        let search = self.search;
        let pipe = search.pipe_for_everything();
        if let Some(pipe) = pipe.filter(|_| !self.printer.wants_numbers()) {
            self.printer.flush()?;
            let passed = logread::pass_lines(file, pipe, &search.options, search.observer);
            self.summary.matched |= passed.bytes > 0;
            if passed.is_line_open {
                self.printer.leave_line_open();
            }
            file.seek(SeekFrom::Start(passed.bytes))?;
        }
        Ok(())
    }

    /// What is left of a file, block by block; each is shown at once if `live` is set.
    fn rest<I: Read>(
        &mut self,
        current: &mut Current<'s>,
        mut input: BlockReader<'_, I>,
        live: bool,
    ) -> io::Result<()> {
        current.reading.finish();
        let (observer, selection) = (self.search.observer, &mut current.selection);
        let failure = loop {
            match input.next_block() {
                Ok(Some(block)) => {
                    if !self.search.matcher.is_everything() {
                        observer.stage_entered("search");
                        selection.search(block);
                    }
                    observer.stage_entered("write");
                    if selection.show(block, self.printer)?.is_break() {
                        break None;
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(Error::io(current.reading.source.path(), error)),
            }
            if live {
                self.printer.flush()?;
            }
        };
        self.end(current, input.long_lines(), failure)
    }

    fn end(
        &mut self,
        current: &Current<'s>,
        long_lines: u64,
        error: Option<Error>,
    ) -> io::Result<()> {
        current.reading.finish();
        if let Some(error) = error {
            self.failed(error)?;
        }
        if long_lines > 0 {
            (self.report)(Problem::LongLines {
                source: &current.reading.source,
                lines: long_lines,
            });
        }
        Ok(())
    }

    /// Reports an unreadable file, after what was selected before it.
    fn failed(&mut self, error: Error) -> io::Result<()> {
        self.printer.flush()?;
        self.summary.failed = true;
        (self.report)(Problem::Unread(error));
        Ok(())
    }
}

impl<W: Write, R: FnMut(Problem<'_>)> Show for Replay<'_, W, R> {
    fn show(&mut self, findings: &mut Findings) -> io::Result<()> {
        let (reading, part) = match findings.piece.take() {
            Some(Piece::Of(reading, part)) => (reading, part),
            Some(Piece::Unopened(error)) => return self.failed(error),
            None => return Ok(()),
        };
        self.search.observer.file_entered(reading.source.path());
        self.search.observer.stage_entered("write");
        let mut current = self.enter(&reading);
        if !reading.is_finished() {
            self.part(&mut current, part, findings)?;
            self.summary.matched |= current.selection.matched();
        }
        self.current = Some(current);
        Ok(())
    }
}
