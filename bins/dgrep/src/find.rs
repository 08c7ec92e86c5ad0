//! From the command line to the matching lines of all files.

use cli::{CommonArgs, Failure, LogCommand, Manual, PatternArgs, Program, Status};
use frontend::Selected;

use crate::manual::MANUAL;

/// Search log files
///
/// Prints the lines of files, compressed ones too, that match a regular expression, each behind a
/// header that says where it comes from. Flags may stand anywhere and have one dash or two.
#[derive(clap::Parser, Debug)]
#[command(name = "dgrep")]
pub(crate) struct Args {
    #[command(flatten)]
    pattern: PatternArgs,

    #[command(flatten)]
    common: CommonArgs,
}

impl LogCommand for Args {
    const MANUAL: Manual = MANUAL;
    const UNWRITTEN: Status = Status::Trouble;

    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

/// Prints the selected lines of all files.
pub(crate) fn find(args: Args, program: &Program) -> Result<Status, Failure> {
    let selected = Selected::by(&args.pattern)?;
    let summary = frontend::print_files(&args.common, selected, program)?;
    Ok(match (summary.failed, summary.matched) {
        (true, _) => Status::Trouble,
        (false, true) => Status::Success,
        (false, false) => Status::Failure,
    })
}
