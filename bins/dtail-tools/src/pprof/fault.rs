//! What ends a run before its report, and the status it ends with.

use std::io;
use std::process::ExitCode;

/// Why there is no report.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The command line asks for something that cannot be: status 2.
    Usage(String),
    /// No report can be made of these profiles: status 2.
    Report(report::Error),
    /// A file cannot be read or is no profile: status 3.
    Input(String),
    /// The report cannot be written: status 2.
    Output(io::Error),
}

impl Fault {
    /// Says what is wrong, in one line, and gives the status to end with.
    pub(crate) fn report(self) -> ExitCode {
        let status = match &self {
            Fault::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Fault::Input(_) => 3,
            Fault::Usage(_) | Fault::Report(_) | Fault::Output(_) => 2,
        };
        note(&self.text());
        ExitCode::from(status)
    }

    /// What is wrong, in one line.
    pub(crate) fn text(&self) -> String {
        match self {
            Fault::Usage(text) | Fault::Input(text) => text.clone(),
            Fault::Report(error) => error.to_string(),
            Fault::Output(error) => format!("cannot write the report: {error}"),
        }
    }
}

impl From<report::Error> for Fault {
    fn from(error: report::Error) -> Fault {
        match error {
            report::Error::Io(error) => Fault::Output(error),
            error => Fault::Report(error),
        }
    }
}

/// Prints a line on standard error under the name of the command.
pub(crate) fn note(text: &str) {
    say(&format!("pprof: {text}"));
}

/// Prints a text on standard error: standard output is for reports.
#[expect(clippy::print_stderr, reason = "the program speaks to its user here")]
pub(crate) fn say(text: &str) {
    let _erased = cli::erased();
    eprintln!("{text}");
}
