//! The frame around a log command: flags in, work, profiles and exit status out.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::common_args::CommonArgs;
use crate::completion::complete;
use crate::ending::Ending;
use crate::exit::{Failure, Status};
use crate::labels::label_stage;
use crate::manual::Manual;
use crate::message::Messages;
use crate::output::{Output, output};
use crate::parse::{command_line, parse, wrong_usage};
use crate::session::Session;
use crate::settings::Settings;
use crate::status_line::erased;

/// The arguments of a log command.
pub trait LogCommand: Parser {
    /// What its help and its manual page say besides the flags.
    const MANUAL: Manual;

    /// How it ends when the output cannot be written.
    const UNWRITTEN: Status = Status::Failure;

    /// Whether it has something to show when a signal ends it: it then asks [`Program::ending`].
    const FINISHES: bool = false;

    /// The flags it has in common with the others.
    fn common(&self) -> &CommonArgs;
}

/// What a log command works with, beside its arguments.
#[derive(Debug)]
pub struct Program {
    /// What flags, environment and configuration file say together.
    pub settings: Settings,
    /// Where it reports what went wrong.
    pub messages: Messages,
    /// When to finish, for a command that says it does.
    pub ending: Ending,
    session: Session,
    quiet: bool,
}

impl Program {
    /// Standard output, and the copy of it in the log file if there is to be one.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn output(&self) -> io::Result<Output> {
        let log = self.settings.log.clone();
        Ok(Output::new(
            output()?,
            log.filter(|_| self.settings.logs_payload),
        ))
    }

    /// Prints `bytes` on [`Program::output`], in place of the line that says how far the work is.
    ///
    /// # Errors
    /// When standard output is closed or cannot be written.
    pub fn print(&self, bytes: &[u8]) -> io::Result<()> {
        let _erased = erased();
        self.output()?.write_all(bytes)
    }

    /// Whether nothing is to be said but results and what went wrong.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether the run is profiled, and facts about it are wanted.
    #[must_use]
    pub fn is_profiled(&self) -> bool {
        self.session.is_running()
    }

    /// What labels the samples of the calling thread with a stage; does nothing unless the run is
    /// profiled.
    #[must_use]
    pub fn stage_labeller(&self) -> fn(&'static str) {
        match self.is_profiled() {
            true => label_stage,
            false => |_| {},
        }
    }

    /// Adds facts about the run, `# dtail.KEY=VALUE`, to its profiles, if any.
    pub fn annotate(&self, facts: impl AsRef<[(&'static str, u64)]>) {
        self.annotator()(facts.as_ref());
    }

    /// What adds facts to the profiles at any time and from any thread, so that they are there even
    /// when a signal ends the run.
    pub fn annotator(&self) -> impl Fn(&[(&'static str, u64)]) + Send + Sync + use<> {
        self.session.annotator()
    }
}

/// Reads the command line, runs `work` and gives the status for `main` to return.
///
/// Takes the profiles that were asked for; they are written after `work`, which is to have flushed
/// its output. A closed pipe on the output is a quiet end with status 0.
pub fn run<A: LogCommand>(work: impl FnOnce(A, &Program) -> Result<Status, Failure>) -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    if complete(
        words.get(1..).unwrap_or_default(),
        || command_line(A::command()),
        |_| None,
    ) {
        return ExitCode::SUCCESS;
    }
    let args = match parse::<A>(words, &A::MANUAL) {
        Ok(args) => args,
        Err(exit) => return exit.report(),
    };
    let name = A::command().get_name().to_owned();
    let common = args.common();
    let settings = common.check().and_then(|()| Settings::new(&name, common));
    let settings = match settings {
        Ok(settings) => settings,
        Err(failure) => return wrong_usage(&name, &failure.to_string()).report(),
    };
    let messages = Messages::of(&name, &settings);
    let ending = ending::<A>(&messages);
    let quiet = common.quiet;
    let session = Session::start(&name, &common.profiling, quiet, &messages);
    let program = Program {
        settings,
        messages,
        ending,
        session,
        quiet,
    };
    let status = status_of(work(args, &program), A::UNWRITTEN, &program.messages);
    program.session.finish();
    program.ending.die();
    status.into()
}

/// Before the profiler starts: it leaves signals alone that the program handles itself.
fn ending<A: LogCommand>(messages: &Messages) -> Ending {
    if !A::FINISHES {
        return Ending::default();
    }
    Ending::by_signals().unwrap_or_else(|error| {
        messages.warn(format_args!("signals cannot be caught: {error}"));
        Ending::default()
    })
}

fn status_of(outcome: Result<Status, Failure>, unwritten: Status, messages: &Messages) -> Status {
    match outcome {
        Ok(status) => status,
        Err(failure) if failure.is_closed_pipe() => Status::Success,
        Err(failure) => {
            match &failure {
                Failure::Query(_) => messages.explain(&failure),
                _ => messages.fatal(&failure),
            }
            match failure {
                Failure::Usage(_) | Failure::Query(_) => Status::Trouble,
                Failure::Output(_) => unwritten,
            }
        }
    }
}
