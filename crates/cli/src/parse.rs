//! From the words of the command line to a program's arguments.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::completion::{SHELLS, script};
use crate::exit::{Exit, Status};
use crate::manual::Manual;
use crate::message::one_line;
use crate::page::Page;
use crate::spelling::go_args;

/// The version of the suite, printed by `-version`.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Columns of help where there is no terminal, and the bounds where there is one.
const HELP_COLUMNS: usize = 80;
const HELP_COLUMNS_MIN: usize = 40;
const HELP_COLUMNS_MAX: usize = 100;

/// Reads the command line `argv`, the program's name first.
///
/// Every program gets `-h` (short help), `--help` (in full), `-man`, `-completions` and `-version`.
///
/// # Errors
/// What these print as an [`Exit`] of status 0, wrong usage as one line and status 2.
pub fn parse<A: clap::Parser>(
    argv: impl IntoIterator<Item = OsString>,
    manual: &Manual,
) -> Result<A, Exit> {
    let command = command_line(A::command());
    let mut matches = matches(command.clone(), argv, manual)?;
    A::from_arg_matches_mut(&mut matches).map_err(|error| exit_of(&command, manual, &[], &error))
}

/// Reads the command line `argv` of a command that [`command_line`] gave.
///
/// # Errors
/// Those of [`parse`].
pub fn matches(
    mut command: Command,
    argv: impl IntoIterator<Item = OsString>,
    manual: &Manual,
) -> Result<ArgMatches, Exit> {
    let mut argv = argv.into_iter();
    let program = argv.next().unwrap_or_default();
    let words: Vec<OsString> = go_args(argv, &command);
    let matched = command
        .try_get_matches_from_mut(std::iter::once(&program).chain(&words))
        .map_err(|error| exit_of(&command, manual, &words, &error));
    let matches = matched?;
    if matches.get_flag("man") {
        return Err(Exit::of_text(man_page(&command, manual)));
    }
    if let Some(shell) = matches.get_one::<String>("completions") {
        let program = command.get_name().split(' ').next().unwrap_or_default();
        return Err(Exit::of_text(script(shell, program).unwrap_or_default()));
    }
    Ok(matches)
}

/// The flags of `command` with those of every program, ready to be used.
pub fn command_line(command: Command) -> Command {
    let print = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    let mut command = command
        .disable_version_flag(true)
        .disable_help_flag(true)
        .version(VERSION)
        .next_help_heading(None::<&str>)
        .args([
            print(
                "completions",
                "Print the completions for a shell (bash, zsh or fish) and end",
            )
            .value_name("SHELL")
            .value_parser(SHELLS)
            .hide_short_help(true),
            print("man", "Print the manual page, for `man -l -`, and end")
                .action(ArgAction::SetTrue)
                .hide_short_help(true),
            print("version", "Print the version and end").action(ArgAction::Version),
            print(
                "help",
                "Print help, with -h in short and with --help in full",
            )
            .short('h')
            .action(ArgAction::Help),
        ]);
    command.build();
    command
}

/// The source of the manual page of a command that [`command_line`] gave.
fn man_page(command: &Command, manual: &Manual) -> String {
    Page::full(command, manual).roff(VERSION)
}

/// The help of a command that [`command_line`] gave, in full or in short.
fn help(command: &Command, manual: &Manual, in_full: bool) -> String {
    let page = match in_full {
        true => Page::full(command, manual).examples_first(),
        false => Page::short(command, manual),
    };
    page.text(help_width())
}

/// Columns of help: those of the terminal, as far as lines can be read well.
fn help_width() -> usize {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    let columns = terminal.map_or(HELP_COLUMNS, |(width, _)| width.0.into());
    columns.clamp(HELP_COLUMNS_MIN, HELP_COLUMNS_MAX)
}

fn exit_of(command: &Command, manual: &Manual, words: &[OsString], error: &clap::Error) -> Exit {
    let name = command.get_name();
    match error.kind() {
        ErrorKind::DisplayHelp => {
            let asked = words.iter().find(|word| *word == "-h" || *word == "--help");
            let in_full = asked.is_some_and(|word| word == "--help");
            Exit::of_text(help(command, manual, in_full))
        }
        ErrorKind::DisplayVersion => Exit::of_text(format!("DTail {VERSION} {name}\n")),
        ErrorKind::UnknownArgument => wrong_usage(name, &unknown_flag(command, error)),
        ErrorKind::InvalidValue => wrong_usage(name, &invalid_value(error)),
        _ => wrong_usage(name, &first_paragraph(&error.to_string())),
    }
}

/// One line that names the program, and the status of wrong usage.
pub(crate) fn wrong_usage(program: &str, reason: &str) -> Exit {
    Exit {
        status: Status::Trouble,
        text: format!("{program}: {}\n", one_line(reason)),
    }
}

fn unknown_flag(command: &Command, error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    let word = context(ContextKind::InvalidArg).unwrap_or_default();
    if !word.starts_with('-') {
        return format!("unexpected word {word}");
    }
    // Clap was given two dashes, whatever was typed.
    let word = one_dash(&word);
    let resembles = || context(ContextKind::SuggestedArg).filter(|_| word.len() > "-x".len());
    match familiar(command, word).or_else(resembles) {
        Some(similar) => {
            let similar = one_dash(&similar);
            format!("unknown flag {word}, did you mean {similar}?")
        }
        None => format!("unknown flag {word}, -h lists the flags"),
    }
}

/// Letters that hands have learnt from grep, and what they are called here.
const FAMILIAR: [(&str, &str, &str); 6] = [
    ("-e", "regex", "-regex"),
    ("-v", "invert", "-invert"),
    ("-A", "after", "-after"),
    ("-B", "before", "-before"),
    ("-m", "max", "-max"),
    ("-i", "regex", "-regex '(?i)...'"),
];

/// What `command` has in place of the flag `word` of other programs.
fn familiar(command: &Command, word: &str) -> Option<String> {
    let (_, flag, meant) = FAMILIAR.iter().find(|(letter, ..)| *letter == word)?;
    let is_there = command
        .get_arguments()
        .any(|arg| arg.get_long() == Some(flag));
    is_there.then(|| (*meant).to_owned())
}

/// Clap's message, and what the values are where there are few.
fn invalid_value(error: &clap::Error) -> String {
    let message = first_paragraph(&error.to_string());
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => {
            let message = message.split(" [possible").next().unwrap_or(&message);
            format!("{message}: expected one of {}", values.join(", "))
        }
        _ => message,
    }
}

/// Clap's message without its prefix, usage and tips, in one line.
fn first_paragraph(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    words.join(" ").replace("'--", "'-")
}

fn one_dash(flag: &str) -> &str {
    flag.strip_prefix('-')
        .filter(|rest| rest.starts_with('-'))
        .unwrap_or(flag)
}
