//! What may stand at the cursor of a line of the shell: commands and options first, then functions of the
//! profile, or files behind `>`.

use std::collections::BTreeSet;
use std::rc::Rc;

use dtail_profile::Profile;
use report::Options;
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

use super::super::{flags, proposals};

/// First words that are neither reports nor options of the command line.
const OTHERS: [&str; 7] = [
    "exit",
    "granularity=",
    "help",
    "options",
    "output=",
    "quit",
    "sort=",
];

/// Values of switches.
const TRUTHS: [&str; 2] = ["false", "true"];

/// Knows the words of a shell about one profile.
pub(super) struct Words {
    profile: Rc<Profile>,
    files: FilenameCompleter,
}

impl Words {
    pub(super) fn of(profile: Rc<Profile>) -> Words {
        Words {
            profile,
            files: FilenameCompleter::new(),
        }
    }

    /// The words that fit at the end of `line`, and where they begin in it; `None` where a file is named.
    fn fitting(&self, line: &str) -> Option<(usize, Vec<String>)> {
        let start = line.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        let (before, typed) = line.split_at(start);
        let words = match before.split_whitespace().next() {
            _ if is_file(before, typed) => return None,
            None => match typed.split_once('=') {
                Some((option, value)) => {
                    let start = start + option.len() + 1;
                    return Some((start, self.values(option, value)));
                }
                None => self.first_words(),
            },
            Some("help") => flags::all().map(|flag| flag.name.to_owned()).collect(),
            Some(_) if typed.starts_with('-') => self.ignored(typed),
            Some(_) => self.functions(typed),
        };
        let fits = |word: &String| word.starts_with(typed);
        Some((start, words.into_iter().filter(fits).collect()))
    }

    fn first_words(&self) -> Vec<String> {
        let option = |name: &'static str| match Options::is_switch(name) {
            true => name.to_owned(),
            false => format!("{name}="),
        };
        let mut words: BTreeSet<String> = Options::names().map(option).collect();
        words.extend(flags::reports().map(str::to_owned));
        words.extend(OTHERS.map(str::to_owned));
        words.extend(proposals::sample_types(&self.profile));
        words.into_iter().collect()
    }

    /// Values of an option that begin with what is typed.
    fn values(&self, option: &str, typed: &str) -> Vec<String> {
        let listed = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let words: Vec<String> = match option.trim() {
            group if Options::choices(group).is_some() => {
                listed(Options::choices(group).unwrap_or_default())
            }
            "unit" => listed(&proposals::UNITS),
            name if Options::is_switch(name) => listed(&TRUTHS),
            name => proposals::names(name, typed, &self.profile),
        };
        words
            .into_iter()
            .filter(|word| word.starts_with(typed))
            .collect()
    }

    /// A word in a line has no blanks: a dot finds one too.
    fn functions(&self, typed: &str) -> Vec<String> {
        let functions = proposals::functions(&self.profile, typed);
        functions
            .into_iter()
            .map(|name| name.replace(' ', "."))
            .collect()
    }

    /// `-cum`, and functions to be left out.
    fn ignored(&self, typed: &str) -> Vec<String> {
        let functions = self.functions(&typed[1..]);
        let mut words = vec!["-cum".to_owned()];
        words.extend(functions.into_iter().map(|name| format!("-{name}")));
        words
    }
}

/// Whether a file is typed, in a word of its own behind `>`, or in one with it.
fn is_file(before: &str, typed: &str) -> bool {
    typed.starts_with('>') || before.trim_end().ends_with('>')
}

impl Completer for Words {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let Some((start, words)) = self.fitting(&line[..position]) else {
            let behind = line[..position].rfind('>').map_or(0, |at| at + 1);
            let (start, files) = self
                .files
                .complete_path(&line[behind..], position - behind)?;
            return Ok((behind + start, files));
        };
        let is_sure = words.len() == 1;
        let pair = |word: String| Pair {
            replacement: match is_sure && !word.ends_with('=') {
                true => format!("{word} "),
                false => word.clone(),
            },
            display: word,
        };
        Ok((start, words.into_iter().map(pair).collect()))
    }
}

impl Helper for Words {}

impl Highlighter for Words {}

impl Hinter for Words {
    type Hint = String;
}

impl Validator for Words {}

#[cfg(test)]
mod tests {
    use dtail_profile::{Line, ProfileBuilder};

    use super::*;

    fn words() -> Words {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("cpu", "nanoseconds");
        for name in ["main", "<T as Trait>::find"] {
            let function = builder.function(name, "", "", 0);
            let line = Line {
                function,
                line: 1,
                column: 0,
            };
            let location = builder.location(None, 0, &[line]);
            builder.sample(&[location], &[1], &[]);
        }
        Words::of(Rc::new(builder.finish().expect("a sound profile")))
    }

    #[track_caller]
    fn check(line: &str, start: usize, expected: &[&str]) {
        let expected: Vec<String> = expected.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(words().fitting(line), Some((start, expected)), "{line}");
    }

    #[test]
    fn the_first_word_is_a_report_an_option_or_a_type() {
        check("to", 0, &["top", "topproto"]);
        check("foc", 0, &["focus="]);
        check("noin", 0, &["noinlines"]);
        check("cp", 0, &["cpu"]);
        check("  q", 2, &["quit"]);
        check("help tagf", 5, &["tagfocus"]);
    }

    #[test]
    fn functions_stand_behind_reports() {
        check("top m", 4, &["main"]);
        check("top -m", 4, &["-main"]);
        check("top -c", 4, &["-cum"]);
        check("peek <T", 5, &["<T.as.Trait>::find"]);
        check("list fi", 5, &["find"]);
    }

    #[test]
    fn options_have_values() {
        check("focus=ma", 6, &["main"]);
        check("sample_index=", 13, &["cpu"]);
        check("sort=c", 5, &["cum"]);
        check("trim=", 5, &["false", "true"]);
        check("nodecount=", 10, &[]);
    }

    #[test]
    fn files_stand_behind_an_arrow() {
        assert_eq!(words().fitting("top > no"), None);
        assert_eq!(words().fitting("top >no"), None);
    }
}
