//! From the command line to a query and its plan.

use clap::Parser;
use cli::{CommonArgs, Failure, LogCommand, Manual, Program, QueryArgs, Status};
use frontend::{Look, environment};
use mapreduce::Plan;

use crate::job;
use crate::manual::MANUAL;

/// Query log files
///
/// A query selects fields and aggregates of them, grouped. The result is a table of at most ten rows
/// unless the query has a `limit`, or a CSV file when it has an `outfile`. A long run shows results in
/// between, at a terminal and in the file. Flags may stand anywhere and have one dash or two.
#[derive(Debug, Parser)]
#[command(name = "dmap")]
pub(crate) struct Args {
    #[command(flatten)]
    query: QueryArgs,

    #[command(flatten)]
    common: CommonArgs,
}

impl LogCommand for Args {
    const FINISHES: bool = true;
    const MANUAL: Manual = MANUAL;

    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

/// Runs the query over all files and shows its result.
pub(crate) fn map(mut args: Args, program: &Program) -> Result<Status, Failure> {
    let query = frontend::query(&args.query, &mut args.common, program)?;
    let query = query.ok_or_else(|| {
        Failure::usage("no query: give one with -query, or one with `select` among the arguments")
    })?;
    program.ending.after_seconds(args.query.timeout);
    job::run(
        &Plan::new(query, environment),
        args.common.file_list(),
        Look::new(&args.query, program),
        program,
    )
}
