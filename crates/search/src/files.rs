//! A search through all the files a user names.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::num::NonZero;
use std::ops::ControlFlow;
use std::thread;

use logread::{Bytes, ErrorKind, FileIdentity, Observer, Options, Source};

use crate::matcher::Matcher;
use crate::parallel;
use crate::printer::Printer;
use crate::selection::{Selection, Window};
use crate::sink::Sink;

/// What to look for, and how to read.
pub struct Search<'a> {
    /// Which lines match.
    pub matcher: Matcher,
    /// Select the lines that do not match.
    pub invert: bool,
    /// The lines around a match, in each file.
    pub window: Window,
    /// How many threads may search one file.
    pub threads: usize,
    /// From which size, in bytes, threads pay for one file: starting them takes as long as searching some
    /// MiB, and threads that live a few milliseconds are hard to profile.
    pub threads_from_bytes: u64,
    /// The file that is written to, which is not to be read.
    pub output: Option<FileIdentity>,
    /// How files are read.
    pub options: Options,
    /// Who is told of the progress.
    pub observer: &'a dyn Observer,
}

impl fmt::Debug for Search<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("matcher", &self.matcher)
            .finish_non_exhaustive()
    }
}

/// What went wrong with one file; the others are done all the same.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem<'a> {
    /// It could not be read, or not to its end.
    Unread(logread::Error),
    /// It has lines longer than the limit, which came in pieces.
    LongLines {
        /// The file.
        source: &'a Source,
        /// How many lines.
        lines: u64,
    },
}

impl Problem<'_> {
    /// Whether something is missing from the output.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self, Problem::Unread(_))
    }
}

/// `FILE: reason`
impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Unread(error) => error.fmt(f),
            Problem::LongLines { source, lines } => {
                let path = source.path().display();
                let were = if *lines == 1 {
                    "line was"
                } else {
                    "lines were"
                };
                write!(f, "{path}: {lines} {were} over the limit and split")
            }
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// Some line matched.
    pub matched: bool,
    /// Some file could not be read to its end.
    pub failed: bool,
}

impl<'a> Search<'a> {
    /// Selects the matching lines, without a window.
    #[must_use]
    pub fn new(matcher: Matcher, options: Options, observer: &'a dyn Observer) -> Self {
        Search {
            matcher,
            invert: false,
            window: Window::default(),
            threads: thread::available_parallelism().map_or(1, NonZero::get),
            threads_from_bytes: 32 << 20,
            output: None,
            options,
            observer,
        }
    }

    /// Prints the selected lines of all files, in the order of their names, and reports what goes
    /// wrong with one of them to `report`.
    ///
    /// # Errors
    /// When the output cannot be written, which ends the search.
    pub fn files<W: Write>(
        &self,
        names: impl IntoIterator<Item = OsString>,
        printer: &mut Printer<W>,
        mut report: impl FnMut(Problem<'_>),
    ) -> io::Result<Summary> {
        let mut summary = Summary::default();
        for source in logread::sources(names) {
            let outcome = match source {
                Ok(source) => self.source(&source, printer, &mut report)?,
                Err(error) => failed(error, printer, &mut report)?,
            };
            summary.matched |= outcome.matched;
            summary.failed |= outcome.failed;
        }
        printer.flush()?;
        Ok(summary)
    }

    fn source<W: Write>(
        &self,
        source: &Source,
        printer: &mut Printer<W>,
        report: &mut impl FnMut(Problem<'_>),
    ) -> io::Result<Summary> {
        let bytes = match source.open_bytes(self.observer) {
            Ok(bytes) => bytes,
            Err(error) => return failed(error, printer, report),
        };
        if self.is_output(&bytes) {
            let error = logread::Error::new(source.path(), ErrorKind::Output);
            return failed(error, printer, report);
        }
        printer.begin_source(source.id());
        let mut selection = Selection::new(&self.matcher, self.invert, self.window);
        let rest = match bytes {
            Bytes::File { file, size } => {
                self.large_file(source, file, size, &mut selection, printer)?
            }
            stream => Some(stream),
        };
        let outcome = match rest {
            Some(rest) => self.rest(source, rest, &mut selection, printer, report)?,
            None => Summary::default(),
        };
        Ok(Summary {
            matched: selection.matched(),
            ..outcome
        })
    }

    fn is_output(&self, bytes: &Bytes) -> bool {
        match bytes {
            Bytes::File { file, .. } => {
                self.output.is_some() && FileIdentity::of(file) == self.output
            }
            Bytes::Stream(_) => false,
        }
    }

    /// Searches a file with threads where that pays, and gives what is left of it. A limit on the
    /// matches may be reached soon, so there it does not pay.
    fn large_file(
        &self,
        source: &Source,
        mut file: File,
        size: u64,
        selection: &mut Selection<'_>,
        sink: &mut impl Sink,
    ) -> io::Result<Option<Bytes>> {
        let pays = !self.matcher.is_everything()
            && self.window.max == 0
            && self.threads > 1
            && size >= self.threads_from_bytes
            && parallel::is_worthwhile(size, &self.options);
        if pays {
            let whole = parallel::Whole {
                path: source.path(),
                file: &file,
                size,
            };
            match parallel::select(self, whole, self.threads, selection, sink)? {
                ControlFlow::Break(()) => return Ok(None),
                ControlFlow::Continue(offset) => file.seek(SeekFrom::Start(offset))?,
            };
        }
        Ok(Some(Bytes::File { file, size }))
    }

    /// Searches what is left of a source, block by block.
    fn rest<W: Write>(
        &self,
        source: &Source,
        rest: Bytes,
        selection: &mut Selection<'_>,
        printer: &mut Printer<W>,
        report: &mut impl FnMut(Problem<'_>),
    ) -> io::Result<Summary> {
        let live = source.is_live();
        let mut input = rest.into_input(&self.options, self.observer);
        let mut outcome = Summary::default();
        loop {
            match input.next_block() {
                Ok(Some(block)) => {
                    self.observer.stage_entered("search");
                    if selection.block(block, printer)?.is_break() {
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    let error = logread::Error::io(source.path(), error);
                    outcome = failed(error, printer, report)?;
                    break;
                }
            }
            if live {
                printer.flush()?;
            }
        }
        if input.long_lines() > 0 {
            report(Problem::LongLines {
                source,
                lines: input.long_lines(),
            });
        }
        Ok(outcome)
    }
}

/// Reports an unreadable file, after what was selected before it.
fn failed<W: Write>(
    error: logread::Error,
    printer: &mut Printer<W>,
    report: &mut impl FnMut(Problem<'_>),
) -> io::Result<Summary> {
    printer.flush()?;
    report(Problem::Unread(error));
    Ok(Summary {
        matched: false,
        failed: true,
    })
}
