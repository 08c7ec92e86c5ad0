//! From the command line to the lines of all files.

use cli::{CommonArgs, Failure, LogCommand, Program, Status};
use logread::{Counters, Options, Unobserved};
use search::{Layout, Matcher, Printer, Search, Window};

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
    let counters = Counters::default();
    let search = Search {
        matcher: Matcher::everything(),
        invert: false,
        window: Window::default(),
        options: Options {
            max_line_length: cli::max_line_length(),
            ..Options::default()
        },
        observer: if program.is_profiled() {
            &counters
        } else {
            &Unobserved
        },
    };
    let layout = if args.common.plain {
        Layout::Plain
    } else {
        Layout::Headed {
            host: cli::host_name(),
        }
    };
    let mut printer = Printer::new(cli::output()?, layout);
    let summary = search.files(args.common.file_list(), &mut printer, |problem| {
        program.messages.report(problem.is_error(), &problem);
    });
    program.annotate("files", counters.files());
    program.annotate("bytes", counters.bytes());
    program.annotate("lines", counters.lines());
    Ok(if summary?.failed {
        Status::Failure
    } else {
        Status::Success
    })
}
