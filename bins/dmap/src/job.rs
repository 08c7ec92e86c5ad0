//! Reads the files, aggregates their lines and shows the result.

use std::ffi::OsString;
use std::io::{self, Write};

use cli::{Failure, Program, Status};
use logread::{Error, Options, Unobserved};
use mapreduce::{Aggregation, Plan, Records, Report, Source};

/// Runs `plan` over `files`, in their order. A file that cannot be read is reported, and the
/// others are done all the same.
pub(crate) fn run(plan: &Plan, files: Vec<OsString>, program: &Program) -> Result<Status, Failure> {
    let messages = &program.messages;
    for warning in plan.warnings() {
        messages.warn("warning", warning);
    }
    let mut job = Job {
        plan,
        program,
        aggregation: Aggregation::new(plan),
        blocks: 0,
    };
    let mut status = Status::Success;
    for source in logread::sources(files) {
        if let Err(error) = source.and_then(|source| job.read(&source)) {
            messages.error(error.path().display(), error.kind());
            status = Status::Failure;
        }
    }
    for warning in job.aggregation.warnings() {
        messages.warn("warning", warning);
    }
    match show(plan, &job.aggregation.report(), program)? {
        Status::Success => Ok(status),
        failed => Ok(failed),
    }
}

/// The work in progress.
struct Job<'p> {
    plan: &'p Plan,
    program: &'p Program,
    aggregation: Aggregation<'p>,
    /// Blocks so far, which number the next.
    blocks: u64,
}

impl Job<'_> {
    fn read(&mut self, file: &logread::Source) -> Result<(), Error> {
        let mut input = file.open(&Options::default(), &Unobserved)?;
        let mut source = Source::new(self.plan);
        loop {
            match input.next_block() {
                Ok(Some(block)) => self.add(source.push(block)),
                Ok(None) => break,
                Err(error) => {
                    self.add(source.finish());
                    return Err(Error::io(file.path(), error));
                }
            }
        }
        self.add(source.finish());
        self.warn_of_pieces(file, input.long_lines(), source.broken_records());
        Ok(())
    }

    fn warn_of_pieces(&self, file: &logread::Source, long_lines: u64, broken_records: u64) {
        let (count, what, bytes_max) = match self.plan.joins_lines() {
            true => (broken_records, "record", mapreduce::RECORD_BYTES_MAX),
            false => (long_lines, "line", Options::default().max_line_length),
        };
        if count > 0 {
            let plural = if count == 1 { "" } else { "s" };
            let reason = format!("read {count} {what}{plural} over {bytes_max} bytes in pieces");
            self.program.messages.warn(file.path().display(), reason);
        }
    }

    fn add(&mut self, records: Option<Records<'_>>) {
        if let Some(records) = records {
            self.blocks += 1;
            self.aggregation.add(&records, self.blocks);
        }
    }
}

/// Writes the result to the query's outfile, or as a table to standard output.
fn show(plan: &Plan, report: &Report<'_>, program: &Program) -> Result<Status, Failure> {
    if let Some(outfile) = plan.query().outfile() {
        return Ok(match report.write_outfile(outfile) {
            Ok(()) => Status::Success,
            Err(error) => {
                program.messages.error("outfile", error);
                Status::Failure
            }
        });
    }
    if report.row_count() == 0 {
        program
            .messages
            .warn("result", "no line has what the query selects");
        return Ok(Status::Success);
    }
    if report.table_rows_left_out() > 0 {
        let rows = report.row_count();
        let shown = rows - report.table_rows_left_out();
        let reason = format!("the first {shown} of {rows} rows; a `limit` clause shows more");
        program.messages.warn("result", reason);
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{}", plan.query().text())?;
    report.write_table(&mut out)?;
    out.flush()?;
    Ok(Status::Success)
}
