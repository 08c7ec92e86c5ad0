//! A search through all the files a user names.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};

use logread::{Input, Observer, Options, Source};

use crate::matcher::Matcher;
use crate::printer::Printer;
use crate::selection::{Selection, Window};

/// What to look for, and how to read.
pub struct Search<'a> {
    /// Which lines match.
    pub matcher: Matcher,
    /// Select the lines that do not match.
    pub invert: bool,
    /// The lines around a match, in each file.
    pub window: Window,
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
            let opened =
                source.and_then(|source| Ok((source.open(&self.options, self.observer)?, source)));
            let outcome = match opened {
                Ok((input, source)) => self.source(&source, input, printer, &mut report)?,
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
        mut input: Input<'_>,
        printer: &mut Printer<W>,
        report: &mut impl FnMut(Problem<'_>),
    ) -> io::Result<Summary> {
        printer.begin_source(source.id());
        let live = source.is_live();
        let mut selection = Selection::new(&self.matcher, self.invert, self.window);
        let mut outcome = Summary::default();
        loop {
            match input.next_block() {
                Ok(Some(block)) if selection.block(block, printer)?.is_continue() => {}
                Ok(_) => break,
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
        Ok(Summary {
            matched: selection.matched(),
            ..outcome
        })
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
