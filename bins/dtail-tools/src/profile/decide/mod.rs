//! From profiles to decisions: `merge`, `diff`, `check` and `baseline`; and how every sub-command with
//! flags of its own is found and run.
//!
//! What the figures mean is the job of the `compare` crate. Here files are found and read, flags
//! are understood, and results are written to where they were asked for. Each sub-command has
//! flags of its own.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

mod baseline;
mod check;
mod diff;
mod fault;
mod input;
mod manual;
mod merge;
mod naming;
mod output;
mod subject;

pub(crate) use fault::Fault;
pub(crate) use input::paths;
pub(crate) use output::publish;

use super::{anomalies, benchmark};

/// The sub-commands, each with what runs it: words in, exit status out.
const COMMANDS: &[(&str, Run)] = &[
    ("anomalies", anomalies::run),
    ("benchmark", benchmark::run),
    ("merge", merge::run),
    ("diff", diff::run),
    ("check", check::run),
    ("baseline", baseline::run),
];

/// A sub-command.
pub(crate) type Run = fn(&[OsString], &mut dyn Write) -> Result<u8, Fault>;

/// The names of the sub-commands.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, _)| *name)
}

/// Runs `args` if they ask for one of the sub-commands, as the first word or by `-mode`.
pub(crate) fn run(args: &[OsString]) -> Option<ExitCode> {
    let (command, rest) = requested(args)?;
    Some(finished(command, &rest))
}

/// Runs one sub-command, and says how it ended.
pub(crate) fn finished(command: Run, args: &[OsString]) -> ExitCode {
    let mut out = io::stdout().lock();
    let done = command(args, &mut out).and_then(|status| {
        out.flush().map_err(Fault::Output)?;
        Ok(status)
    });
    match done {
        Ok(status) => ExitCode::from(status),
        Err(fault) => fault.report(),
    }
}

/// The sub-command that is asked for, and the other words.
fn requested(args: &[OsString]) -> Option<(Run, Vec<OsString>)> {
    let (first, rest) = args.split_first()?;
    if let Some(command) = named(first) {
        return Some((command, rest.to_vec()));
    }
    for (index, word) in args.iter().enumerate() {
        let word = word.to_string_lossy();
        let flag = word.trim_start_matches('-');
        let (used, name) = match flag.strip_prefix("mode") {
            _ if flag.len() == word.len() => continue,
            Some("") => (2, args.get(index + 1)?.clone()),
            Some(value) if value.starts_with('=') => (1, OsString::from(&value[1..])),
            _ => continue,
        };
        let command = named(&name)?;
        let rest = [&args[..index], &args[index + used..]].concat();
        return Some((command, rest));
    }
    None
}

/// The flags of the sub-command `name`, from the words behind it.
pub(crate) fn flags<F: Parser>(
    name: &str,
    args: &[OsString],
    manual: &'static cli::Manual,
) -> Result<F, Fault> {
    let words = std::iter::once(OsString::from(name)).chain(args.iter().cloned());
    Ok(cli::parse(words, manual)?)
}

/// Says something beside the result, on standard error.
fn note(line: &str) {
    cli::Messages::new("dtail-tools profile", cli::LogLevel::All).warn(line);
}

fn named(word: &OsStr) -> Option<Run> {
    let found = COMMANDS.iter().find(|(name, _)| word == *name);
    found.map(|(_, run)| *run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let rest = requested(&args).map(|(_, rest)| {
            let words = rest.iter().map(|word| word.to_string_lossy().into_owned());
            words.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(rest.as_deref(), expected, "{line}");
    }

    #[test]
    fn a_sub_command_is_the_first_word_or_a_mode() {
        check("diff a b", Some("a b"));
        check("-mode diff a b", Some("a b"));
        check("-cum -mode=diff a -- b", Some("-cum a -- b"));
        check("a --mode diff", Some("a"));
        check("list diff", None);
        check("-mode list diff", None);
        check("mode diff", None);
        check("-mode", None);
        check("", None);
    }
}
