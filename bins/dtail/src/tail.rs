//! From the command line to the lines of files as they appear.

use cli::{CommonArgs, Failure, LogCommand, Manual, PatternArgs, Program, QueryArgs, Status};
use frontend::{Look, Selected, environment};
use mapreduce::Plan;

use crate::color_table;
use crate::lines::Lines;
use crate::manual::MANUAL;
use crate::results::Results;
use crate::work::Work;

/// Follow log files
///
/// Prints the lines that are added to files from now on, each behind a header that says where it
/// comes from, or the results of a query over them. Files may be rotated, cut short, vanish, come back
/// and appear later. Flags may stand anywhere and have one dash or two.
#[derive(clap::Parser, Debug)]
#[command(name = "dtail")]
pub(crate) struct Args {
    /// Begin with this many lines of what is there already
    #[arg(long, value_name = "LINES", default_value = "0", value_parser = cli::count)]
    lines: u64,

    #[command(flatten)]
    pattern: PatternArgs,

    #[command(flatten)]
    query: QueryArgs,

    /// Seconds after which to end; 0 for never
    #[arg(long = "shutdownAfter", value_name = "SECONDS", default_value = "86400", value_parser = cli::count)]
    shutdown_after: u64,

    /// Print all combinations of colours and end
    #[arg(long = "colorTable", hide_short_help = true)]
    color_table: bool,

    /// Print all combinations of colours with a sample text and end
    #[arg(long = "wideColorTable", hide_short_help = true)]
    wide_color_table: bool,

    /// Older monitoring scripts use it; there is no server to check
    #[arg(long = "checkHealth", hide = true)]
    check_health: bool,

    #[command(flatten)]
    common: CommonArgs,
}

impl LogCommand for Args {
    const MANUAL: Manual = MANUAL;
    const FINISHES: bool = true;

    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

/// Follows all files until it is time to end.
pub(crate) fn tail(mut args: Args, program: &Program) -> Result<Status, Failure> {
    if args.check_health {
        let reason =
            "the health check is a program of its own, dtailhealth, which is not built yet";
        return Err(Failure::usage(format_args!("-checkHealth: {reason}")));
    }
    let wide = args.wide_color_table;
    if (wide || args.color_table) && !args.common.plain {
        color_table::print(wide)?;
        return Ok(Status::Success);
    }
    program
        .ending
        .after_seconds(earlier(args.query.timeout, args.shutdown_after));
    let query = frontend::query(&args.query, &mut args.common, program)?;
    let counters = frontend::counters(program);
    let work = Work::new(&args.common, args.lines, program, &counters);
    let selected = Selected::by(&args.pattern)?;
    let outcome = match query {
        None => {
            let printer = frontend::printer(&args.common, program, &selected.matcher)?;
            work.run(Lines::new(&selected, printer, program, &counters))
        }
        Some(_) if !selected.matcher.is_everything() => Err(Failure::usage(
            "-query: a pattern selects lines to print; in a query the `where` clause does",
        )),
        Some(query) => {
            let plan = Plan::new(query, environment);
            let look = Look::new(&args.query, program);
            work.run(Results::new(&plan, look, program, &counters))
        }
    };
    program.annotate(counters.facts());
    outcome
}

/// The smaller of two limits, of which 0 is none.
fn earlier(a: u64, b: u64) -> u64 {
    match (a, b) {
        (0, limit) | (limit, 0) => limit,
        (a, b) => a.min(b),
    }
}
