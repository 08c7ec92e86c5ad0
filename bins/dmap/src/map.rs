//! From the command line to a query and its plan.

use std::io::{self, Write};

use clap::Parser;
use cli::{CommonArgs, Failure, Form, LogCommand, Manual, Program, Status};
use frontend::{Look, environment};
use mapreduce::{Plan, Query, QueryError};

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
    /// The query; without it, the first argument that contains `select` and a blank
    #[arg(
        long,
        value_name = "QUERY",
        default_value = "",
        hide_default_value = true
    )]
    query: String,

    /// How to print the result: as table, csv or json; csv and json have all rows
    #[arg(
        long,
        value_name = "FORM",
        default_value = "table",
        value_enum,
        ignore_case = true,
        hide_possible_values = true
    )]
    output: Form,

    /// Seconds after which reading ends (not built yet; 0 for no end)
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = cli::count, hide_short_help = true)]
    timeout: u64,

    #[command(flatten)]
    common: CommonArgs,
}

impl LogCommand for Args {
    const MANUAL: Manual = MANUAL;

    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

/// Runs the query over all files and shows its result.
pub(crate) fn map(mut args: Args, program: &Program) -> Result<Status, Failure> {
    if args.timeout > 0 {
        return Err(Failure::usage("-timeout: not built yet"));
    }
    let text = match args.query.as_str() {
        "" => args.common.take_query().ok_or_else(no_query)?,
        query => query.to_owned(),
    };
    match Query::parse(&text) {
        Ok(query) if query.outfile().is_some() && args.output != Form::Table => Err(
            Failure::usage("-output: the query has an outfile, which is CSV"),
        ),
        Ok(query) => job::run(
            &Plan::new(query, environment),
            args.common.file_list(),
            Look {
                form: args.output,
                colored: args.common.colored(),
            },
            program,
        ),
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
