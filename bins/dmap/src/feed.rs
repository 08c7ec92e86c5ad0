//! The records of all files, block by block, for any number of threads.

use std::ffi::OsString;

use cli::{Ending, Messages, Program, Status};
use logread::{BlockReader, Error, Input, Observer, Options};
use mapreduce::{Plan, Records, Source};

/// Opens the files one after the other and hands out their records. What goes wrong with a file is
/// reported, and the others are read all the same.
pub(crate) struct Feed<'a> {
    plan: &'a Plan,
    messages: &'a Messages,
    ending: &'a Ending,
    observer: &'a dyn Observer,
    options: Options,
    files: Box<dyn Iterator<Item = Result<logread::Source, Error>> + Send>,
    open: Option<OpenFile<'a>>,
    /// Blocks so far, which stamp the next.
    blocks: u64,
    /// It was time to finish within a file.
    is_cut_short: bool,
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
        program: &'a Program,
        observer: &'a dyn Observer,
    ) -> Self {
        Feed {
            plan,
            messages: &program.messages,
            ending: &program.ending,
            observer,
            options: frontend::options(program),
            files: Box::new(logread::sources(files)),
            open: None,
            blocks: 0,
            is_cut_short: false,
            status: Status::Success,
        }
    }

    /// Copies the next records into `buffer`, with the stamp of their block; `None` at the end of
    /// the last file, or when it is time to finish.
    pub(crate) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Option<(Records<'b>, u64)> {
        loop {
            if self.ending.is_due() {
                self.is_cut_short |= self.open.is_some();
                return None;
            }
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
                return Some((records.copied_to(buffer), self.blocks));
            }
        }
    }

    /// Whether reading ended early, so that the result covers only a part.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.is_cut_short
    }

    /// Whether every file could be read to its end.
    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// The next file that can be opened.
    fn open_next(&mut self) -> Option<OpenFile<'a>> {
        loop {
            let opened = self.files.next()?.and_then(|file| {
                let input = self.input(&file)?;
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

    /// Standard input may be a pipe in which nothing comes while it is time to finish.
    fn input(&self, file: &logread::Source) -> Result<Input<'a>, Error> {
        if !file.is_standard_input() {
            return file.open(&self.options, self.observer);
        }
        self.observer.file_opened(file.path());
        let input = Box::new(cli::Input::until(self.ending.clone()));
        Ok(BlockReader::new(input, &self.options, self.observer))
    }

    /// Leaves the open file; gives the records that were left.
    fn close(&mut self, ended: std::io::Result<()>) -> Option<Records<'static>> {
        let mut open = self.open.take()?;
        // Standard input ends when it is time to.
        self.is_cut_short |= open.file.is_standard_input() && self.ending.is_due();
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
