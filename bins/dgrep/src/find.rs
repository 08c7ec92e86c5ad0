//! From the command line to the matching lines of all files.

use cli::{CommonArgs, Failure, LogCommand, Program, Status};
use logread::{Counters, FileIdentity, Follow, Options};
use search::{Layout, Matcher, Printer, Search, Window};

/// Samples carry the file and the stage.
const LABELS: Follow = Follow {
    file: cli::label_file,
    stage: cli::label_stage,
};

/// Search log files
///
/// Prints the lines of files, compressed ones too, that match a regular expression, each behind a
/// header that says where it comes from. The exit status is 0 when a line matched, 1 when none did,
/// and 2 when something went wrong. Flags may stand anywhere and have one dash or two.
#[derive(clap::Parser, Debug)]
#[command(name = "dgrep")]
pub(crate) struct Args {
    /// Regular expression; matches anywhere in the line
    #[arg(
        long,
        value_name = "REGEX",
        default_value = ".",
        hide_default_value = true
    )]
    regex: String,

    /// The same as --regex, and wins over it
    #[arg(
        long,
        value_name = "REGEX",
        default_value = "",
        hide_default_value = true
    )]
    grep: String,

    /// Print the lines that do not match
    #[arg(long)]
    invert: bool,

    /// Print this many lines before each match
    #[arg(long, value_name = "LINES", default_value = "0", value_parser = cli::count)]
    before: u64,

    /// Print this many lines after each match
    #[arg(long, value_name = "LINES", default_value = "0", value_parser = cli::count)]
    after: u64,

    /// Stop reading a file after this many matches, 0 for no limit
    #[arg(long, value_name = "MATCHES", default_value = "0", value_parser = cli::count)]
    max: u64,

    #[command(flatten)]
    common: CommonArgs,
}

impl LogCommand for Args {
    const UNWRITTEN: Status = Status::Trouble;

    fn common(&self) -> &CommonArgs {
        &self.common
    }
}

impl Args {
    fn matcher(&self) -> Result<Matcher, Failure> {
        let (flag, pattern) = match self.grep.as_str() {
            "" => ("regex", &self.regex),
            _ => ("grep", &self.grep),
        };
        if pattern.is_empty() {
            return Err(Failure::usage("-regex: no regular expression given"));
        }
        Matcher::new(pattern).map_err(|error| Failure::usage(format!("-{flag} {error}")))
    }
}

/// Prints the selected lines of all files.
pub(crate) fn find(args: Args, program: &Program) -> Result<Status, Failure> {
    let counters = Counters::new(program.is_profiled())
        .reporting(program.annotator())
        .following(program.is_profiled().then_some(LABELS));
    let options = Options {
        max_line_length: cli::max_line_length(),
        ..Options::default()
    };
    let output = cli::output()?;
    let search = Search {
        invert: args.invert,
        window: Window {
            before: args.before,
            after: args.after,
            max: args.max,
        },
        output: FileIdentity::of(&output),
        ..Search::new(args.matcher()?, options, &counters)
    };
    let layout = Layout::new(args.common.plain, args.common.colored(), cli::host_name)
        .with_highlighter(search.matcher.highlighter());
    let mut printer = Printer::new(output, layout);
    let summary = search.files(args.common.file_list(), &mut printer, |problem| {
        program.messages.report(problem.is_error(), &problem);
    });
    program.annotate(counters.facts());
    let summary = summary?;
    Ok(match (summary.failed, summary.matched) {
        (true, _) => Status::Trouble,
        (false, true) => Status::Success,
        (false, false) => Status::Failure,
    })
}
