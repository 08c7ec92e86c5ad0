//! From the command line to the lines of all files.

use cli::{CommonArgs, Failure, LogCommand, Program, Status};
use logread::{Counters, FileIdentity, Follow, Options};
use search::{Layout, Matcher, Printer, Search};

/// Samples carry the file and the stage.
const LABELS: Follow = Follow {
    file: cli::label_file,
    stage: cli::label_stage,
};

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
    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

/// Prints all lines of all files.
pub(crate) fn show(args: Args, program: &Program) -> Result<Status, Failure> {
    let counters = Counters::new(program.is_profiled())
        .reporting(program.annotator())
        .following(program.is_profiled().then_some(LABELS));
    let options = Options {
        max_line_length: cli::max_line_length(),
        ..Options::default()
    };
    let output = cli::output()?;
    let search = Search {
        output: FileIdentity::of(&output),
        ..Search::new(Matcher::everything(), options, &counters)
    };
    let layout = Layout::new(args.common.plain, args.common.colored(), cli::host_name);
    let mut printer = Printer::new(output, layout);
    let summary = search.files(args.common.file_list(), &mut printer, |problem| {
        program.messages.report(problem.is_error(), &problem);
    });
    program.annotate(counters.facts());
    Ok(if summary?.failed {
        Status::Failure
    } else {
        Status::Success
    })
}
