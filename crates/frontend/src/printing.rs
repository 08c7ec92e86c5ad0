//! Lines on standard output.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileTypeExt;

use cli::{CommonArgs, Failure, Program};
use logread::FileIdentity;
use search::{Layout, Matcher, Printer, Search, Summary};

use crate::counting::{counters, options};
use crate::selected::Selected;

/// Prints the selected lines of all files, and says what went wrong with some.
///
/// # Errors
/// The output cannot be written.
pub fn print_files(
    common: &CommonArgs,
    selected: Selected,
    program: &Program,
) -> Result<Summary, Failure> {
    let counters = counters(program);
    let output = cli::output()?;
    let search = Search {
        invert: selected.invert,
        window: selected.window,
        output: FileIdentity::of(&output),
        pipe: pipe(&output)?,
        ..Search::new(selected.matcher, options(), &counters)
    };
    let mut printer = Printer::new(output, layout(common, &search.matcher));
    let summary = search.files(common.file_list(), &mut printer, |problem| {
        program.messages.report(problem.is_error(), &problem);
    });
    program.annotate(counters.facts());
    Ok(summary?)
}

/// The output, if it is a pipe.
fn pipe(output: &File) -> io::Result<Option<File>> {
    let is_pipe = output.metadata()?.file_type().is_fifo();
    is_pipe.then(|| output.try_clone()).transpose()
}

/// Prints lines that were selected by `matcher`.
///
/// # Errors
/// Standard output is closed.
pub fn printer(common: &CommonArgs, matcher: &Matcher) -> io::Result<Printer<File>> {
    Ok(Printer::new(cli::output()?, layout(common, matcher)))
}

fn layout(common: &CommonArgs, matcher: &Matcher) -> Layout {
    Layout::new(common.plain, common.colored(), cli::host_name)
        .with_highlighter(matcher.highlighter())
}
