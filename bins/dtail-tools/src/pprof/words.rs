//! The words of the command line as Go's `flag` package reads them.

use std::ffi::{OsStr, OsString};

use super::fault::Fault;
use super::flags;
use crate::spelling;

/// One flag or one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A flag and its value; `true` for a flag without one.
    Flag(String, String),
    /// Not a flag: a file.
    File(OsString),
}

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, or a truth value behind an equal sign.
    Nothing,
    /// A value, behind an equal sign or as the next word.
    Value,
}

/// Splits the command line: `-x`, `--x`, `-x=v` and `-x v` mean the same, files may stand anywhere,
/// and what follows `--` is files. `takes` knows the flags.
pub(super) fn split(
    args: &[OsString],
    takes: impl Fn(&str) -> Option<Takes>,
) -> Result<Vec<Word>, Fault> {
    let mut words = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            words.extend(args.map(|file| Word::File(file.clone())));
            break;
        }
        let Some(flag) = flag_text(arg) else {
            words.push(Word::File(arg.clone()));
            continue;
        };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        let takes = takes(name).ok_or_else(|| unknown(name))?;
        let value = match (value, takes) {
            (Some(value), _) => value,
            (None, Takes::Nothing) => "true".to_owned(),
            (None, Takes::Value) => next_value(name, args.next())?,
        };
        words.push(Word::Flag(name.to_owned(), value));
    }
    Ok(words)
}

/// The flag in a word without its dashes; a single dash is a file.
fn flag_text(arg: &OsStr) -> Option<&str> {
    let text = arg.to_str()?.strip_prefix('-')?;
    let text = text.strip_prefix('-').unwrap_or(text);
    (!text.is_empty()).then_some(text)
}

fn next_value(name: &str, next: Option<&OsString>) -> Result<String, Fault> {
    let value = next.ok_or_else(|| Fault::Usage(format!("flag needs an argument: -{name}")))?;
    let value = value.to_str().map(str::to_owned);
    value.ok_or_else(|| Fault::Usage(format!("value of -{name} is not UTF-8")))
}

fn unknown(name: &str) -> Fault {
    let names: Vec<&str> = flags::all().map(|flag| flag.name).collect();
    let similar = spelling::nearest(name, &names);
    let suggestion = similar.map_or(String::new(), |similar| {
        format!("; did you mean -{similar}?")
    });
    Fault::Usage(format!(
        "flag provided but not defined: -{name}{suggestion}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&str]) {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let takes = |name: &str| match name {
            "top" | "cum" => Some(Takes::Nothing),
            "focus" => Some(Takes::Value),
            _ => None,
        };
        let words = match split(&args, takes) {
            Ok(words) => words,
            Err(fault) => return assert_eq!(expected, [format!("{fault:?}")]),
        };
        let words: Vec<String> = words
            .into_iter()
            .map(|word| match word {
                Word::Flag(name, value) => format!("{name}={value}"),
                Word::File(file) => file.into_string().unwrap(),
            })
            .collect();
        assert_eq!(words, expected, "{line}");
    }

    #[test]
    fn spellings_of_go() {
        check("-top a", &["top=true", "a"]);
        check("a --top", &["a", "top=true"]);
        check(
            "-focus x -focus=-y -top=false",
            &["focus=x", "focus=-y", "top=false"],
        );
        check("-focus -top a", &["focus=-top", "a"]);
        check("-- -top -", &["-top", "-"]);
        check("-", &["-"]);
        check(
            "-nope",
            &["Usage(\"flag provided but not defined: -nope\")"],
        );
        check("-focus", &["Usage(\"flag needs an argument: -focus\")"]);
    }
}
