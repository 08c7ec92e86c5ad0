//! The frame around a log command: flags in, work, profiles and exit status out.

use std::process::ExitCode;

use clap::Parser;

use crate::common_args::CommonArgs;
use crate::exit::{Failure, Status};
use crate::message::Messages;
use crate::parse::{parse, wrong_usage};

/// The arguments of a log command.
pub trait LogCommand: Parser {
    /// The flags it has in common with the others.
    fn common(&self) -> &CommonArgs;
}

/// What a log command works with, beside its arguments.
#[derive(Debug)]
pub struct Program {
    /// Where it reports what went wrong.
    pub messages: Messages,
}

/// Reads the command line, runs `work` and gives the status for `main` to return.
///
/// A closed pipe on the output is a quiet end with status 0.
pub fn run<A: LogCommand>(work: impl FnOnce(A, &Program) -> Result<Status, Failure>) -> ExitCode {
    let args = match parse::<A>(std::env::args_os()) {
        Ok(args) => args,
        Err(exit) => return exit.report(),
    };
    let name = A::command().get_name().to_owned();
    if let Err(failure) = args.common().check() {
        return wrong_usage(&name, &failure.to_string()).report();
    }
    let program = Program {
        messages: Messages::new(name, args.common().log_level),
    };
    let outcome = work(args, &program);
    status_of(outcome, &program.messages).into()
}

fn status_of(outcome: Result<Status, Failure>, messages: &Messages) -> Status {
    match outcome {
        Ok(status) => status,
        Err(failure) if failure.is_closed_pipe() => Status::Success,
        Err(failure) => {
            messages.fatal(&failure);
            match failure {
                Failure::Usage(_) => Status::Trouble,
                Failure::Output(_) => Status::Failure,
            }
        }
    }
}
