//! The records of all files, block by block, for any number of threads.

use std::ffi::OsString;

use cli::{Messages, Status};
use logread::{Error, Input, Observer, Options};
use mapreduce::{Plan, Records, Source};

/// Opens the files one after the other and hands out their records. What goes wrong with a file is
/// reported, and the others are read all the same.
pub(crate) struct Feed<'a> {
    plan: &'a Plan,
    messages: &'a Messages,
    observer: &'a dyn Observer,
    options: Options,
    files: Box<dyn Iterator<Item = Result<logread::Source, Error>> + Send>,
    open: Option<OpenFile<'a>>,
    /// Blocks so far, which stamp the next.
    blocks: u64,
    status: Status,
}

/// The file that is being read.
struct OpenFile<'a> {
    file: logread::Source,
    input: Input<'a>,
    source: Source<'a>,
}

impl<'a> Feed<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        files: Vec<OsString>,
        messages: &'a Messages,
        observer: &'a dyn Observer,
    ) -> Self {
        Feed {
            plan,
            messages,
            observer,
            options: frontend::options(),
            files: Box::new(logread::sources(files)),
            open: None,
            blocks: 0,
            status: Status::Success,
        }
    }

    /// Copies the next records into `buffer`, with the stamp of their block; `None` at the end of
    /// the last file.
    pub(crate) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Option<(Records<'b>, u64)> {
        loop {
            if self.open.is_none() {
                self.open = Some(self.open_next()?);
            }
            let Some(open) = &mut self.open else { continue };
            self.observer.file_entered(open.file.path());
            let records = match open.input.next_block() {
                Ok(Some(block)) => open.source.push(block),
                ended => {
                    let ended = ended.map(|_| ());
                    self.close(ended)
                }
            };
            if let Some(records) = records {
                self.blocks += 1;
                self.observer.stage_entered("aggregate");
                return Some((records.copied_to(buffer), self.blocks));
            }
        }
    }

    /// Whether every file could be read to its end.
    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// The next file that can be opened.
    fn open_next(&mut self) -> Option<OpenFile<'a>> {
        loop {
            let opened = self.files.next()?.and_then(|file| {
                let input = file.open(&self.options, self.observer)?;
                let source = Source::new(self.plan);
                Ok(OpenFile {
                    file,
                    input,
                    source,
                })
            });
            match opened {
                Ok(open) => return Some(open),
                Err(error) => self.report(error),
            }
        }
    }

    /// Leaves the open file; gives the records that were left.
    fn close(&mut self, ended: std::io::Result<()>) -> Option<Records<'static>> {
        let mut open = self.open.take()?;
        let rest = open.source.finish();
        let path = open.file.path().display();
        for unknown in open.source.unknown_columns() {
            self.messages.warn(format_args!("{path}: {unknown}"));
        }
        self.warn_of_pieces(&open);
        if let Err(error) = ended {
            self.report(Error::io(open.file.path(), error));
        }
        rest
    }

    fn report(&mut self, error: Error) {
        self.messages.error(error);
        self.status = Status::Failure;
    }

    fn warn_of_pieces(&self, open: &OpenFile<'_>) {
        let (count, what) = match self.plan.joins_lines() {
            true => (open.source.broken_records(), "record"),
            false => (open.input.long_lines(), "line"),
        };
        if count > 0 {
            let path = open.file.path().display();
            let were = if count == 1 { " was" } else { "s were" };
            let problem = format_args!("{path}: {count} {what}{were} over the limit and split");
            self.messages.warn(problem);
        }
    }
}
