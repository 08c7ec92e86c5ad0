//! Reads the files, aggregates their lines and shows the result.

use std::ffi::OsString;
use std::io::Write;

use cli::{Failure, Messages, Program, Status};
use logread::{Counters, Error, Observer, Options};
use mapreduce::{Aggregation, Plan, Records, Report, Source};

/// Runs `plan` over `files`, in their order. A file that cannot be read is reported, and the
/// others are done all the same.
pub(crate) fn run(plan: &Plan, files: Vec<OsString>, program: &Program) -> Result<Status, Failure> {
    warn_of_each(plan.warnings(), &program.messages);
    let counters = Counters::new(program.is_profiled());
    let mut job = Job {
        plan,
        messages: &program.messages,
        observer: &counters,
        aggregation: Aggregation::new(plan),
        blocks: 0,
    };
    let read = job.read_all(files);
    program.annotate(counters.facts());
    warn_of_each(&job.aggregation.warnings(), &program.messages);
    match show(plan, &job.aggregation.report(), &program.messages)? {
        Status::Success => Ok(read),
        failed => Ok(failed),
    }
}

fn warn_of_each(warnings: &[String], messages: &Messages) {
    for warning in warnings {
        messages.warn(format_args!("warning: {warning}"));
    }
}

/// The work in progress.
struct Job<'p> {
    plan: &'p Plan,
    messages: &'p Messages,
    observer: &'p dyn Observer,
    aggregation: Aggregation<'p>,
    /// Blocks so far, which number the next.
    blocks: u64,
}

impl Job<'_> {
    fn read_all(&mut self, files: Vec<OsString>) -> Status {
        let mut status = Status::Success;
        for file in logread::sources(files) {
            if let Err(error) = file.and_then(|file| self.read(&file)) {
                self.messages.error(error);
                status = Status::Failure;
            }
        }
        status
    }

    fn read(&mut self, file: &logread::Source) -> Result<(), Error> {
        let options = Options {
            max_line_length: cli::max_line_length(),
            ..Options::default()
        };
        let mut input = file.open(&options, self.observer)?;
        let mut source = Source::new(self.plan);
        let ended = loop {
            match input.next_block() {
                Ok(Some(block)) => self.add(source.push(block)),
                Ok(None) => break Ok(()),
                Err(error) => break Err(Error::io(file.path(), error)),
            }
        };
        self.add(source.finish());
        self.warn_of_pieces(file, input.long_lines(), source.broken_records());
        ended
    }

    fn add(&mut self, records: Option<Records<'_>>) {
        if let Some(records) = records {
            self.blocks += 1;
            self.aggregation.add(&records, self.blocks);
        }
    }

    fn warn_of_pieces(&self, file: &logread::Source, long_lines: u64, broken_records: u64) {
        let (count, what) = match self.plan.joins_lines() {
            true => (broken_records, "record"),
            false => (long_lines, "line"),
        };
        if count > 0 {
            let path = file.path().display();
            let were = if count == 1 { " was" } else { "s were" };
            let problem = format_args!("{path}: {count} {what}{were} over the limit and split");
            self.messages.warn(problem);
        }
    }
}

/// Writes the result to the query's outfile, or as a table to standard output.
fn show(plan: &Plan, report: &Report<'_>, messages: &Messages) -> Result<Status, Failure> {
    if let Some(outfile) = plan.query().outfile() {
        return Ok(match report.write_outfile(outfile) {
            Ok(()) => Status::Success,
            Err(error) => {
                messages.error(error);
                Status::Failure
            }
        });
    }
    if report.row_count() == 0 {
        messages.warn("no line has what the query selects");
        return Ok(Status::Success);
    }
    if report.table_rows_left_out() > 0 {
        let rows = report.row_count();
        let shown = rows - report.table_rows_left_out();
        messages.warn(format_args!(
            "the first {shown} of {rows} rows; a `limit` clause shows more"
        ));
    }
    let mut table = Vec::new();
    writeln!(table, "{}", plan.query().text())?;
    report.write_table(&mut table)?;
    cli::output()?.write_all(&table)?;
    Ok(Status::Success)
}
