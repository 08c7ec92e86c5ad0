//! From the command line to the lines of all files.

use cli::{CommonArgs, Failure, LogCommand, Manual, Program, Status};
use frontend::Selected;

use crate::manual::MANUAL;

/// Show log files
///
/// Prints the lines of files, compressed ones too, each behind a header that says where it comes
/// from. Flags may stand anywhere and have one dash or two.
#[derive(clap::Parser, Debug)]
#[command(name = "dcat")]
pub(crate) struct Args {
    #[command(flatten)]
    common: CommonArgs,
}

impl LogCommand for Args {
    const MANUAL: Manual = MANUAL;

    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

/// Prints all lines of all files.
pub(crate) fn show(args: Args, program: &Program) -> Result<Status, Failure> {
    let summary = frontend::print_files(&args.common, Selected::everything(), program)?;
    Ok(if summary.failed {
        Status::Failure
    } else {
        Status::Success
    })
}
