//! Go spelling of flags, brought to the one spelling clap reads.
//!
//! Go's flag package takes `-name`, `--name`, `-name=value` and `-name value`; switches take a
//! value only after `=`, and the last of several wins. GNU programs take flags anywhere on the
//! line. [`go_args`] accepts both and hands clap `--name=value` for each valued flag (so that a
//! value may begin with a dash) and `--name` for each switch that is on. What it does not know it
//! passes through for clap to report. Short flags in one word (`-abc`) do not exist: that is the
//! flag `abc`.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use clap::{Arg, ArgAction, Command};

/// Rewrites `args` (without the program's name) for `command`.
///
/// Words after `--` stay as they are, and so do those of a sub-command that takes its words raw
/// (a trailing argument which allows hyphens). Sub-commands are followed; global flags are passed on to
/// them when `command` is built, as it must be.
pub fn go_args(args: impl IntoIterator<Item = OsString>, command: &Command) -> Vec<OsString> {
    let mut rewriter = Rewriter {
        command,
        level_start: 0,
        out: Vec::new(),
    };
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        if arg == "--" || rewriter.takes_raw_words() {
            rewriter.out.push(arg);
            rewriter.out.extend(args);
            break;
        }
        rewriter.word(arg, &mut args);
    }
    rewriter.out
}

/// The words written so far, and the command whose flags are known at this place.
struct Rewriter<'a> {
    /// The innermost sub-command.
    command: &'a Command,
    /// Where the words of the innermost sub-command begin in `out`.
    level_start: usize,
    out: Vec<OsString>,
}

impl<'a> Rewriter<'a> {
    fn word(&mut self, arg: OsString, rest: &mut impl Iterator<Item = OsString>) {
        let Some((name, value)) = split_flag(&arg) else {
            return self.positional(arg);
        };
        match find_flag(self.command, &name) {
            Some(flag) if matches!(flag.get_action(), ArgAction::Help) => {
                self.out.push(help_spelling(&name));
            }
            Some(flag) => self.flag(flag, value, rest),
            None => self.out.push(spelled_long(&name, value.as_deref())),
        }
    }

    fn positional(&mut self, arg: OsString) {
        let sub_command = arg
            .to_str()
            .and_then(|name| self.command.find_subcommand(name));
        self.out.push(arg);
        if let Some(command) = sub_command {
            self.command = command;
            self.level_start = self.out.len();
        }
    }

    fn flag(
        &mut self,
        flag: &Arg,
        value: Option<OsString>,
        rest: &mut impl Iterator<Item = OsString>,
    ) {
        let name = spelling_of(flag);
        let once = matches!(flag.get_action(), ArgAction::Set | ArgAction::SetTrue);
        if once {
            self.forget(&name);
        }
        if flag.get_action().takes_values() {
            let value = value.or_else(|| {
                if value_is_optional(flag) {
                    None
                } else {
                    rest.next()
                }
            });
            return self.out.push(joined(&name, value.as_deref()));
        }
        match value.as_deref().map(go_bool) {
            Some(Ok(false)) => {}
            Some(Err(value)) => self.out.push(joined(&name, Some(value))),
            None | Some(Ok(true)) => self.out.push(name.into()),
        }
    }

    /// Takes back earlier uses of a flag: the last one wins.
    fn forget(&mut self, name: &str) {
        let with_value = format!("{name}=");
        let mut index = 0;
        self.out.retain(|word| {
            index += 1;
            let bytes = word.as_encoded_bytes();
            index <= self.level_start
                || !(bytes == name.as_bytes() || bytes.starts_with(with_value.as_bytes()))
        });
    }

    fn takes_raw_words(&self) -> bool {
        let mut positionals = self.command.get_positionals();
        positionals.any(|arg| arg.is_trailing_var_arg_set() && arg.is_allow_hyphen_values_set())
    }
}

/// The flag of `command` that is called `name`; those that hold for sub-commands too have been passed
/// on to them when the command was built.
pub(crate) fn find_flag<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|arg| is_called(arg, name))
}

/// The name and the value after `=` of a word that is a flag.
pub(crate) fn split_flag(arg: &OsStr) -> Option<(String, Option<OsString>)> {
    let bytes = arg.as_bytes();
    let body = bytes
        .strip_prefix(b"--")
        .or_else(|| bytes.strip_prefix(b"-"))?;
    if body.is_empty() {
        return None;
    }
    let mut parts = body.splitn(2, |&byte| byte == b'=');
    let name = String::from_utf8_lossy(parts.next()?).into_owned();
    Some((
        name,
        parts
            .next()
            .map(|value| OsStr::from_bytes(value).to_owned()),
    ))
}

fn is_called(flag: &Arg, name: &str) -> bool {
    let long = flag.get_long() == Some(name)
        || flag
            .get_all_aliases()
            .is_some_and(|aliases| aliases.contains(&name));
    let mut letters = name.chars();
    let letter = letters.next().filter(|_| letters.next().is_none());
    long || letter.is_some() && flag.get_short() == letter
}

/// The spelling handed to clap: the long one where there is one.
fn spelling_of(flag: &Arg) -> String {
    match (flag.get_long(), flag.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => flag.get_id().to_string(),
    }
}

/// The letter asks for short help, the word for all of it.
fn help_spelling(name: &str) -> OsString {
    if name.len() == 1 {
        format!("-{name}").into()
    } else {
        spelled_long(name, None)
    }
}

fn spelled_long(name: &str, value: Option<&OsStr>) -> OsString {
    joined(&format!("--{name}"), value)
}

fn joined(name: &str, value: Option<&OsStr>) -> OsString {
    let mut word = OsString::from(name);
    if let Some(value) = value {
        word.push("=");
        word.push(value);
    }
    word
}

pub(crate) fn value_is_optional(flag: &Arg) -> bool {
    flag.get_num_args()
        .is_some_and(|range| range.min_values() == 0)
}

/// Go's spellings of a boolean; any other text comes back as the error.
fn go_bool(value: &OsStr) -> Result<bool, &OsStr> {
    match value.as_bytes() {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Ok(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Ok(false),
        _ => Err(value),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Arg, ArgAction, Command};

    use super::*;

    fn program() -> Command {
        let switch = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
        let valued = |name: &'static str| Arg::new(name).long(name);
        let raw = Arg::new("words")
            .trailing_var_arg(true)
            .allow_hyphen_values(true)
            .num_args(0..);
        let mut command = Command::new("program")
            .args([switch("plain").global(true), switch("verbose").short('v')])
            .args([valued("regex").alias("grep"), valued("top").num_args(0..=1)])
            .arg(valued("label").action(ArgAction::Append))
            .subcommand(Command::new("show").arg(valued("depth")))
            .subcommand(Command::new("raw").arg(raw));
        command.build();
        command
    }

    fn check(words: &str, expected: &str) {
        let args = words.split_whitespace().map(OsString::from);
        let got = go_args(args, &program());
        let expected: Vec<_> = expected.split_whitespace().map(OsString::from).collect();
        assert_eq!(got, expected, "{words}");
    }

    #[test]
    fn one_dash_is_as_good_as_two() {
        check("-regex=a --regex=b", "--regex=b");
        check("-regex a f", "--regex=a f");
        check("-plain f", "--plain f");
    }

    #[test]
    fn a_value_may_look_like_a_flag() {
        check("-regex -plain f", "--regex=-plain f");
        check("-regex a=b=c", "--regex=a=b=c");
        check("-regex -- f", "--regex=-- f");
    }

    #[test]
    fn switches_take_a_value_only_after_the_equals_sign() {
        check("-plain=true", "--plain");
        check("-plain=F -v", "--verbose");
        check("-plain true", "--plain true");
        check("-plain=maybe", "--plain=maybe");
    }

    #[test]
    fn the_last_of_several_wins() {
        check("-plain -plain=false", "");
        check("-plain=false -plain", "--plain");
        check("-grep a -grep b", "--regex=b");
        check("-label a -label b", "--label=a --label=b");
    }

    #[test]
    fn flags_stand_anywhere_until_two_dashes() {
        check("f -plain - g", "f --plain - g");
        check("f -- -plain", "f -- -plain");
    }

    #[test]
    fn what_is_not_known_passes_through() {
        check("-nosuch f", "--nosuch f");
        check("-nosuch=1", "--nosuch=1");
        check("-regex", "--regex");
        check("-h --help -help", "-h --help --help");
    }

    #[test]
    fn an_optional_value_stands_after_the_equals_sign() {
        check("-top f", "--top f");
        check("-top=3 f", "--top=3 f");
    }

    #[test]
    fn sub_commands_have_their_own_flags_and_the_global_ones() {
        check("show -depth 3 -plain", "show --depth=3 --plain");
        check("-plain show -plain", "--plain show --plain");
        check("show -regex a", "show --regex a");
        check("raw -top -lines=3 f", "raw -top -lines=3 f");
    }

    #[test]
    fn bytes_that_are_not_text_survive() {
        let value = OsStr::from_bytes(b"-regex=\xff").to_owned();
        let got = go_args([value], &program());
        assert_eq!(got, [OsStr::from_bytes(b"--regex=\xff")]);
    }
}
