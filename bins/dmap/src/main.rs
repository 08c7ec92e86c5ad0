//! `dmap`: aggregate log lines with a query.

#![forbid(unsafe_code)]

mod environment;
mod job;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use cli::{CommonArgs, Failure, LogCommand, Program, Status};
use mapreduce::{Plan, Query, QueryError};

/// Query log files
///
/// A query selects fields and aggregates of them, grouped:
///
///     dmap 'from STATS select count($line),avg($goroutines) group by $hostname' app.log
///     dmap 'select count($line),user group by user logformat csv' users.csv
///
/// The result is a table of at most ten rows unless the query has a `limit`, or a CSV file when it
/// has an `outfile`.
#[derive(Debug, Parser)]
#[command(name = "dmap", verbatim_doc_comment)]
struct Args {
    /// The query; without it, the first argument that contains `select` and a blank
    #[arg(
        long,
        value_name = "QUERY",
        default_value = "",
        hide_default_value = true
    )]
    query: String,

    /// Seconds after which reading ends; 0 for no end (others are not built yet)
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = cli::count, hide_short_help = true)]
    timeout: u64,

    #[command(flatten)]
    common: CommonArgs,
}

impl LogCommand for Args {
    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

fn main() -> ExitCode {
    cli::run(run)
}

fn run(mut args: Args, program: &Program) -> Result<Status, Failure> {
    if args.timeout > 0 {
        return Err(Failure::usage("-timeout: not built yet"));
    }
    let text = match args.query.as_str() {
        "" => args.common.take_query().ok_or_else(no_query)?,
        query => query.to_owned(),
    };
    match Query::parse(&text) {
        Ok(query) => {
            let plan = Plan::new(query, &environment::environment());
            job::run(&plan, args.common.file_list(), program)
        }
        Err(error) => {
            explain(&error);
            Ok(Status::Trouble)
        }
    }
}

fn no_query() -> Failure {
    Failure::usage("no query: give one with -query, or one with `select` among the arguments")
}

/// Says what is wrong with a query in three lines, the last two of which point at the place.
fn explain(error: &QueryError) {
    // A standard error that is closed is nobody's to complain to.
    let _ = writeln!(io::stderr().lock(), "dmap: {error}");
}
