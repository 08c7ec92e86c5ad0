//! Lines on standard output.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileTypeExt;

use cli::{CommonArgs, Failure, Output, Program, ReadingProgress};
use logread::FileIdentity;
use search::{Layout, Matcher, Printer, Search, Summary};

use crate::colors::of_lines;
use crate::counting::{counters, options};
use crate::selected::Selected;
use crate::watched::Watched;

/// Prints the selected lines of all files, and says what went wrong with some.
///
/// # Errors
/// The output cannot be written, or there is a query among the files.
pub fn print_files(
    common: &CommonArgs,
    selected: Selected,
    program: &Program,
) -> Result<Summary, Failure> {
    common.check_files()?;
    let counters = counters(program);
    let watched = Watched {
        counters: &counters,
        progress: (!program.is_quiet())
            .then(ReadingProgress::of_lines)
            .flatten(),
    };
    let output = program.output()?;
    let search = Search {
        invert: selected.invert,
        window: selected.window,
        output: FileIdentity::of(output.file()),
        pipe: pipe(&output)?,
        ..Search::new(selected.matcher, options(program), &watched)
    };
    let mut printer = Printer::new(output, layout(common, program, &search.matcher));
    let summary = search.files(common.file_list(), &mut printer, |problem| {
        program.messages.report(problem.is_error(), &problem);
    });
    program.annotate(counters.facts());
    Ok(summary?)
}

/// The output, if it is a pipe and nothing else.
fn pipe(output: &Output) -> io::Result<Option<File>> {
    let file = output.file();
    let is_pipe = output.is_single() && file.metadata()?.file_type().is_fifo();
    is_pipe.then(|| file.try_clone()).transpose()
}

/// Prints lines that were selected by `matcher`.
///
/// # Errors
/// Standard output is closed.
pub fn printer(
    common: &CommonArgs,
    program: &Program,
    matcher: &Matcher,
) -> io::Result<Printer<Output>> {
    Ok(Printer::new(
        program.output()?,
        layout(common, program, matcher),
    ))
}

fn layout(common: &CommonArgs, program: &Program, matcher: &Matcher) -> Layout {
    let settings = &program.settings;
    let palette = settings.is_colored.then(|| of_lines(&settings.colors));
    Layout::new(common.plain, palette, cli::host_name).with_highlighter(matcher.highlighter())
}
