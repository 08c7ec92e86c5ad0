//! A search through all the files a user names.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::num::NonZero;
use std::thread;

use logread::{FileIdentity, Observer, Options, Source};

use crate::feed::Feed;
use crate::matcher::Matcher;
use crate::printer::Printer;
use crate::replay::Replay;
use crate::selection::Window;
use crate::team;

/// What to look for, and how to read.
pub struct Search<'a> {
    /// Which lines match.
    pub matcher: Matcher,
    /// Select the lines that do not match.
    pub invert: bool,
    /// The lines around a match, in each file.
    pub window: Window,
    /// How many threads may search.
    pub threads: usize,
    /// From how many bytes on further threads pay: starting them takes as long as searching some
    /// MiB, and threads that live a few milliseconds are hard to profile.
    pub threads_from_bytes: u64,
    /// The file that is written to, which is not to be read.
    pub output: Option<FileIdentity>,
    /// The pipe that is written to: lines that are shown as they are can go there unread.
    pub pipe: Option<File>,
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
            pipe: None,
            options,
            observer,
        }
    }

    /// Prints the selected lines of all files, in the order of their names, and reports what goes
    /// wrong with one of them to `report`.
    ///
    /// # Errors
    /// When the output cannot be written, which ends the search.
    pub fn files<W: Write + Send>(
        &self,
        names: impl IntoIterator<Item = OsString, IntoIter: Send>,
        printer: &mut Printer<W>,
        report: impl FnMut(Problem<'_>) + Send,
    ) -> io::Result<Summary> {
        let feed = Feed::new(self, logread::sources(names));
        let replay = Replay::new(self, printer, report);
        let summary = team::run(self, feed, replay)?.summary();
        printer.flush()?;
        Ok(summary)
    }

    /// The pipe that lines may go to unread.
    pub(crate) fn pipe_for_everything(&self) -> Option<&File> {
        let takes_all = self.matcher.is_everything() && self.window.max == 0;
        self.pipe.as_ref().filter(|_| takes_all)
    }

    /// Whether files are read in chunks: not where nothing is looked for, nor where lines are cut in
    /// pieces that are smaller than a buffer.
    pub(crate) fn reads_chunks(&self) -> bool {
        !self.matcher.is_everything() && self.options.max_line_length >= self.options.buffer_size
    }
}
