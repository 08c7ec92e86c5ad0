//! Completion: what may stand at the cursor of a command line that is being typed.
//!
//! The script of a shell ([`script()`]) knows nothing of flags. At each press of the key it runs the
//! program with the words so far behind [`REQUEST`], and the program says what fits, out of the very
//! definitions that it reads its flags with. So all shells complete the same, in Go's spelling and in
//! GNU's, and what stands in a file, such as the functions of a profile, can be proposed too.
//!
//! The answer is for the script: a line with the kind of the proposal and, behind tabs, the part of
//! the word that is done (`-focus=`) and the endings of files; then the candidates, one a line, with
//! what they mean behind a tab. Files are proposed by the shell itself, in its own way. Whatever goes
//! wrong gives no candidates, and no message.

mod bash;
mod place;
mod script;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::builder::ValueHint;
use clap::{Arg, Command};

use crate::page::is_short;
use bash::BashLine;
pub use place::{At, Place};
pub(crate) use script::{SHELLS, script};

/// The first word of a request; the shell and the words follow.
const REQUEST: &str = "--__complete";

/// What fits at a place.
#[derive(Debug, Eq, PartialEq)]
pub enum Proposal {
    /// These words.
    Words(Vec<Candidate>),
    /// Files with one of these endings, without the dot; any file when there are none.
    Files(&'static [&'static str]),
    /// Directories.
    Directories,
}

/// A word that fits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// The word.
    pub text: String,
    /// What it means, in a few words; may be empty.
    pub help: String,
}

impl Candidate {
    /// A word and what it means.
    pub fn new(text: impl Into<String>, help: impl Into<String>) -> Self {
        Candidate {
            text: text.into(),
            help: help.into(),
        }
    }
}

/// Answers `args`, the words behind the program's name, if they are a request for completion; whether
/// they are.
///
/// `propose` says what fits where the definitions of `command` do not say it.
pub fn complete(
    args: &[OsString],
    command: impl FnOnce() -> Command,
    propose: impl Fn(&Place<'_>) -> Option<Proposal>,
) -> bool {
    let Some((_, request)) = args.split_first().filter(|(first, _)| *first == REQUEST) else {
        return false;
    };
    if let Some(answer) = answer(request, &command(), propose) {
        // A shell that has gone away is nobody's to complain to.
        let _ = io::stdout().lock().write_all(answer.as_bytes());
    }
    true
}

/// The answer to the words behind [`REQUEST`].
fn answer(
    request: &[OsString],
    command: &Command,
    propose: impl Fn(&Place<'_>) -> Option<Proposal>,
) -> Option<String> {
    let (shell, words) = request.split_first()?;
    if shell != "bash" {
        let (typed, before) = words.split_last()?;
        let place = Place::of(command, before, &typed.to_string_lossy());
        return Some(lines(
            &place.done,
            &proposal(&place, propose),
            Candidate::line,
        ));
    }
    let [line, breaks] = words else { return None };
    let line = BashLine::split(&line.to_string_lossy(), &breaks.to_string_lossy());
    let place = Place::of(command, &line.before, &line.typed);
    let proposal = proposal(&place, propose);
    Some(lines("", &proposal, |candidate| {
        line.replacement(&format!("{}{}", place.done, candidate.text))
    }))
}

impl Candidate {
    fn line(&self) -> String {
        format!("{}\t{}", self.text, self.help)
    }
}

fn lines(done: &str, proposal: &Proposal, line: impl Fn(&Candidate) -> String) -> String {
    let head = |kind: &str, endings: &[&str]| {
        let fields = [kind, done].into_iter().chain(endings.iter().copied());
        fields.collect::<Vec<_>>().join("\t") + "\n"
    };
    match proposal {
        Proposal::Files(endings) => head("files", endings),
        Proposal::Directories => head("directories", &[]),
        Proposal::Words(candidates) => {
            let rows = candidates.iter().map(|candidate| line(candidate) + "\n");
            head("words", &[]) + &rows.collect::<String>()
        }
    }
}

/// What fits at `place`: words begin with what is typed, and can be shown in one line.
fn proposal(place: &Place<'_>, propose: impl Fn(&Place<'_>) -> Option<Proposal>) -> Proposal {
    let mut proposal = propose(place).unwrap_or_else(|| defined(place));
    if let Proposal::Words(candidates) = &mut proposal {
        let fits = |candidate: &Candidate| {
            candidate.text.starts_with(&place.typed) && !candidate.line_breaks()
        };
        candidates.retain(fits);
    }
    proposal
}

impl Candidate {
    fn line_breaks(&self) -> bool {
        self.text
            .chars()
            .chain(self.help.chars())
            .any(char::is_control)
    }
}

/// What the definitions of the flags say.
fn defined(place: &Place<'_>) -> Proposal {
    match &place.at {
        At::Flag => Proposal::Words(flags(place)),
        At::Value(flag) => value_of(flag),
        At::Word => {
            let names = place.command.get_subcommands();
            let shown = names.filter(|sub| !sub.is_hide_set());
            let about = |sub: &Command| sub.get_about().map(ToString::to_string);
            let words: Vec<Candidate> = shown
                .map(|sub| Candidate::new(sub.get_name(), about(sub).unwrap_or_default()))
                .collect();
            let first = place.command.get_positionals().next();
            match first.filter(|_| words.is_empty()) {
                Some(positional) => value_of(positional),
                None => Proposal::Words(words),
            }
        }
    }
}

fn value_of(arg: &Arg) -> Proposal {
    let values = arg.get_possible_values();
    if !values.is_empty() {
        let help = |value: &clap::builder::PossibleValue| {
            value
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let candidate =
            |value| Candidate::new(clap::builder::PossibleValue::get_name(value), help(value));
        return Proposal::Words(values.iter().map(candidate).collect());
    }
    match arg.get_value_hint() {
        ValueHint::FilePath | ValueHint::AnyPath => Proposal::Files(&[]),
        ValueHint::DirPath => Proposal::Directories,
        _ => Proposal::Words(Vec::new()),
    }
}

/// The flags, with as many dashes as are typed. Those that the short help leaves out are proposed when
/// a letter is typed.
fn flags(place: &Place<'_>) -> Vec<Candidate> {
    let letters = place.typed.trim_start_matches('-');
    let dashes = if place.typed.starts_with("--") {
        "--"
    } else {
        "-"
    };
    let wanted = |arg: &&Arg| !arg.is_hide_set() && (!letters.is_empty() || is_short(arg));
    let all = place.command.get_arguments();
    let name = |arg: &Arg| arg.get_long().map(str::to_owned);
    let help = |arg: &Arg| arg.get_help().map(ToString::to_string).unwrap_or_default();
    all.filter(wanted)
        .filter_map(|arg| Some(Candidate::new(format!("{dashes}{}", name(arg)?), help(arg))))
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::ArgAction;

    use super::*;

    fn program() -> Command {
        let mode = Arg::new("mode")
            .long("mode")
            .value_parser(["list", "lines"]);
        let switch = Arg::new("plain").long("plain").action(ArgAction::SetTrue);
        let rare = Arg::new("rare").long("rare").hide_short_help(true);
        let dir = Arg::new("dir").long("dir").value_hint(ValueHint::DirPath);
        let function = Arg::new("focus").long("focus").help("Samples of it");
        let file = Arg::new("file").value_hint(ValueHint::FilePath);
        Command::new("program")
            .disable_help_subcommand(true)
            .arg(switch.global(true))
            .subcommand(
                Command::new("show")
                    .about("Shows it")
                    .args([mode, rare, dir, function, file]),
            )
            .subcommand(Command::new("hidden").hide(true))
    }

    fn answer_to(shell: &str, words: &[&str]) -> String {
        let request: Vec<OsString> = [&[shell], words]
            .concat()
            .iter()
            .map(OsString::from)
            .collect();
        let mut command = program();
        command.build();
        let functions = [
            "alloc::vec::push",
            "alloc::vec::pop",
            "main",
            "a\nb",
            "it's (me)",
        ];
        let propose = |place: &Place<'_>| {
            (place.flag_name() == Some("focus"))
                .then(|| Proposal::Words(functions.map(|name| Candidate::new(name, "")).to_vec()))
        };
        answer(&request, &command, propose).unwrap_or_default()
    }

    #[track_caller]
    fn check(words: &[&str], expected: &str) {
        assert_eq!(answer_to("zsh", words), expected, "{words:?}");
    }

    #[track_caller]
    fn check_bash(line: &str, expected: &str) {
        let got = answer_to("bash", &[line, " \t\n\"'><=;|&(:"]);
        assert_eq!(got, expected, "{line}");
    }

    #[test]
    fn commands_flags_and_values_are_proposed() {
        check(&[""], "words\t\nshow\tShows it\n");
        check(&["sh"], "words\t\nshow\tShows it\n");
        check(&["x"], "words\t\n");
        check(&["show", "-mode", ""], "words\t\nlist\t\nlines\t\n");
        check(&["show", "--mode=li"], "words\t--mode=\nlist\t\nlines\t\n");
        check(&["show", "-dir", "x"], "directories\t\n");
        check(&["show", "-mode", "list", "a"], "files\t\n");
        check(&["show", "-focus", "ma"], "words\t\nmain\t\n");
    }

    #[test]
    fn flags_have_the_dashes_that_are_typed() {
        check(&["show", "-p"], "words\t\n-plain\t\n");
        check(&["show", "--f"], "words\t\n--focus\tSamples of it\n");
        check(&["show", "-r"], "words\t\n-rare\t\n");
        assert!(!answer_to("fish", &["show", "-"]).contains("rare"));
        check(&["show", "--", "-p"], "files\t\n");
    }

    #[test]
    fn bash_gets_what_it_is_to_put_in() {
        check_bash("program sh", "words\t\nshow\n");
        check_bash("program show -focus alloc::vec::pu", "words\t\npush\n");
        check_bash("program show -focus=alloc::vec::p", "words\t\npush\npop\n");
        check_bash(
            "program show -focus 'alloc::vec::pu",
            "words\t\nalloc::vec::push\n",
        );
        check_bash("program show -focus=it", "words\t\nit\\'s\\ \\(me\\)\n");
        check_bash("program show -focus='it", "words\t\nit'\\''s (me)\n");
        check_bash("program show -mode li", "words\t\nlist\nlines\n");
    }

    #[test]
    fn nonsense_has_no_answer() {
        assert_eq!(answer_to("bash", &["one"]), "");
        assert_eq!(answer_to("zsh", &[]), "");
        check(&["show", "-nosuch", "-mo"], "words\t\n-mode\t\n");
    }
}
