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
        let (text, status) = match self {
            Fault::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Fault::Usage(text) => (text, 2),
            Fault::Report(error) => (error.to_string(), 2),
            Fault::Input(text) => (text, 3),
            Fault::Output(error) => (format!("cannot write the report: {error}"), 2),
        };
        note(&text);
        ExitCode::from(status)
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
#[expect(clippy::print_stderr, reason = "the program speaks to its user here")]
pub(crate) fn note(text: &str) {
    eprintln!("pprof: {text}");
}
