//! From the words of the command line to a program's arguments.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::exit::{Exit, Status};
use crate::spelling::go_args;

/// The version of the suite, printed by `-version`.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads the command line `argv`, the program's name first.
///
/// Every program gets `-h` (short help), `--help` (in full) and `-version`.
///
/// # Errors
/// Help and version as an [`Exit`] of status 0, wrong usage as one line and status 2.
pub fn parse<A: clap::Parser>(argv: impl IntoIterator<Item = OsString>) -> Result<A, Exit> {
    let mut command = command_line::<A>();
    let mut argv = argv.into_iter();
    let program = argv.next().unwrap_or_default();
    let words = std::iter::once(program).chain(go_args(argv, &command));
    command
        .try_get_matches_from_mut(words)
        .and_then(|mut matches| A::from_arg_matches_mut(&mut matches))
        .map_err(|error| exit_of(&command, &error))
}

/// All that `A` takes, with the flags of every program.
pub(crate) fn command_line<A: clap::Parser>() -> Command {
    let version = Arg::new("version")
        .long("version")
        .action(ArgAction::Version);
    let mut command = A::command()
        .disable_version_flag(true)
        .version(VERSION)
        .next_help_heading(None)
        .arg(version.help("Print the version and end"));
    command.build();
    command
}

fn exit_of(command: &Command, error: &clap::Error) -> Exit {
    let name = command.get_name();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Exit {
            status: Status::Success,
            text: error.to_string(),
        },
        ErrorKind::DisplayVersion => Exit {
            status: Status::Success,
            text: format!("DTail {VERSION} {name}\n"),
        },
        ErrorKind::UnknownArgument => wrong_usage(name, &unknown_flag(error)),
        _ => wrong_usage(name, &first_paragraph(&error.to_string())),
    }
}

/// One line that names the program, and the status of wrong usage.
pub(crate) fn wrong_usage(program: &str, reason: &str) -> Exit {
    Exit {
        status: Status::Trouble,
        text: format!("{program}: {reason}\n"),
    }
}

fn unknown_flag(error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    let word = context(ContextKind::InvalidArg).unwrap_or_default();
    if !word.starts_with('-') {
        return format!("unexpected word {word}");
    }
    match context(ContextKind::SuggestedArg) {
        Some(similar) => format!("unknown flag {word}, did you mean {similar}?"),
        None => format!("unknown flag {word}, -h lists the flags"),
    }
}

/// Clap's message without its prefix, usage and tips, in one line.
fn first_paragraph(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}
