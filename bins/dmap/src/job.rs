//! Aggregates the lines of all files with every CPU, and shows the result.

use std::ffi::OsString;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::thread;

use cli::{Failure, Messages, Program, Status};
use logread::Counters;
use mapreduce::{Aggregation, Plan, Report};

use crate::feed::Feed;

/// Blocks that one thread aggregates before others join in: less is not worth starting them.
const BLOCKS_ALONE: usize = 4;

/// Runs `plan` over `files`, in their order.
pub(crate) fn run(plan: &Plan, files: Vec<OsString>, program: &Program) -> Result<Status, Failure> {
    let messages = &program.messages;
    warn_of_each(plan.warnings(), messages);
    let counters = Counters::new(program.is_profiled());
    let feed = Mutex::new(Feed::new(plan, files, messages, &counters));
    let aggregation = aggregate(plan, &feed);
    program.annotate(counters.facts());
    warn_of_each(&aggregation.warnings(), messages);
    let read = feed
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .status();
    match show(plan, &aggregation.report(), messages)? {
        Status::Success => Ok(read),
        failed => Ok(failed),
    }
}

/// Shares out the blocks among as many threads as there are CPUs.
fn aggregate<'p>(plan: &'p Plan, feed: &Mutex<Feed<'_>>) -> Aggregation<'p> {
    let mut total = Aggregation::new(plan);
    add_blocks(&mut total, feed, BLOCKS_ALONE);
    let helpers = thread::available_parallelism().map_or(0, |cpus| cpus.get() - 1);
    thread::scope(|scope| {
        let helper = || {
            let mut part = Aggregation::new(plan);
            add_blocks(&mut part, feed, usize::MAX);
            part
        };
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(helper)).collect();
        add_blocks(&mut total, feed, usize::MAX);
        for part in helpers {
            total.merge(
                &part
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            );
        }
    });
    total
}

/// Aggregates at most `count_max` blocks.
fn add_blocks(aggregation: &mut Aggregation<'_>, feed: &Mutex<Feed<'_>>, count_max: usize) {
    let mut buffer = Vec::new();
    for _ in 0..count_max {
        let next = feed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next(&mut buffer);
        match next {
            Some((records, stamp)) => aggregation.add(&records, stamp),
            None => break,
        }
    }
}

fn warn_of_each(warnings: &[String], messages: &Messages) {
    for warning in warnings {
        messages.warn(format_args!("warning: {warning}"));
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
